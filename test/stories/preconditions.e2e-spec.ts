import { LedgerUnderTest, observations, reformOffice, vacated, vacatedArea } from './ledger.js';

describe('two people at one figure', () => {
  let ledger: LedgerUnderTest;
  let eventId: string;
  const correction = {
    quantity: { printed: '68.2万平方米' },
    errorClass: 'typing',
    reason: '核对原件后更正',
  };

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    const report = await ledger.http
      .post(observations)
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(201);
    eventId = report.body.events[0].eventId;
  });
  afterAll(() => ledger.remove());

  it.each(['correct', 'withdraw'])('asks for If-Match on %s', async (verb) => {
    const head = await ledger.head();
    const body = verb === 'correct' ? correction : { reason: '重复填报' };

    const answer = await ledger.http
      .post(`${observations}/${eventId}:${verb}`)
      .send(body)
      .expect(428);

    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      code: 'IF_MATCH_MISSING',
      errors: [{ header: 'if-match', hint: expect.stringContaining('ETag') }],
    });
    expect(await ledger.head()).toBe(head);
  });

  it.each(['*', 'W/"v1"', '"1"', '"v1", "v2"', 'v1'])('refuses If-Match %s', async (ifMatch) => {
    const head = await ledger.head();

    const answer = await ledger.http
      .post(`${observations}/${eventId}:correct`)
      .set('if-match', ifMatch)
      .send(correction)
      .expect(400);

    expect(answer.body.code).toBe('IF_MATCH_INVALID');
    expect(await ledger.head()).toBe(head);
  });

  it('tells the second one where the metric stands and what the first one did', async () => {
    await ledger.http
      .post(`${observations}/${eventId}:correct`)
      .set('if-match', '"v1"')
      .send(correction)
      .expect(201);
    const head = await ledger.head();

    const answer = await ledger.http
      .post(`${observations}/${eventId}:withdraw`)
      .set('if-match', '"v1"')
      .send({ reason: '重复填报' })
      .expect(412);

    expect(answer.headers['etag']).toBe('"v2"');
    expect(answer.body).toMatchObject({
      code: 'REVISION_STALE',
      actualRevision: 2,
      changes: [{ type: 'ObservationCorrected', revision: 2, reason: '核对原件后更正' }],
      errors: [{ header: 'if-match', received: '"v1"' }],
    });
    expect(await ledger.head()).toBe(head);
  });

  it('gives the revision as ETag where the thing is read, and 304 to who has it', async () => {
    const position = await ledger.head();
    const path = `/v1/metrics/${vacatedArea.id}?minPosition=${position}`;

    const first = await ledger.http.get(path).expect(200);
    const second = await ledger.http.get(path).set('if-none-match', '"v0", W/"v2"').expect(304);

    expect(first.headers).toMatchObject({ etag: '"v2"', 'cache-control': 'private, no-cache' });
    expect(second.text).toBe('');
  });

  it('creates only what does not exist with If-None-Match: *', async () => {
    const again = await ledger.http.post('/v1/units').set('if-none-match', '*').send(reformOffice);
    const fresh = await ledger.http
      .post('/v1/units')
      .set('if-none-match', '*')
      .send({ ...reformOffice, id: 'district-housing-bureau' });

    expect(again.status).toBe(412);
    expect(again.body).toMatchObject({ code: 'REVISION_STALE', actualRevision: 0 });
    expect(fresh.status).toBe(201);
  });

  it('refuses If-Match beside If-None-Match, whichever of them would hold', async () => {
    const head = await ledger.head();

    const both = await ledger.http
      .post(`${observations}/${eventId}:correct`)
      .set({ 'if-match': '"v2"', 'if-none-match': '*' })
      .send(correction)
      .expect(400);

    expect(both.body).toMatchObject({
      code: 'IF_NONE_MATCH_INVALID',
      errors: [{ header: 'if-none-match', message: expect.stringMatching(/If-Match/) }],
    });
    expect(await ledger.head()).toBe(head);
  });

  it('refuses a second correction of a statement that no longer stands', async () => {
    const answer = await ledger.http
      .post(`${observations}/${eventId}:correct`)
      .set('if-match', '"v2"')
      .send({ ...correction, quantity: { printed: '68.3万平方米' } })
      .expect(409);

    expect(answer.body).toMatchObject({
      code: 'OBSERVATION_NOT_LIVE',
      errors: [{ parameter: 'eventId', received: eventId }],
    });
  });
});
