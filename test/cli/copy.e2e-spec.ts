import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog, type LogAddress } from '@ledger/engines';
import { openDatabase } from '@ledger/sqlite';
import { freshSeed, generator } from '../crash/random.js';
import { startServer } from '../server.js';
import {
  countOf,
  digestOf,
  essence,
  eventsOf,
  randomEvent,
  writeHistory,
  writeManyEvents,
} from './history.js';
import { contentsOf, runLedger, startLedger, until, type Ran } from './run-ledger.js';

let folder: string;
let source: LogAddress;
let target: LogAddress;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-copy-test-'));
  source = sqlite('source');
  target = sqlite('target');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = (name: string): LogAddress => ({ engine: 'sqlite', dataDir: join(folder, name) });
const copyCommand = (...more: string[]): string[] => [
  'copy',
  '--from',
  `sqlite:${source.dataDir}`,
  '--to',
  `sqlite:${target.dataDir}`,
  ...more,
];

describe('ledger copy', () => {
  const seed = freshSeed();

  it(`makes every entry, revision and sequence equal (seed ${seed})`, async () => {
    await writeHistory(source, { events: 700, random: generator(seed), large: true });

    const { status, stdout, stderr } = runLedger(copyCommand());

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const events = await eventsOf(source);
    expect(essence(await eventsOf(target))).toEqual(essence(events));
    expect(Math.max(...events.map(({ entry }) => Buffer.byteLength(entry)))).toBeGreaterThan(
      60_000,
    );
    expect(stdout).toContain('700 events, 700 written now');
    expect(stdout).toContain(digestOf(events));
  });

  it('keeps times that step back, as ledgers of several processes have them', async () => {
    const log = await openLog(source, { thread: false });
    const times = ['2026-01-01T08:00:00.005Z', '2026-01-01T08:00:00.003Z'];
    for (const [index, recordedAt] of times.entries()) {
      const { metadata, ...event } = randomEvent(generator(index), false);
      const copied = { ...event, metadata: { ...metadata, recordedAt } };
      await log.append(`unit-office-${index}`, 'none', [copied]);
    }
    await log.close();

    const { status, stderr } = runLedger(copyCommand());

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const copied = await eventsOf(target);
    expect(copied.map(({ metadata }) => metadata.recordedAt)).toEqual(times);
    expect(essence(copied)).toEqual(essence(await eventsOf(source)));
  });

  it('tells programs one object, and the second time has nothing to do', async () => {
    await writeHistory(source, { events: 20, random: generator(1) });
    runLedger(copyCommand());
    const before = (await eventsOf(target)).length;

    const { status, stdout } = runLedger(copyCommand('--json'));

    const events = await eventsOf(source);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      from: `sqlite:${source.dataDir}`,
      to: `sqlite:${target.dataDir}`,
      events: 20,
      added: 0,
      position: '20',
      recordedAt: events.at(-1)?.metadata.recordedAt,
      sha256: digestOf(events),
      sourceGained: 0,
    });
    expect(await eventsOf(target)).toHaveLength(before);
  });

  it('brings over what its source gained, and speaks Chinese', async () => {
    await writeHistory(source, { events: 30, random: generator(2) });
    runLedger(copyCommand());
    await writeHistory(source, { events: 12, random: generator(3) });

    const { status, stdout } = runLedger(copyCommand('--lang', 'zh'));

    expect(status).toBe(0);
    expect(stdout).toContain('共 42 个事件，本次写入 12 个，已逐字节核对');
    expect(essence(await eventsOf(target))).toEqual(essence(await eventsOf(source)));
  });

  it('reads beside a running server, and its copy is a ledger that a server can use', async () => {
    const server = await startServer({ dataDir: source.dataDir, seed: 'guangming-2021' });
    try {
      expect(runLedger(copyCommand())).toMatchObject({ status: 0, stderr: '' });
    } finally {
      await server.end('SIGTERM');
    }
    const copied = await startServer({ dataDir: target.dataDir });
    try {
      const answer = await fetch(`${copied.url}/v1/board`);
      expect(answer.status).toBe(200);
      expect(essence(await eventsOf(target))).toEqual(essence(await eventsOf(source)));
    } finally {
      await copied.end('SIGTERM');
    }
  });

  it('leaves everything in the one file, so that nothing is lost with a companion file', async () => {
    await writeHistory(source, { events: 20, random: generator(4) });
    runLedger(copyCommand());
    for (const name of readdirSync(target.dataDir)) {
      if (name !== 'ledger.db') rmSync(join(target.dataDir, name));
    }
    expect(await eventsOf(target)).toHaveLength(20);
  });
});

