import { randomBytes, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLog, openSqliteEventLog } from '@ledger/event-log-sqlite';
import { readLog, type Entry } from './checks.js';
import type { Load } from './clients.js';
import {
  clockOffBy,
  dyingThread,
  readiness,
  ReadOnlyPlace,
  readOnlyWay,
  SmallDisk,
  spelled,
  untilCaughtUp,
  WrittenLedger,
} from './faults-kit.js';
import { freshSeed, generator } from './random.js';
import { killServers, ServerProcess, type Launch } from './servers.js';

// Each test starts a handful of servers, which takes long where others use the machine too.
jest.setTimeout(120_000);

let folder: string;
let dataDir: string;
let ledger: WrittenLedger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-faults-'));
  dataDir = join(folder, 'data');
  ledger = new WrittenLedger();
});
afterEach(() => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a boot that is meant to fail; answers its exit code and the lines that it said. */
async function failedBoot(launch: Launch): Promise<{ code: number | null; said: string[] }> {
  const server = ServerProcess.launch(launch);
  const { code } = await server.ended;
  return { code, said: server.output.trim().split('\n') };
}

/** Every write that was refused got a problem that says to try again. */
function expectProblems({ refused, unexpected }: Load): void {
  expect(unexpected).toEqual([]);
  expect(refused.length).toBeGreaterThan(0);
  for (const { type, text } of refused) {
    expect(type).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  }
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

describe('a disk that is full', () => {
  const isMounted = SmallDisk.isPermitted();
  const inTmpfs = isMounted ? it : it.skip;
  const underLimit = isMounted ? it.skip : it;

  /** A data directory on a disk of its own; `leave` lets so many KiB be free, or everything. */
  type Disk = { launch: Launch; leave: (kibibytes: number | 'everything') => void };

  async function onSmallDisk(work: (disk: Disk) => Promise<void>): Promise<void> {
    const disk = new SmallDisk(24);
    const ballast = join(disk.path, 'ballast');
    const leave: Disk['leave'] = (kibibytes) => {
      rmSync(ballast, { force: true });
      if (kibibytes === 'everything') return;
      const { bavail, bsize } = statfsSync(disk.path);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - kibibytes * 1024));
    };
    try {
      await work({ launch: { dataDir: join(disk.path, 'data') }, leave });
    } finally {
      killServers();
      disk.remove();
    }
  }

  inTmpfs('(a small tmpfs) refuses writes, answers reads, goes on when there is room', () =>
    onSmallDisk(async ({ launch, leave }) => {
      const { server, url } = await ServerProcess.start(launch);
      await ledger.begin(url);
      leave(400);

      const load = await ledger.writeUntilRefused(url);
      expectProblems(load);
      expect(await statusOf(`${url}/v1/board`)).toBe(200);
      expect(await statusOf(`${url}/v1/events`)).toBe(200);
      expect(await ledger.problems(url)).toEqual([]);

      leave('everything');
      expect(new Set(await ledger.repeat(url, load))).toEqual(new Set([201]));
      await ledger.write(url, 200);
      await untilCaughtUp(url);
      expect(await ledger.problems(url)).toEqual([]);
      expect(await server.stop()).toEqual({ code: 0, signal: null });

      const again = await ServerProcess.start(launch);
      expect(await ledger.problems(again.url)).toEqual([]);
      await again.server.stop();
      expect(checkLog(launch.dataDir)).toMatchObject({ sound: true });
    }),
  );

  underLimit('(ulimit -f) refuses writes, has every acknowledged one after a restart', async () => {
    const limited = await ServerProcess.start({ dataDir, limits: 'ulimit -f 2000' });
    await ledger.begin(limited.url);

    const load = await ledger.writeUntilRefused(limited.url);
    expectProblems(load);
    expect(await statusOf(`${limited.url}/v1/board`)).toBe(200);
    expect(await ledger.problems(limited.url)).toEqual([]);
    await limited.server.stop();

    const { server, url } = await ServerProcess.start({ dataDir });
    expect(new Set(await ledger.repeat(url, load))).toEqual(new Set([201]));
    await ledger.write(url, 200);
    expect(await ledger.problems(url)).toEqual([]);
    await server.stop();
    expect(checkLog(dataDir)).toMatchObject({ sound: true });
  });

  inTmpfs('(a small tmpfs) stops a boot with one sentence, leaves the ledger whole', () =>
    onSmallDisk(async ({ launch, leave }) => {
      const first = await ServerProcess.start(launch);
      await ledger.begin(first.url);
      await first.server.kill();
      leave(0);

      const { code, said } = await failedBoot(launch);
      expect(code).toBe(1);
      expect(said).toEqual([expect.stringMatching(/full/)]);

      leave('everything');
      const { server, url } = await ServerProcess.start(launch);
      expect(await ledger.problems(url)).toEqual([]);
      await server.stop();
    }),
  );

  inTmpfs('(a small tmpfs) stops a rebuild of the views with one sentence that names them', () =>
    onSmallDisk(async ({ launch, leave }) => {
      const first = await ServerProcess.start(launch);
      await ledger.begin(first.url);
      await ledger.write(first.url, 1_000);
      await first.server.kill();
      rmSync(join(launch.dataDir, 'views'), { recursive: true });
      leave(100);

      const { code, said } = await failedBoot(launch);
      expect(code).toBe(1);
      expect(said).toEqual([
        expect.stringContaining('rebuilt from the log'),
        expect.stringMatching(/views.*full/),
      ]);

      leave('everything');
      const { server, url } = await ServerProcess.start(launch);
      expect(await ledger.problems(url)).toEqual([]);
      await server.stop();
    }),
  );
});

