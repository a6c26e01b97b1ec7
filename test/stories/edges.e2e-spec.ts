import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerUnderTest } from './ledger.js';

const vacated = '/v1/metrics/vacated-premises-handed-over-area';
const asOf = (date: string, printed: string) => ({
  time: { type: 'asOf', asOf: date },
  quantity: { printed },
});

describe('at the edges', () => {
  let ledger: LedgerUnderTest;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open({ seed: 'guangming-2021' });
  }, 60_000);
  afterAll(() => ledger.remove());

  it.each(['?validateOnly=true', '?dryRun=1&x=2'])(
    'a write with parameters (%s) is refused, not taken for good',
    async (query) => {
      const head = await ledger.head();
      const answer = await ledger.http
        .post(`${vacated}/observations${query}`)
        .send(asOf('2021-09-30', '70.2万平方米'))
        .expect(422);
      expect(answer.body).toMatchObject({ code: 'FIELD_UNKNOWN' });
      expect(await ledger.head()).toBe(head);
    },
  );

  it.each(['//', '/v1//metrics', '/docs//x', '/%2e%2e/x', '/assets/%2e%2e/%2e%2e/package.json'])(
    'there is nothing at %s, and no fault of the server',
    async (path) => {
      const answer = await fetch(`${ledger.url}${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    },
  );

  it.each(['2026-02-31T00:00:00Z', '2021-02-30T12:00:00+08:00', '2021-08-26T24:00:00Z'])(
    'a moment that never was (%s) is not taken for another',
    async (moment) => {
      const answer = await ledger.http.get('/v1/board').query({ knownAt: moment }).expect(422);
      expect(answer.body.code).toBe('KNOWN_AT_INVALID');
    },
  );

  it('an unchanged answer names where the stream stands, so that one can go on from it', async () => {
    const written = await ledger.http
      .post(`${vacated}/observations`)
      .send(asOf('2021-10-31', '71万平方米'))
      .expect(201);
    const same = await ledger.http
      .post(`${vacated}/observations`)
      .send(asOf('2021-08-26', '68.1万平方米'))
      .expect(200);
    const minPosition = written.headers['ledger-position'];
    const metric = await ledger.http.get(vacated).query({ minPosition }).expect(200);
    expect(same.body.outcome).toBe('unchanged');
    expect(same.headers['etag']).toBe(`"v${metric.body.revision}"`);
  });

  it('a metric stays on the board until the day of its retirement', async () => {
    const id = 'academic-leaders-recruited';
    const retired = await ledger.http
      .post(`/v1/metrics/${id}:retire`)
      .send({ retiredOn: '2090-06-02', reason: '不再统计' })
      .expect(201);
    const minPosition = retired.headers['ledger-position'];
    const shown = async (query: object) => {
      const answer = await ledger.http
        .get('/v1/board')
        .query({ minPosition, ...query })
        .expect(200);
      return answer.text.includes(`"id":"${id}"`);
    };
    expect(await shown({})).toBe(true);
    expect(await shown({ validAt: '2090-06-02' })).toBe(false);
  });

  it('a break needs a successor that exists', async () => {
    const answer = await ledger.http
      .post(`${vacated}:declareBreak`)
      .send({ validFrom: '2021-12-01', reason: '口径调整', successor: 'nothing-of-this-name' })
      .expect(422);
    expect(answer.body.errors[0]).toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      pointer: '/successor',
    });
  });

  it.each([
    ['cut in half', (file: string, bytes: number) => truncateSync(file, Math.floor(bytes / 2))],
    ['overwritten', (file: string, bytes: number) => writeFileSync(file, Buffer.alloc(bytes, 7))],
  ])(
    'views that were %s are rebuilt from the log at the next start',
    async (_, damage) => {
      const before = (await ledger.http.get('/v1/board').expect(200)).text;
      await ledger.stop();
      const folder = join(ledger.dataDir, 'views');
      const name = readdirSync(folder).find((each) => /^views\.db\.[0-9a-f]{8}$/.test(each));
      const file = join(folder, name ?? 'no views');
      damage(file, readFileSync(file).length);
      await ledger.start();
      expect((await ledger.http.get('/v1/board').expect(200)).text).toBe(before);
    },
    60_000,
  );
});
