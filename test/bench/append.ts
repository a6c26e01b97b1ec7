// `npm run bench -- append`: how fast events become durable. Prints one JSON line a figure.
//
// Base: the same entries appended to a plain file, one write and one fdatasync a batch, on the same
// disk. Commits are compared operation by operation, in a new random order each time, by the median
// of their wall times; ratios are taken round by round on fresh files, and the first round is
// thrown away. `throughput` figures divide the appends a second of whole runs. The delay of the
// event loop is that of the callers' thread while 256 writers append, in runs of its own.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { prepareAppend, type NewEvent } from '@ledger/event-log';
import { openSqliteEventLog, type SqliteEventLog } from '@ledger/event-log-sqlite';
import { figure, interleave, median, ratios, shuffled, spread, wallSeconds } from './harness.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const COMMITS = { 1: 300, 100: 40, 1_000: 15 };
type Batch = keyof typeof COMMITS;
const APPENDS_A_WRITER = { 1: 600, 16: 300, 64: 120, 256: 30 };
/**
 * Appends before anything is timed, on every log alike: a new writer's thread starts with cold code,
 * and a new write-ahead log grows for its first 4 MB, after which its blocks are written again.
 */
const WARM_UP = { writers: 64, turns: 100 };
/** Commits go to so many streams in turn, each of which exists before anything is timed. */
const STREAMS = 20;

/** Not the system's temporary directory: that may be memory, where syncing costs nothing. */
const home = join(process.cwd(), 'data');
mkdirSync(home, { recursive: true });

const conditions = { entryBytes: entryBytes(), synchronous: await synchronousReadBack() };
/** The ways to make a batch durable. `spelled` spells the entries within its time, as a log must. */
const WAYS = ['raw', 'spelled', 'inPlace', 'log'] as const;
type Way = (typeof WAYS)[number];
const TARGETS = { 1: 0.7, 100: 0.65, 1_000: 0.5 };

await measureWriters();
await measureEventLoop();
for (const batch of [1, 100, 1_000] as const) await measureBatch(batch);

async function measureWriters(): Promise<void> {
  const of = await interleave(ROUNDS, {
    1: () => inLog((log) => throughput(log, 1)),
    16: () => inLog((log) => throughput(log, 16)),
    64: () => inLog((log) => throughput(log, 64)),
    256: () => inLog((log) => throughput(log, 256)),
    grouped: () => inLog((log) => appendsACommit(log, 64)),
  });
  for (const writers of ['1', '16', '64', '256'] as const) {
    report(`durable appends, writers: ${writers}`, of(writers), 'appends/s');
  }
  report('64 writers ÷ one', ratios(of('64'), of('1')), 'throughput', 20);
  report('256 writers ÷ one', ratios(of('256'), of('1')), 'throughput');
  // What 64 ÷ 1 comes to where the disk alone sets the pace; above it is set by the processor too.
  report('appends a commit, writers: 64', of('grouped'), 'appends');
}

/** In runs of its own, because the timer that takes the samples costs time itself. */
async function measureEventLoop(): Promise<void> {
  const of = await interleave(ROUNDS, { 256: () => inLog((log) => eventLoopDelay(log, 256)) });
  const name = 'event-loop delay p99, writers: 256';
  figure({ name, unit: 'ms', ...spread(of('256')), target: { atMost: 20 }, ...conditions });
}

async function measureBatch(batch: Batch): Promise<void> {
  const rounds: Record<Way, number>[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const medians = await inFolder((folder) => commitsOf(folder, batch));
    if (round > 0) rounds.push(medians);
  }
  const of = (way: Way) => rounds.map((medians) => medians[way]);
  report(`raw file, batch: ${batch}`, of('raw'), 'µs a commit');
  report(`log, batch: ${batch}`, of('log'), 'µs a commit');
  report(`log ÷ raw, batch: ${batch}`, ratios(of('raw'), of('log')), 'rate', TARGETS[batch]);
  report(`log, writing in place ÷ raw, batch: ${batch}`, ratios(of('raw'), of('inPlace')), 'rate');
  report(`log ÷ raw with spelling, batch: ${batch}`, ratios(of('spelled'), of('log')), 'rate');
}

/** The median time of a commit in microseconds, by every way, on files in one folder. */
async function commitsOf(folder: string, batch: Batch): Promise<Record<Way, number>> {
  const file = openSync(join(folder, 'raw'), 'a');
  const inPlace = await openSqliteEventLog({ dataDir: join(folder, 'in-place'), thread: false });
  const log = await openSqliteEventLog({ dataDir: join(folder, 'log') });
  await warmUp(inPlace);
  await warmUp(log);
  const times: Record<Way, number[]> = { raw: [], spelled: [], inPlace: [], log: [] };
  for (let turn = 0; turn < COMMITS[batch] + STREAMS; turn += 1) {
    const events = observations(batch);
    const text = spell(events);
    const stream = streamOf(turn % STREAMS);
    const revision = Math.floor(turn / STREAMS) * batch - 1;
    const expected = revision < 0 ? 'none' : revision;
    const commit: Record<Way, () => unknown> = {
      raw: () => writeDurably(file, text),
      spelled: () => writeDurably(file, spell(events)),
      inPlace: () => inPlace.append(stream, expected, events),
      log: () => log.append(stream, expected, events),
    };
    for (const way of shuffled(WAYS)) {
      const before = process.hrtime.bigint();
      await commit[way]();
      const microseconds = Number(process.hrtime.bigint() - before) / 1e3;
      if (turn >= STREAMS) times[way].push(microseconds);
    }
  }
  closeSync(file);
  await inPlace.close();
  await log.close();
  const { raw, spelled } = times;
  return {
    raw: median(raw),
    spelled: median(spelled),
    inPlace: median(times.inPlace),
    log: median(times.log),
  };
}

