import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogAddress } from '@ledger/engines';
import { freshSeed, generator } from '../crash/random.js';
import { startServer } from '../server.js';
import { countOf, essence, eventsOf, writeHistory } from './history.js';
import { runLedger, startLedger, until, type Ran } from './run-ledger.js';

let folder: string;
let target: LogAddress;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-synth-test-'));
  target = sqlite('target');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = (name: string): LogAddress => ({ engine: 'sqlite', dataDir: join(folder, name) });

type Asked = { to?: LogAddress; events?: number; seed?: number; more?: string[] };

const synthCommand = ({
  to = target,
  events = 3_000,
  seed = 7,
  more = [],
}: Asked = {}): string[] => [
  'synth',
  `--events=${events}`,
  `--seed=${seed}`,
  `--data=${to.dataDir}`,
  ...more,
];
const synth = (asked?: Asked): Ran => runLedger(synthCommand(asked));

describe('ledger synth', () => {
  const seed = freshSeed();

  it(`writes the same bytes wherever it runs, each marked as made up (seed ${seed})`, async () => {
    expect(synth({ seed })).toMatchObject({ status: 0, stderr: '' });
    expect(synth({ seed, to: sqlite('other') })).toMatchObject({ status: 0, stderr: '' });

    const events = await eventsOf(target);
    expect(events).toHaveLength(3_000);
    expect(events.every(({ metadata }) => metadata.synthetic === true)).toBe(true);
    expect(essence(await eventsOf(sqlite('other')))).toEqual(essence(events));
  });

  it('writes others for another seed', async () => {
    synth({ events: 50 });
    synth({ events: 50, seed: 8, to: sqlite('other') });
    expect(essence(await eventsOf(sqlite('other')))).not.toEqual(essence(await eventsOf(target)));
  });

  it('has nothing to add when it is run again, and says so in Chinese or as JSON', async () => {
    synth({ events: 400 });
    const before = essence(await eventsOf(target));

    const again = synth({ events: 400, more: ['--lang', 'zh'] });
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout).toContain('共 400 个演示事件（种子 7），本次写入 0 个');
    const { stdout } = synth({ events: 400, more: ['--json'] });
    expect(JSON.parse(stdout)).toMatchObject({ events: 400, added: 0, seed: 7 });
    expect(essence(await eventsOf(target))).toEqual(before);
  });

  it('fills a ledger that a server shows with the mark of made-up figures', async () => {
    synth();
    const server = await startServer({ dataDir: target.dataDir });
    try {
      const answer = await fetch(`${server.url}/v1/board`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ synthetic: true });
    } finally {
      await server.end('SIGTERM');
    }
  });
});

describe('a ledger that holds something else', () => {
  it('is refused, and left as it is', async () => {
    await writeHistory(target, { events: 30, random: generator(5) });
    await refused({}, 'holds 30 events and differs from this history at position 1');
  });

  it('is refused when it was made from another seed, or is longer', async () => {
    synth({ events: 300 });
    await refused({ events: 300, seed: 8 }, 'holds 300 events and differs from this history at');
    await refused({ events: 299 }, 'at position 300');
  });

  it('is refused when somebody has written to it since', async () => {
    synth({ events: 300 });
    await writeHistory(target, { events: 5, random: generator(7) });
    await refused(
      { events: 300 },
      'holds 305 events and differs from this history at position 301',
    );
  });

  it('is refused while a server uses it', async () => {
    const server = await startServer({ dataDir: target.dataDir });
    try {
      const { status, stderr } = synth();
      expect(status).toBe(1);
      expect(stderr).toContain('in use by another server');
    } finally {
      await server.end('SIGTERM');
    }
  });

  async function refused(asked: Asked, because: string): Promise<void> {
    const before = essence(await eventsOf(target));
    const { status, stdout, stderr } = synth(asked);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(because);
    expect(essence(await eventsOf(target))).toEqual(before);
  }
});

describe('an interrupted history', () => {
  const EVENTS = 12_000;
  const seed = freshSeed();

  it(`goes on after kill -9, at whatever point (seed ${seed})`, async () => {
    const random = generator(seed);
    synth({ events: EVENTS, to: sqlite('whole') });
    const whole = essence(await eventsOf(sqlite('whole')));
    const stood: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const enough = Math.floor(((round + random()) / 3) * EVENTS);
      const running = startLedger(synthCommand({ events: EVENTS }));
      await until(async () => (await countOf(target)) >= enough);
      running.process.kill('SIGKILL');
      await running.ended;
      const standing = essence(await eventsOf(target));
      expect(standing).toEqual(whole.slice(0, standing.length));
      stood.push(standing.length);
    }
    console.log(`after each kill there stood ${stood.join(', ')} of ${EVENTS}`);
    expect(stood.some((events) => events > 0 && events < EVENTS)).toBe(true);

    expect(synth({ events: EVENTS })).toMatchObject({ status: 0, stderr: '' });
    expect(essence(await eventsOf(target))).toEqual(whole);
  }, 120_000);

  it('says where it stood when it is interrupted, and goes on', async () => {
    const running = startLedger(synthCommand({ events: EVENTS }));
    await until(async () => (await countOf(target)) > 0);
    running.process.kill('SIGINT');
    const { status, stderr } = await running.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^Interrupted: \d+ of 12000 events stand in .+; the same command/);

    expect(synth({ events: EVENTS })).toMatchObject({ status: 0, stderr: '' });
    expect(await countOf(target)).toBe(EVENTS);
  });
});

describe('a command line that cannot be', () => {
  it.each([
    [[], 'Say how many: synth --events N (1 to 20000000)'],
    [['--events', '0'], '--events is a whole number from 1 to 20000000, not "0".'],
    [['--events', '20000001'], '--events is a whole number from 1 to 20000000'],
    [['--events', '1e6'], '--events is a whole number from 1 to 20000000, not "1e6".'],
    [['--events', '9', '--seed', '-1'], '--seed'],
    [['--events', '9', '--seed', '4294967296'], '--seed is a whole number from 0 to 4294967295'],
    [['--events', '9', '--metrics', '0'], '--metrics is a whole number from 1 to 10000'],
    [['--events', '20000000', '--metrics', '1'], '--metrics: 1 would take more than 40 years'],
    [['--events', '9', '--until', 'x'], '--until is no option of synth'],
  ])('is refused before anything is made: %j', async (options, sentence) => {
    const { status, stderr } = runLedger(['synth', ...options, '--data', target.dataDir]);
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
    expect(await countOf(target)).toBe(0);
  });
});