describe('a target that is no beginning of the source', () => {
  beforeEach(() => writeHistory(source, { events: 30, random: generator(5) }));

  it('is refused when it is another ledger', async () => {
    await writeHistory(target, { events: 3, random: generator(6) });
    await refused('differs from the source at position 1');
  });

  it('is refused when it goes another way later', async () => {
    runLedger(copyCommand());
    await writeHistory(target, { events: 5, random: generator(7) });
    await writeHistory(source, { events: 9, random: generator(8) });
    await refused('differs from the source at position 31');
  });

  it('is refused when it is longer', async () => {
    runLedger(copyCommand());
    await writeHistory(target, { events: 5, random: generator(7) });
    await refused('holds 35 events, more than the 30 of the source (from position 31 on)');
  });

  it('is refused while a server uses it', async () => {
    const server = await startServer({ dataDir: target.dataDir });
    try {
      const { status, stderr } = runLedger(copyCommand());
      expect(status).toBe(1);
      expect(stderr).toContain('in use by another server');
    } finally {
      await server.end('SIGTERM');
    }
  });

  async function refused(because: string): Promise<void> {
    const before = essence(await eventsOf(target));
    const { status, stdout, stderr } = runLedger(copyCommand());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(because);
    expect(essence(await eventsOf(target))).toEqual(before);
  }
});

describe('an interrupted copy', () => {
  const EVENTS = 20_000;
  const seed = freshSeed();

  it(`goes on after kill -9, at whatever point (seed ${seed})`, async () => {
    const random = generator(seed);
    await writeManyEvents(source, EVENTS);
    const whole = essence(await eventsOf(source));
    const stood: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const running = startLedger(copyCommand());
      if (round === 0) await until(async () => (await countOf(target)) > stood.length);
      else await new Promise((resolve) => setTimeout(resolve, random() * 1_200));
      running.process.kill('SIGKILL');
      await running.ended;
      const standing = await eventsOf(target);
      expect(essence(standing)).toEqual(whole.slice(0, standing.length));
      stood.push(standing.length);
    }
    console.log(`after each kill there stood ${stood.join(', ')} of ${EVENTS}`);
    expect(stood.some((events) => events > 0 && events < EVENTS)).toBe(true);

    expect(runLedger(copyCommand())).toMatchObject({ status: 0, stderr: '' });
    expect(essence(await eventsOf(target))).toEqual(whole);
  }, 120_000);

  it('goes on where the file was made and holds nothing yet', async () => {
    await writeHistory(source, { events: 5, random: generator(9) });
    mkdirSync(target.dataDir);
    const database = openDatabase(join(target.dataDir, 'ledger.db'));
    database.exec('PRAGMA journal_mode = WAL');
    database.close();

    expect(runLedger(copyCommand())).toMatchObject({ status: 0, stderr: '' });
    expect(await eventsOf(target)).toHaveLength(5);
  });

  it('says at Ctrl-C where it stood and how to go on', async () => {
    await writeManyEvents(source, EVENTS);
    let ran: Ran = { status: 0, stdout: '', stderr: '' };
    // On a busy machine a copy may be done before the signal reaches it; then another one is begun.
    for (let round = 0; round < 5 && ran.status === 0; round += 1) {
      rmSync(target.dataDir, { recursive: true, force: true });
      const running = startLedger(copyCommand());
      await until(async () => (await countOf(target)) > 0);
      running.process.kill('SIGINT');
      ran = await running.ended;
    }

    expect(ran.status).toBe(130);
    const standing = await eventsOf(target);
    expect(ran.stderr).toBe(
      `Interrupted: ${standing.length} of ${EVENTS} events stand in sqlite:${target.dataDir}; ` +
        'the same command goes on from there.\n',
    );
    expect(runLedger(copyCommand())).toMatchObject({ status: 0 });
    expect(essence(await eventsOf(target))).toEqual(essence(await eventsOf(source)));
  }, 60_000);

  it('leaves its source as it was', async () => {
    await writeHistory(source, { events: 5, random: generator(10) });
    const { 'ledger.db': before } = contentsOf(source.dataDir);
    runLedger(copyCommand());
    expect(contentsOf(source.dataDir)['ledger.db']).toBe(before);
  });
});