function writeDurably(file: number, text: string): void {
  writeSync(file, text);
  fdatasyncSync(file);
}

/** The lines that the log would store. */
function spell(events: NewEvent[]): string {
  const { entries } = prepareAppend(streamOf(0), 'none', events, Date.now());
  return entries.map(({ entry }) => `${entry}\n`).join('');
}

function report(name: string, rounds: number[], unit: string, atLeast?: number): void {
  const target = atLeast === undefined ? {} : { target: { atLeast } };
  figure({ name, unit, ...spread(rounds), ...target, ...conditions });
}

/** Appends a second of writers that each wait for their last append before the next. */
async function throughput(
  log: SqliteEventLog,
  writers: keyof typeof APPENDS_A_WRITER,
): Promise<number> {
  await warmUp(log);
  const turns = APPENDS_A_WRITER[writers];
  return (writers * turns) / (await write(log, 'metric-measured', writers, turns));
}

async function appendsACommit(log: SqliteEventLog, writers: 64): Promise<number> {
  let commits = 0;
  const stop = log.onCommitted(() => {
    commits += 1;
  });
  await write(log, 'metric-grouped', writers, APPENDS_A_WRITER[writers]);
  stop();
  return (writers * APPENDS_A_WRITER[writers]) / commits;
}

/** By how many milliseconds a timer of the callers' thread is late, 99th percentile. */
async function eventLoopDelay(log: SqliteEventLog, writers: 256): Promise<number> {
  await warmUp(log);
  const resolution = 1; // milliseconds; each sample is the time from one tick to the next
  const histogram = monitorEventLoopDelay({ resolution });
  await write(log, 'metric-measured', writers, APPENDS_A_WRITER[writers], {
    started: () => histogram.enable(),
    ended: () => histogram.disable(),
  });
  return Math.max(0, histogram.percentile(99) / 1e6 - resolution);
}

async function warmUp(log: SqliteEventLog): Promise<void> {
  await write(log, 'task-warm-up', WARM_UP.writers, WARM_UP.turns);
}

/** The seconds that it takes, without the making of the events. */
async function write(
  log: SqliteEventLog,
  stream: string,
  writers: number,
  turns: number,
  on: { started?: () => void; ended?: () => void } = {},
): Promise<number> {
  const events = Array.from({ length: writers }, () => observations(turns));
  on.started?.();
  const seconds = await wallSeconds(async () => {
    await Promise.all(
      events.map(async (own, writer) => {
        for (const [turn, event] of own.entries()) {
          await log.append(`${stream}-${writer}`, turn === 0 ? 'none' : turn - 1, [event]);
        }
      }),
    );
  });
  on.ended?.();
  return seconds;
}

async function inLog(work: (log: SqliteEventLog) => Promise<number>): Promise<number> {
  return inFolder(async (dataDir) => {
    const log = await openSqliteEventLog({ dataDir });
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(home, 'bench-append-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synchronousReadBack(): Promise<number> {
  return inLog(async (log) => log.synchronous);
}

function entryBytes(): number {
  return Buffer.byteLength(spell(observations(1)).trimEnd());
}

function streamOf(number: number): string {
  return `metric-vacated-premises-${number}`;
}

/**
 * As a server gets them, parsed from a request. A text that JavaScript put together from parts, as
 * `randomUUID` does, would be made whole within the measured time, by whoever reads it first.
 */
function observations(count: number): NewEvent[] {
  const events: NewEvent[] = JSON.parse(JSON.stringify(newObservations(count)));
  return events;
}

function newObservations(count: number): NewEvent[] {
  return Array.from({ length: count }, () => {
    const amount = String(1_000 + Math.floor(Math.random() * 900_000));
    return {
      id: randomUUID(),
      type: 'ObservationReported',
      data: {
        quantity: { amount, unit: 'm2', qualifier: 'exact', resolution: '1', basis: 'floorArea' },
        printed: `${amount}平方米`,
        time: { kind: 'asOf', date: '2021-08-26' },
        note: '旧工业区腾退移交，按建筑面积计',
      },
      metadata: {
        schema: 1,
        actor: { id: 'clerk-7', unit: 'reform-office', role: 'recorder' },
        correlationId: randomUUID(),
        commandId: randomUUID(),
        commandHash: randomUUID().replaceAll('-', '').repeat(2),
      },
    };
  });
}
