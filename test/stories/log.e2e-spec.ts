import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { Response } from 'supertest';
import { LedgerUnderTest, landReform, observations, vacated, vacatedArea } from './ledger.js';

type Item = { position: string; sequence: number; id: string; type: string; stream: string };

describe('the log, for who audits it', () => {
  let ledger: LedgerUnderTest;
  const leafHashes = new Map<string, string>();

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    for (let day = 1; day <= 25; day += 1) {
      const asOf = `2021-08-${String(day).padStart(2, '0')}`;
      const answer = await ledger.http.post(observations).send(vacated('68.1万平方米', asOf));
      const [event] = answer.body.events;
      leafHashes.set(event.eventId, event.leafHash);
    }
    await ledger.http
      .post('/v1/reforms')
      .send({ ...landReform, id: 'another' })
      .expect(201);
  });
  afterAll(() => ledger.remove());

  const everyPage = async (query: string): Promise<Item[]> => {
    const items: Item[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const path = `/v1/events?after=${after}${query}`;
      const answer: Response = await ledger.http.get(path).expect(200);
      items.push(...answer.body.items);
      after = answer.body.next;
    }
    return items;
  };
  const ndjson = async (query: string): Promise<Item[]> => {
    const answer = await ledger.http
      .get(`/v1/events${query}`)
      .set('accept', 'application/x-ndjson')
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => done(null, text));
      })
      .expect(200);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const text = String(answer.body);
    expect(text === '' || text.endsWith('\n')).toBe(true);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Item => JSON.parse(line));
  };

  it('gives the same events as pages and as lines, in order, without gap', async () => {
    const pages = await everyPage('&limit=7');
    const lines = await ndjson('');

    expect(lines).toEqual(pages);
    expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index));
    expect(lines.at(-1)?.position).toBe(await ledger.head());
  });

  it('lets anybody compute the leaf hash of a receipt from the entry', async () => {
    const lines = await ndjson('?type=ObservationReported');

    expect(lines).toHaveLength(25);
    for (const { position: _position, sequence: _sequence, ...entry } of lines) {
      const hash = createHash('sha256')
        .update(Buffer.of(0))
        .update(canonicalize(entry))
        .digest('hex');
      expect(hash).toBe(leafHashes.get(entry.id));
    }
  });

  it('keeps the request id and the idempotency key in the event', async () => {
    const answer = await ledger.http
      .post(observations)
      .set('x-request-id', 'desk-7-0001')
      .set('idempotency-key', 'k-0001')
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(201);

    const [line] = await ndjson(`?after=${BigInt(answer.body.position) - 1n}`);
    expect(line).toMatchObject({
      metadata: {
        correlationId: 'desk-7-0001',
        commandId: expect.stringMatching(/^[0-9a-f]{32}$/),
        commandHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
      },
    });
  });

  it.each([
    [
      `&stream=metric-${vacatedArea.id}`,
      (item: Item) => item.stream === `metric-${vacatedArea.id}`,
    ],
    ['&type=ReformRegistered', (item: Item) => item.type === 'ReformRegistered'],
    [
      `&stream=metric-${vacatedArea.id}&type=MetricDefined`,
      (item: Item) => item.type === 'MetricDefined',
    ],
    ['&stream=metric-nothing', () => false],
  ])('filters pages and lines by %s', async (query, isWanted) => {
    const wanted = (await everyPage('&limit=1000')).filter(isWanted);

    expect(await everyPage(`&limit=4${query}`)).toEqual(wanted);
    expect(await ndjson(`?after=0${query}`)).toEqual(wanted);
  });

  it('goes on after any position inside a stream', async () => {
    const stream = `metric-${vacatedArea.id}`;
    const all = await everyPage(`&stream=${stream}&limit=1000`);

    for (const { position } of all) {
      const rest = await ledger.http.get(
        `/v1/events?after=${position}&stream=${stream}&limit=1000`,
      );
      expect(rest.body.items).toEqual(
        all.filter((item) => BigInt(item.position) > BigInt(position)),
      );
    }
  });

  it('reads one stream by revision', async () => {
    const path = `/v1/streams/metric-${vacatedArea.id}/events`;

    const first = await ledger.http.get(`${path}?limit=10`).expect(200);
    const second = await ledger.http.get(`${path}?from=${first.body.next}&limit=1000`).expect(200);

    const revisions = [...first.body.items, ...second.body.items].map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.map((_, index) => index));
    expect(second.body.next).toBeNull();
  });

  it('stops lines at a limit, and at nothing', async () => {
    expect(await ndjson('?limit=3')).toHaveLength(3);
    expect(await ndjson(`?after=${await ledger.head()}`)).toEqual([]);
    expect(await ndjson('?after=999999')).toEqual([]);
  });

  it.each([
    '/v1/events?after=abc',
    '/v1/events?limit=0',
    '/v1/events?stream=Metric%20X',
    '/v1/streams/nodash/events',
    '/v1/streams/metric-x/events?from=-1',
    '/v1/events?until=5',
  ])('refuses %s', async (path) => {
    const answer = await ledger.http.get(path).expect(422);

    expect(answer.body.errors[0]).toHaveProperty('parameter');
  });
});
