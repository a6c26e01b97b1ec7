import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../server.js';

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 3);
const WRITERS = 64;
const METRICS = 16;

type Acknowledged = { key: string; eventId: string; printed: string };
type Entry = { id: string; position: string; sequence: number; type: string };

describe(`a server that is killed while ${WRITERS} clients post`, () => {
  let dataDir: string;
  let server: RunningServer;
  let random: () => number;

  beforeAll(async () => {
    console.log(`crash seed ${seed}, ${rounds} rounds`);
    random = generator(seed);
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-crash-'));
    server = await startServer({ dataDir });
    await prepare(server.url);
  }, 60_000);

  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has every acknowledged post exactly once after each restart', async () => {
    const acknowledged: Acknowledged[] = [];
    const unanswered: { key: string; path: string; body: string }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const writers = Array.from({ length: WRITERS }, (_, writer) =>
        postUntilItFails(server.url, round, writer, acknowledged, unanswered),
      );
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600));
      await server.end('SIGKILL');
      await Promise.all(writers);
      server = await startServer({ dataDir });

      const events = await allEvents(server.url);
      const times = countBy(events.map(({ id }) => id));
      const lost = acknowledged.filter(({ eventId }) => !times.has(eventId));
      const doubled = [...times].filter(([, count]) => count > 1);
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
    }
    console.log(`${acknowledged.length} acknowledged, 0 lost, 0 doubled`);
    expect(acknowledged.length).toBeGreaterThan(WRITERS);

    // What was never answered is asked again under its key: recorded once, whatever happened before.
    for (const { key, path, body } of unanswered) {
      const answer = await post(server.url, path, body, key);
      expect([200, 201]).toContain(answer.status);
    }
    const events = await allEvents(server.url);
    const reports = events.filter(({ type }) => type === 'ObservationReported');
    expect(reports).toHaveLength(acknowledged.length + unanswered.length);
  }, 240_000);

  it('answers the same after its views were deleted', async () => {
    const paths = ['/v1/board', '/v1/metrics?pageSize=1000', '/v1/metrics/m-0/timeline'];
    const before = await Promise.all(paths.map((path) => body(server.url, path)));
    await server.end('SIGTERM');
    rmSync(join(dataDir, 'views'), { recursive: true, force: true });
    server = await startServer({ dataDir });
    expect(await Promise.all(paths.map((path) => body(server.url, path)))).toEqual(before);
  }, 60_000);
});

async function prepare(url: string): Promise<void> {
  const text = (word: string) => ({ zh: word, en: word });
  const office = { id: 'office', names: text('office'), level: 'district' };
  const reform = { id: 'reform', names: text('reform') };
  await mustPost(url, '/v1/units', JSON.stringify(office));
  await mustPost(url, '/v1/reforms', JSON.stringify(reform));
  for (let index = 0; index < METRICS; index += 1) {
    const metric = {
      id: `m-${index}`,
      reform: 'reform',
      names: text(`m ${index}`),
      kind: 'stock',
      unit: 'person',
      timeSemantics: 'asOf',
      definition: text('head count'),
      dataSource: text('test'),
      frequency: 'irregular',
      owner: 'office',
    };
    await mustPost(url, '/v1/metrics', JSON.stringify(metric));
  }
}

async function postUntilItFails(
  url: string,
  round: number,
  writer: number,
  acknowledged: Acknowledged[],
  unanswered: { key: string; path: string; body: string }[],
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const key = `round-${round}-writer-${writer}-${count}`;
    const path = `/v1/metrics/m-${writer % METRICS}/observations`;
    // Every post is about a day of its own: writers of one metric never meet on a date.
    const day = (round * 4 + Math.floor(writer / METRICS)) * 60 + count;
    const asOf = new Date(Date.UTC(1950, 0, 1 + day)).toISOString().slice(0, 10);
    const printed = `${writer * 1000 + count}人`;
    const asked = JSON.stringify({ time: { type: 'asOf', asOf }, quantity: { printed } });
    try {
      const answer = await post(url, path, asked, key);
      const receipt: { events: { eventId: string }[] } = JSON.parse(await answer.text());
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(receipt)}`);
      const [event] = receipt.events;
      if (event === undefined) throw new Error(`${answer.status} without events`);
      acknowledged.push({ key, eventId: event.eventId, printed });
    } catch (error) {
      if (error instanceof Error && /^\d{3} /.test(error.message)) throw error;
      unanswered.push({ key, path, body: asked });
      return;
    }
    if (count === 59) return;
  }
}

function post(url: string, path: string, asked: string, key: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  return fetch(`${url}${path}`, { method: 'POST', headers, body: asked });
}

async function mustPost(url: string, path: string, asked: string): Promise<void> {
  const answer = await post(url, path, asked, `prepare ${path} ${asked.slice(0, 40)}`);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function allEvents(url: string): Promise<Entry[]> {
  const answer = await fetch(`${url}/v1/events`, { headers: { accept: 'application/x-ndjson' } });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line): Entry => JSON.parse(line));
}

async function body(url: string, path: string): Promise<string> {
  return (await fetch(`${url}${path}`)).text();
}

function countBy(values: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** A small generator of numbers in [0, 1) from a seed (mulberry32), so that a run can be repeated. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