describe(`a directory that cannot be written (by ${readOnlyWay})`, () => {
  it('stops a boot with one sentence, with a ledger in it or without', async () => {
    const [used, empty] = [new ReadOnlyPlace(), new ReadOnlyPlace()];
    try {
      const first = await ServerProcess.start({ dataDir: used.path });
      await ledger.begin(first.url);
      await first.server.stop();
      for (const { path, user } of [used, empty]) {
        (path === used.path ? used : empty).makeReadOnly();
        const who = user === undefined ? {} : { user };

        const { code, said } = await failedBoot({ dataDir: path, ...who });

        expect(code).toBe(1);
        expect(said).toEqual([expect.stringContaining(path)]);
      }
      expect(checkLog(used.path)).toMatchObject({ sound: true });
    } finally {
      used.remove();
      empty.remove();
    }
  });
});

describe('a write-ahead log that lost its end', () => {
  const seed = Number(process.env['CRASH_SEED'] ?? freshSeed());
  console.log(`truncated WAL: CRASH_SEED=${seed}`);
  const random = generator(seed);
  const wal = (directory: string) => join(directory, 'ledger.db-wal');
  const cuts = [0, random(), random(), 0.999];

  /** The data directory as a server left it that was killed, and the log that it had answered. */
  async function killedServer(): Promise<{ before: Entry[]; leaveAsKilled: () => void }> {
    const { server, url } = await ServerProcess.start({ dataDir });
    await ledger.begin(url);
    await ledger.write(url, 400);
    await untilCaughtUp(url);
    const before = await readLog(url, '0');
    await server.kill();
    const killed = join(folder, 'killed');
    cpSync(dataDir, killed, { recursive: true });
    const leaveAsKilled = () => {
      rmSync(dataDir, { recursive: true });
      cpSync(killed, dataDir, { recursive: true });
    };
    return { before, leaveAsKilled };
  }

  /** Starts on what is left, and goes on: answers the log as it was found. */
  async function goOn(): Promise<{ found: Entry[]; said: string }> {
    const { server, url } = await ServerProcess.start({ dataDir });
    const found = await readLog(url, '0');
    const { projection } = await readiness(url);
    expect(projection).toMatchObject({ running: true, lagEvents: 0 });
    const changes: { items: { id: string }[] } = JSON.parse(
      await (await fetch(`${url}/v1/changes?limit=1000`)).text(),
    );
    expect(changes.items.map(({ id }) => id)).toEqual(found.slice(0, 1_000).map(({ id }) => id));

    const unit = {
      id: `after-${found.length}`,
      names: { zh: '之后', en: 'after' },
      level: 'other',
    };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(unit);
    const posted = await fetch(`${url}/v1/units`, { method: 'POST', headers, body });
    expect(posted.status).toBe(201);
    await untilCaughtUp(url);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(checkLog(dataDir)).toMatchObject({ sound: true });
    return { found, said: server.output };
  }

  it('starts on a prefix of the commits, and views that are ahead of it are rebuilt', async () => {
    const { before, leaveAsKilled } = await killedServer();
    const bytes = statSync(wal(dataDir)).size;
    const lengths: number[] = [];
    for (const part of cuts) {
      leaveAsKilled();
      truncateSync(wal(dataDir), Math.floor(bytes * part));

      const { found, said } = await goOn();

      expect(spelled(found)).toEqual(spelled(before.slice(0, found.length)));
      expect(said.includes('rebuilt from the log')).toBe(found.length < before.length);
      lengths.push(found.length);
    }
    console.log(`of ${before.length} events stayed ${lengths.join(', ')}`);
    expect(Math.min(...lengths)).toBeLessThan(before.length);

    // Bytes behind its end that mean nothing cost nothing.
    leaveAsKilled();
    appendFileSync(wal(dataDir), randomBytes(10_000));
    expect(spelled((await goOn()).found)).toEqual(spelled(before));
  });
});

