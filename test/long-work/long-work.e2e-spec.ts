import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLedger } from '../cli/run-ledger.js';
import { startServer, type RunningServer } from '../server.js';
import { EventStream } from '../stories/event-stream.js';
import { seedHistory } from './seeding.js';

const EVENTS = 50_000;
const JSON_BODY = { 'content-type': 'application/json' };

type Operation = {
  id: string;
  state: string;
  progress: { phase: string; done: number; total: number };
  result?: { position: string; models: { hash: string }[] };
  error?: { code: string; title: { zh: string; en: string } };
};

describe(`long work on ${EVENTS} events, on the built server`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ledger-long-work-'));
  let server: RunningServer | undefined;

  const serve = async (env: Record<string, string> = {}): Promise<RunningServer> =>
    (server = await startServer({ dataDir, env }));
  const url = (path: string): string => `${server?.url ?? ''}/v1/operations${path}`;
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<Operation> => {
    const more = body === undefined ? {} : { headers: JSON_BODY, body: JSON.stringify(body) };
    const answer = await fetch(url(path), { method, ...more });
    expect([200, 202]).toContain(answer.status);
    return JSON.parse(await answer.text());
  };
  const untilTrue = async (
    id: string,
    holds: (operation: Operation) => boolean,
  ): Promise<Operation> => {
    for (;;) {
      const operation = await call('GET', `/${id}`);
      if (holds(operation)) return operation;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const isOver = ({ state }: Operation): boolean => !['queued', 'running'].includes(state);
  /** Begun and not over: some of the log is folded. */
  const halfWay = async (body: object): Promise<Operation> => {
    const { id } = await call('POST', '', body);
    const operation = await untilTrue(id, (one) => isOver(one) || one.progress.done > 0);
    expect(operation.state).toBe('running');
    return operation;
  };
  const filesIn = (folder: string): string[] => {
    const path = join(dataDir, folder);
    return existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort() : [];
  };
  /** The databases of the views; SQLite's companions come and go with connections. */
  const views = (): string[] =>
    filesIn('views').filter((file) => !/-(wal|shm|journal)$/.test(file));

  beforeAll(() => seedHistory(dataDir, EVENTS), 120_000);
  afterEach(async () => {
    await server?.end('SIGTERM');
    server = undefined;
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('tells how far it is on the stream and when polled, and comes to the same as the CLI', async () => {
    const { url: address } = await serve();
    const stream = await EventStream.open(`${address}/v1/stream?topics=operations`);
    const { id } = await call('POST', '', { kind: 'replay' });
    const polled: Operation[] = [];
    const operation = await untilTrue(id, (one) => {
      polled.push(one);
      return isOver(one);
    });
    const again = await call('POST', '', { kind: 'replay', until: String(EVENTS) });
    await untilTrue(again.id, isOver);
    await stream.until('stream.caughtUp');
    stream.close();

    expect(operation.state).toBe('succeeded');
    const folding = polled.filter(({ progress }) => progress.phase === 'folding');
    const counts = folding.map(({ progress }) => progress.done);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).toBeGreaterThan(2);
    expect(new Set(folding.map(({ progress }) => progress.total))).toEqual(new Set([EVENTS]));
    const told = stream.events.filter(({ event }) => event === 'operation.progress');
    expect(told.length).toBeGreaterThan(2);
    expect((await call('GET', `/${again.id}`)).result).toEqual(operation.result);

    const cli = runLedger(['replay', '--data', dataDir, '--at', String(EVENTS), '--json']);
    expect(cli).toMatchObject({ status: 0, stderr: '' });
    const { models, position, live } = JSON.parse(cli.stdout);
    expect({ position, models }).toEqual(operation.result);
    expect(live.verdict).toBe('equal');
  }, 120_000);

  it('leaves no files when a replay is cancelled half-way', async () => {
    await serve();
    const { id } = await halfWay({ kind: 'replay' });
    expect(filesIn('operations').length).toBeGreaterThan(0);

    await call('POST', `/${id}:cancel`);
    const operation = await untilTrue(id, isOver);

    expect(operation.state).toBe('cancelled');
    expect(operation.progress.done).toBeLessThan(operation.progress.total);
    expect(filesIn('operations')).toEqual([]);
  }, 60_000);

  it('leaves the views in force, and no others, when a rebuild is cancelled half-way', async () => {
    await serve();
    const before = views();
    const { id } = await halfWay({ kind: 'rebuild' });
    expect(views().length).toBeGreaterThan(before.length);

    await call('POST', `/${id}:cancel`);

    expect((await untilTrue(id, isOver)).state).toBe('cancelled');
    expect(views()).toEqual(before);
  }, 60_000);

  it.each([['replay'], ['rebuild']])(
    'is cleared away at the next start when the server is killed within a %s',
    async (kind) => {
      const { end } = await serve();
      const before = views();
      await halfWay({ kind });
      await end('SIGKILL');
      const left = [...filesIn('operations'), ...views()];
      expect(left.length).toBeGreaterThan(before.length);

      await serve();

      expect(filesIn('operations')).toEqual([]);
      expect(views()).toEqual(before);
      const list: unknown = await call('GET', '');
      expect(list).toEqual({ items: [] });
    },
    60_000,
  );

  it('ends with the server, which stops in order and leaves nothing of it', async () => {
    const { end } = await serve();
    const before = views();
    await halfWay({ kind: 'replay' });
    await call('POST', '', { kind: 'rebuild' });

    expect(await end('SIGTERM')).toBe(0);

    expect(filesIn('operations')).toEqual([]);
    expect(views()).toEqual(before);
  }, 60_000);

  it('fails alone when its thread is lost, and the next operation runs', async () => {
    // Breaks the thread of every replay from inside, as a fault in a driver would.
    const breaking = `
      import { isMainThread, workerData } from 'node:worker_threads';
      if (!isMainThread && workerData?.kind === 'replay') {
        setTimeout(() => { throw new Error('broken on purpose'); }, 50);
      }`;
    const imported = `--import=data:text/javascript,${encodeURIComponent(breaking)}`;
    await serve({ NODE_OPTIONS: imported });
    const before = views();

    const { id } = await call('POST', '', { kind: 'replay' });
    const operation = await untilTrue(id, isOver);

    expect(operation).toMatchObject({
      state: 'failed',
      error: {
        code: 'OPERATION_THREAD_LOST',
        title: { zh: '执行操作的线程已中断', en: 'The thread of the operation was lost' },
      },
    });
    expect(JSON.stringify(operation.error)).toContain('broken on purpose');
    expect(filesIn('operations')).toEqual([]);
    const next = await call('POST', '', { kind: 'rebuild' });
    expect((await untilTrue(next.id, isOver)).state).toBe('succeeded');
    expect(views()).toHaveLength(before.length);
  }, 60_000);
});
