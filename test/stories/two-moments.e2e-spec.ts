import { LedgerUnderTest, observations, reformOffice, vacated, vacatedArea } from './ledger.js';

describe('two moments of knowledge', () => {
  let ledger: LedgerUnderTest;
  /** The position of 68.1万 in the article, and of its correction to 70.5万. */
  let before: string;
  let correction: { position: string; recordedAt: string };

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    const report = await ledger.http
      .post(observations)
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(201);
    before = report.body.position;
    const correct = await ledger.http
      .post(`${observations}/${report.body.events[0].eventId}:correct`)
      .set('if-match', report.headers['etag'] ?? '')
      .send({
        quantity: { printed: '70.5万平方米' },
        errorClass: 'typing',
        reason: '录入时看错一位',
        evidence: ['ab'.repeat(32)],
      })
      .expect(201);
    const [event] = correct.body.events;
    correction = { position: event.position, recordedAt: event.recordedAt };
    await read('/v1/board').expect(200);
  });
  afterAll(() => ledger.remove());

  const read = (path: string) => ledger.http.get(path).query({ minPosition: correction.position });
  const diff = (query: { [name: string]: string }) => ledger.http.get('/v1/diff').query(query);

  it('show an auditor the correction with its reason, its author and its evidence', async () => {
    const { body } = await read(`/v1/diff?from=${before}&to=${correction.position}`).expect(200);

    expect(body.from.position).toBe(before);
    expect(body.to).toEqual(correction);
    expect(body.nextPageToken).toBeNull();
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      kind: 'figure',
      metric: vacatedArea.id,
      series: {},
      old: { printed: '68.1万平方米', corrected: false, position: before },
      new: { printed: '70.5万平方米', corrected: true, position: correction.position },
      difference: {
        quantity: {
          amount: '24000',
          unit: 'm2',
          resolution: '2000',
          bounds: {
            lower: { value: '23000', inclusive: true },
            upper: { value: '25000', inclusive: true },
          },
        },
      },
      cause: {
        kind: 'observation.corrected',
        position: correction.position,
        reason: '录入时看错一位',
        evidence: ['ab'.repeat(32)],
        actor: { unit: 'district-reform-office' },
      },
      events: [{ position: correction.position, kind: 'observation.corrected' }],
      eventsLeftOut: false,
    });
  });

  it('are kept for ever between positions, and asked for again up to now', async () => {
    const pinned = await diff({ from: before, to: correction.position }).expect(200);
    const open = await diff({ from: before }).expect(200);

    expect(pinned.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(open.headers['cache-control']).toBe('private, no-cache');
    expect(open.body.items).toEqual(pinned.body.items);
    await ledger.http
      .get('/v1/diff')
      .query({ from: before, to: correction.position })
      .set('if-none-match', pinned.headers['etag'] ?? '')
      .expect(304);
  });

  it('may be times, or days: a day is its end in Shanghai, today what is known so far', async () => {
    const everything = await diff({ from: '0' }).expect(200);
    const longAgo = await diff({ from: '2021-08-26' }).expect(200);
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const untilToday = await diff({ from: '2021-08-26T00:00:00+08:00', to: today }).expect(200);
    const atTime = await diff({ from: before, to: correction.recordedAt }).expect(200);

    expect(longAgo.body.from).toEqual({ position: '0', recordedAt: null });
    expect(longAgo.text).toBe(everything.text);
    expect(untilToday.body.items).toEqual(everything.body.items);
    expect(atTime.body.items).toHaveLength(1);
    expect(everything.body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
      'definition',
      'figure',
      'definition',
      'definition',
    ]);
  });

  it('say only what changed of one valid day', async () => {
    const onTheDay = await diff({ from: before, validAt: '2021-08-26' }).expect(200);
    const dayBefore = await diff({ from: before, validAt: '2021-08-25' }).expect(200);

    expect(onTheDay.body.items).toHaveLength(1);
    expect(dayBefore.body).toMatchObject({ validAt: '2021-08-25', items: [] });
  });

  it('say why there is no number where a side has no figure', async () => {
    const { body } = await diff({ from: '0', metric: vacatedArea.id }).expect(200);

    expect(body.items[1]).toMatchObject({
      old: { absence: 'notDefined' },
      difference: { refused: [{ code: 'FIGURE_ABSENT', message: { zh: /尚未定义/ } }] },
    });
  });

  it('page by page stay pinned to both moments, whatever is recorded meanwhile', async () => {
    const first = await diff({ from: '0', pageSize: '2' }).expect(200);
    const unit = { ...reformOffice, id: 'registered-meanwhile' };
    const write = await ledger.http.post('/v1/units').send(unit).expect(201);
    await ledger.http.get(`/v1/units?minPosition=${write.body.position}`).expect(200);
    const token: string = first.body.nextPageToken;

    const second = await diff({ from: '0', pageSize: '2', pageToken: token }).expect(200);
    const elsewhere = await diff({ from: '1', pageToken: token }).expect(422);

    expect(first.body.items).toHaveLength(2);
    expect(first.headers['link']).toContain('rel="next"');
    expect(second.body.to).toEqual(first.body.to);
    expect(second.body.items.map(({ subject }: { subject: object }) => subject)).toEqual([
      { kind: 'reform', id: vacatedArea.reform },
      { kind: 'unit', id: reformOffice.id },
    ]);
    expect(second.body.nextPageToken).toBeNull();
    expect(elsewhere.body.code).toBe('PAGE_TOKEN_OTHER_QUERY');
  });

  it.each<[string, { [name: string]: string }, string, object]>([
    ['no first moment', {}, 'FIELD_MISSING', { parameter: 'from' }],
    [
      'a first moment after the second',
      { from: '2', to: '1' },
      'MOMENTS_REVERSED',
      { parameter: 'from', received: '2' },
    ],
    [
      'a moment that is none',
      { from: 'yesterday' },
      'KNOWN_AT_INVALID',
      { parameter: 'from', received: 'yesterday' },
    ],
    [
      'a day that no calendar has',
      { from: '1', to: '2021-02-30' },
      'KNOWN_AT_INVALID',
      { parameter: 'to', received: '2021-02-30' },
    ],
    [
      'a day to come',
      { from: '1', to: '2999-01-01' },
      'KNOWN_AT_IN_FUTURE',
      { parameter: 'to', received: '2999-01-01' },
    ],
    [
      'a position beyond the log',
      { from: '9999999' },
      'KNOWN_AT_BEYOND_HEAD',
      { parameter: 'from', received: '9999999' },
    ],
    [
      'an unknown metric',
      { from: '0', metric: 'no-such' },
      'REFERENCE_UNKNOWN',
      { parameter: 'metric', received: 'no-such' },
    ],
    [
      'an unknown reform',
      { from: '0', reform: 'no-such' },
      'REFERENCE_UNKNOWN',
      { parameter: 'reform', received: 'no-such' },
    ],
    [
      'a valid day that is none',
      { from: '0', validAt: '2021-13-01' },
      'DATE_INVALID',
      { parameter: 'validAt' },
    ],
    ['another clock', { from: '0', knownAt: '1' }, 'FIELD_UNKNOWN', { parameter: 'knownAt' }],
    ['an empty page', { from: '0', pageSize: '0' }, 'SIZE_WRONG', { parameter: 'pageSize' }],
    [
      'a made-up token',
      { from: '0', pageToken: 'eyJ2IjoxfQ' },
      'PAGE_TOKEN_INVALID',
      { parameter: 'pageToken' },
    ],
  ])('are refused with %s, with a hint what to do', async (_what, query, code, error) => {
    const { body } = await diff(query).expect(422);

    expect(body).toMatchObject({ code, errors: [{ ...error, hint: expect.any(String) }] });
  });

  it('tell a caller who mixed them up to swap them', async () => {
    const { body } = await diff({ from: '2', to: '1' }).set('accept-language', 'en').expect(422);

    expect(body.detail).toBe('The first moment (position 2) is later than the second (position 1)');
    expect(body.errors[0].hint).toContain('Swap them');
  });
});
