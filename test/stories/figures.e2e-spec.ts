import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerUnderTest, observations, timeline, vacated, vacatedArea } from './ledger.js';

describe('the figure of vacated area, from report to withdrawal', () => {
  let ledger: LedgerUnderTest;
  let reported: { eventId: string; position: string; etag: string };
  let later: { eventId: string; position: string; etag: string };
  let corrected: { eventId: string; position: string; etag: string };
  let asKnownBefore: string;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
  });
  afterAll(() => ledger.remove());

  const post = async (path: string, body: object, headers: { [name: string]: string } = {}) => {
    const answer = await ledger.http.post(path).set(headers).send(body).expect(201);
    const [event] = answer.body.events;
    return { eventId: event.eventId, position: event.position, etag: answer.headers['etag'] ?? '' };
  };
  const read = (path: string) =>
    ledger.http.get(
      `${path}${path.includes('?') ? '&' : '?'}minPosition=${corrected?.position ?? later?.position ?? reported.position}`,
    );

  it('takes the printed figure alone and says what it understood', async () => {
    const answer = await ledger.http
      .post(observations)
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(201);

    const [event] = answer.body.events;
    expect(answer.body).toMatchObject({
      outcome: 'recorded',
      stream: `metric-${vacatedArea.id}`,
      revision: 1,
      position: event.position,
    });
    expect(answer.body).not.toHaveProperty('replayed');
    expect(event).toMatchObject({ type: 'ObservationReported', revision: 1 });
    expect(event.leafHash).toMatch(/^[0-9a-f]{64}$/);
    expect(event.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(event.data.value.quantity).toEqual({
      amount: '681000',
      unit: 'm2',
      qualifier: 'exact',
      resolution: '1000',
      printed: '68.1万平方米',
      basis: 'floorArea',
      basisInferred: true,
    });
    expect(answer.headers).toMatchObject({ etag: '"v1"', 'ledger-position': event.position });
    reported = { eventId: event.eventId, position: event.position, etag: '"v1"' };
  });

  it('shows the figure to a reader who waits for that position', async () => {
    const answer = await read(timeline).expect(200);

    expect(answer.body.entries).toHaveLength(1);
    expect(answer.body.entries[0]).toMatchObject({
      eventId: reported.eventId,
      statement: 'reported',
      live: true,
      validOn: '2021-08-26',
      figure: {
        quantity: { amount: '681000', unit: 'm2', resolution: '1000', basis: 'floorArea' },
      },
    });
    expect(BigInt(answer.headers['ledger-projected-position'] ?? '0')).toBeGreaterThanOrEqual(
      BigInt(reported.position),
    );
  });

  it('answers an equal second report with the event that says so already', async () => {
    const answer = await ledger.http
      .post(observations)
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(200);

    expect(answer.body.outcome).toBe('unchanged');
    expect(answer.body.events[0].eventId).toBe(reported.eventId);
  });

  it('refuses a different second report and names the event to correct', async () => {
    const head = await ledger.head();

    const answer = await ledger.http
      .post(observations)
      .send(vacated('69万平方米', '2021-08-26'))
      .expect(409);

    expect(answer.body.code).toBe('OBSERVATION_EXISTS');
    expect(JSON.stringify(answer.body)).toContain(reported.eventId);
    expect(await ledger.head()).toBe(head);
  });

  it('takes 70.2万平方米 for a later date, then its correction with the reason', async () => {
    later = await post(observations, vacated('70.2万平方米', '2021-09-26'));
    asKnownBefore = (await read(`${timeline}?knownAt=${later.position}`).expect(200)).text;

    corrected = await post(
      `${observations}/${later.eventId}:correct`,
      { quantity: { printed: '70.5万平方米' }, errorClass: 'typing', reason: '录入时看错一位' },
      { 'if-match': later.etag },
    );

    expect(corrected.etag).toBe('"v3"');
  });

  it('differs between what stands and what was published', async () => {
    const latest = await read(`${timeline}?view=latest`).expect(200);
    const asReported = await read(`${timeline}?view=asReported`).expect(200);

    const said = (entries: { statement: string; figure: { quantity: { printed: string } } }[]) =>
      entries.map(({ statement, figure }) => `${statement} ${figure.quantity.printed}`);
    expect(said(latest.body.entries)).toEqual(['reported 68.1万平方米', 'corrected 70.5万平方米']);
    expect(said(asReported.body.entries)).toEqual([
      'reported 68.1万平方米',
      'reported 70.2万平方米',
      'corrected 70.5万平方米',
    ]);
    expect(asReported.body.entries[2]).toMatchObject({
      replaces: later.eventId,
      observation: later.eventId,
      reason: '录入时看错一位',
      errorClass: 'typing',
    });
  });

  it('gives byte for byte what was known before the correction, to be kept for ever', async () => {
    const answer = await read(`${timeline}?knownAt=${later.position}`).expect(200);

    expect(answer.text).toBe(asKnownBefore);
    expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
  });

  it('answers the board as of either day, corrected where it was', async () => {
    const august = await read('/v1/board?validAt=2021-08-31').expect(200);
    const now = await read('/v1/board').expect(200);

    const figure = (board: { highlights: { items: { values: { printed: string }[] }[] }[] }) =>
      board.highlights[0]?.items[0]?.values[0];
    expect(figure(august.body)).toMatchObject({ printed: '68.1万平方米', corrected: false });
    expect(figure(now.body)).toMatchObject({ printed: '70.5万平方米', corrected: true });
  });

  it('withdraws the corrected figure; the one before it stands again', async () => {
    const withdrawn = await post(
      `${observations}/${corrected.eventId}:withdraw`,
      { reason: '口径有误，待核' },
      { 'if-match': corrected.etag },
    );

    const latest = await ledger.http
      .get(`${timeline}?minPosition=${withdrawn.position}`)
      .expect(200);
    const asReported = await ledger.http
      .get(`${timeline}?view=asReported&minPosition=${withdrawn.position}`)
      .expect(200);
    expect(latest.body.entries.map((entry: { validOn: string }) => entry.validOn)).toEqual([
      '2021-08-26',
    ]);
    expect(asReported.body.entries.at(-1)).toMatchObject({
      statement: 'withdrawn',
      reason: '口径有误，待核',
    });
    expect(asReported.body.entries.at(-1)).not.toHaveProperty('figure');
  });

  it('answers everything the same after its views were deleted', async () => {
    const paths = [
      '/v1/board',
      `/v1/board?validAt=2021-08-31&knownAt=${later.position}`,
      `${timeline}?view=asReported`,
      `${timeline}?knownAt=${later.position}`,
      '/v1/metrics',
      '/v1/reforms',
      '/v1/units',
      '/v1/activity',
      '/v1/changes',
    ];
    const answers = () =>
      Promise.all(paths.map(async (path) => (await ledger.http.get(path)).text));
    const before = await answers();

    await ledger.stop();
    rmSync(join(ledger.dataDir, 'views'), { recursive: true, force: true });
    await ledger.start();

    expect(await answers()).toEqual(before);
  });
});
