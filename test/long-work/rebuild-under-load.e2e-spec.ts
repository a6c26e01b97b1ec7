import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricId } from '../bench/history.js';
import { startServer, type RunningServer } from '../server.js';
import { EventStream } from '../stories/event-stream.js';
import { seedHistory } from './seeding.js';

const EVENTS = 20_000;
/** Those who ask at the same time, each one question after the other. */
const READERS = 6;
const REBUILDS = 2;
const metric = `/v1/metrics/${metricId(3)}`;

/** What answers say, as far as this looks at it. */
type Said = {
  id: string;
  position: string;
  state: string;
  result: { comparison: { build: string } };
  items: { data: { build: string } }[];
};

describe(`two rebuilds on ${EVENTS} events, under those who read and write`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ledger-under-load-'));
  let server: RunningServer;

  beforeAll(async () => {
    await seedHistory(dataDir, EVENTS);
    server = await startServer({ dataDir });
  }, 60_000);
  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ask = (path: string): Promise<Response> => fetch(`${server.url}${path}`);
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const bodyOf = async (answer: Response): Promise<Said> => JSON.parse(await answer.text());
  const json = async (path: string): Promise<Said> => bodyOf(await ask(path));

  it('refuse nobody, change no answer about the past, and hide nothing that was written', async () => {
    const pinned = [
      `/v1/board?knownAt=${EVENTS}`,
      `${metric}/timeline?knownAt=${EVENTS / 2}&view=asReported`,
      `${metric}?knownAt=${EVENTS}`,
      `/v1/metrics?knownAt=${EVENTS}&pageSize=5`,
      `/v1/activity?knownAt=${EVENTS}&pageSize=20`,
    ];
    const texts = new Map<string, string>();
    for (const path of pinned) texts.set(path, await (await ask(path)).text());
    const stream = await EventStream.open(`${server.url}/v1/stream?after=${EVENTS}`);
    await stream.until('stream.caughtUp');

    const failed: string[] = [];
    const written: string[] = [];
    let answered = 0;
    const expectOk = (path: string, { status, ok }: Response): void => {
      answered += 1;
      if (!ok) failed.push(`${path} ${status}`);
    };
    const questions = [
      ...pinned,
      '/v1/board',
      `${metric}/timeline`,
      metric,
      '/v1/changes?limit=50',
    ];
    const over = new AbortController();
    const reading = async (reader: number): Promise<void> => {
      for (let index = reader; !over.signal.aborted; index += 1) {
        const path = questions[index % questions.length] ?? '/v1/board';
        const answer = await ask(path);
        const text = await answer.text();
        expectOk(path, answer);
        const before = texts.get(path);
        if (before !== undefined && before !== text) failed.push(`${path} is another answer`);
      }
    };
    const writing = async (): Promise<void> => {
      for (let index = 0; !over.signal.aborted; index += 1) {
        const names = { zh: `办公室${index}`, en: `Office ${index}` };
        const id = `office-${index}`;
        const answer = await post('/v1/units', { id, names, level: 'district' });
        expectOk(`POST ${id}`, answer);
        const { position } = await bodyOf(answer);
        const read = await ask(`/v1/units/${id}?minPosition=${position}`);
        await read.arrayBuffer();
        expectOk(`GET ${id}`, read);
        written.push(position);
      }
    };
    const work = [writing(), ...Array.from({ length: READERS }, (_, reader) => reading(reader))];
    const builds = new Set<string>();
    for (let rebuild = 0; rebuild < REBUILDS; rebuild += 1) {
      const { id } = await bodyOf(await post('/v1/operations', { kind: 'rebuild' }));
      let operation = await json(`/v1/operations/${id}`);
      while (['queued', 'running'].includes(operation.state)) {
        operation = await json(`/v1/operations/${id}`);
      }
      expect(operation).toMatchObject({ state: 'succeeded' });
      builds.add(operation.result.comparison.build);
    }
    // Those who read have gone over to the new views, and the log tells of them.
    await stream.until('readModels.rebuilt', REBUILDS);
    over.abort();
    await Promise.all(work);

    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(READERS * questions.length);
    for (const [path, text] of texts) expect(await (await ask(path)).text()).toBe(text);
    await stream.until('unit.registered', written.length);
    stream.close();
    const told = stream.events.flatMap(({ id }) => id ?? []);
    const first = EVENTS + 1;
    expect(told).toEqual(Array.from({ length: told.length }, (_, index) => String(first + index)));
    const { items } = await json('/v1/streams/projection-read-models/events');
    const recorded = items.map(({ data }) => data.build);
    expect(new Set(recorded)).toEqual(builds);
    expect(items).toHaveLength(REBUILDS);
  }, 120_000);
});