describe('a second server on the same data directory', () => {
  it('is refused with one sentence, and may start when the first was killed', async () => {
    const first = await ServerProcess.start({ dataDir });
    await ledger.begin(first.url);

    const { code, said } = await failedBoot({ dataDir });
    expect(code).toBe(1);
    expect(said).toEqual([expect.stringMatching(/is in use by another server; .*\.$/)]);
    await ledger.write(first.url, 100);
    await first.server.kill();

    const second = await ServerProcess.start({ dataDir });
    await ledger.write(second.url, 100);
    expect(await ledger.problems(second.url)).toEqual([]);
    await second.server.stop();
  });
});

describe('a clock that steps back', () => {
  const DAY_MS = 86_400_000;

  it('never lets recordedAt fall, neither by a day nor behind a copied event', async () => {
    const first = await ServerProcess.start({ dataDir });
    await ledger.begin(first.url);
    await ledger.write(first.url, 50);
    await first.server.stop();
    const copied = new Date(Date.now() + DAY_MS).toISOString();
    const log = await openSqliteEventLog({
      dataDir,
      clock: () => Date.now() - DAY_MS,
      thread: false,
    });
    await log.append('unit-copied', 'none', [unitRegistered('copied', copied)]);
    const { events } = await log.append('unit-later', 'none', [unitRegistered('later')]);
    await log.close();
    expect(events[0]?.metadata.recordedAt).toBe(copied);

    const second = await ServerProcess.start({ dataDir, env: clockOffBy(-2 * DAY_MS) });
    await ledger.write(second.url, 50);

    expect(await ledger.problems(second.url)).toEqual([]);
    const times = (await readLog(second.url, '0')).map(({ metadata }) => metadata.recordedAt);
    expect([...times].sort()).toEqual(times);
    expect(times.at(-1)).toBe(copied);
    await second.server.stop();
    expect(checkLog(dataDir)).toMatchObject({ sound: true });
  });

  function unitRegistered(unit: string, recordedAt?: string) {
    const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };
    return {
      id: randomUUID(),
      type: 'UnitRegistered',
      data: { unit, names: { zh: unit, en: unit }, level: 'other' },
      metadata: {
        schema: 1,
        actor,
        correlationId: 'crash-test',
        commandId: randomUUID(),
        commandHash: '0'.repeat(64),
        ...(recordedAt !== undefined && { recordedAt }),
      },
    };
  }
});

describe('a thread that dies of an exception', () => {
  let trigger: string;
  beforeEach(() => {
    trigger = join(folder, 'now');
  });

  /** A restart finds every acknowledged write, takes what was not answered, and goes on. */
  async function expectCleanRestart(load: Load): Promise<void> {
    const { server, url } = await ServerProcess.start({ dataDir });
    expect(await ledger.repeat(url, load)).toEqual(load.unanswered.map(() => 201));
    await ledger.write(url, 100);
    await untilCaughtUp(url);
    expect(await ledger.problems(url)).toEqual([]);
    await server.stop();
    expect(checkLog(dataDir)).toMatchObject({ sound: true });
  }

  it.each(['wake', 'answer'] as const)(
    'the writer, on "%s": writes are refused, the server ends for its keeper, nothing is lost',
    async (moment) => {
      const env = dyingThread('writer-thread.js', moment, trigger);
      const { server, url } = await ServerProcess.start({ dataDir, env });
      await ledger.begin(url);
      await ledger.write(url, 50);

      writeFileSync(trigger, '');
      const load = await ledger.writeUntilRefused(url);

      expectProblems(load);
      // What it had committed and not told is found in the log, and answered as what it is.
      if (moment === 'answer') expect(load.acknowledged.length).toBeGreaterThan(0);
      else expect(load.acknowledged).toEqual([]);
      expect(await server.ended).toEqual({ code: 1, signal: null });
      expect(server.output).toContain('The server stops and must be started anew.');
      await expectCleanRestart(load);
    },
  );

  it('the projector: the server ends for its keeper, a restart brings the views up', async () => {
    const env = dyingThread('projector.worker.js', 'idle', trigger);
    const { server, url } = await ServerProcess.start({ dataDir, env });
    await ledger.begin(url);

    writeFileSync(trigger, '');
    const load = await ledger.writeUntilRefused(url);

    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.output).toContain('THREAD_LOST');
    expect(server.output).toContain('The server stops and must be started anew.');
    await expectCleanRestart(load);
  });
});
