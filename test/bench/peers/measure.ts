// What the comparisons share: new logs and folders, appends in order, CPU time, and the three
// figures of a comparison.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareAppend, type EventLogReader, type LedgerEvent } from '@ledger/event-log';
import { openSqliteEventLog, type SqliteEventLog } from '@ledger/event-log-sqlite';
import { cpuSeconds, figure, ratios, spread } from '../harness.js';
import { appendsByStream, evolve, nothingSaid, type Append, type Standing } from './workload.js';

export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/**
 * Our writer's thread starts anew with each log, cold, so it gets these appends before anything is
 * timed. What a peer runs in this thread stays warm from round to round.
 */
const WARM_UP = { writers: 64, turns: 50 };

export type Conditions = Record<string, unknown>;
/** Results by rounds. */
export type Sides = { ledger: number[]; peer: number[] };

/** Not the system's temporary directory: that may be memory, where syncing costs nothing. */
export const home = join(process.cwd(), 'data');

/** Prints what each side reaches and how many times the peer ours is. */
export function compare(
  name: string,
  peer: string,
  sides: Sides,
  { unit, atLeast, ...conditions }: { unit: string; atLeast?: number } & Conditions,
): void {
  figure({ name: `${name}: ledger`, unit, ...spread(sides.ledger), ...conditions });
  figure({ name: `${name}: ${peer}`, unit, ...spread(sides.peer), ...conditions });
  const target = atLeast === undefined ? {} : { target: { atLeast } };
  const ratio = spread(ratios(sides.ledger, sides.peer));
  figure({ name: `${name}: ledger ÷ ${peer}`, unit: 'ratio', ...ratio, ...target });
}

/** Conditions of the ledger's side. */
export async function ledgerConditions(): Promise<Conditions> {
  const synchronous = await inFolder(async (dataDir) => {
    const log = await openSqliteEventLog({ dataDir });
    await log.close();
    return log.synchronous;
  });
  const entries = appendsByStream(20, 20, 1)
    .flat()
    .flatMap(({ stream, events }) => prepareAppend(stream, 'none', events, Date.now()).entries);
  const bytes = entries.reduce((sum, { entry }) => sum + Buffer.byteLength(entry), 0);
  return { ledgerSynchronous: synchronous, ledgerEntryBytes: bytes / entries.length };
}

export async function perCpuSecond(events: number, work: () => Promise<void>): Promise<number> {
  global.gc?.();
  return events / (await cpuSeconds(work));
}

export async function eachInTurn(
  work: readonly Append[],
  append: (one: Append) => Promise<unknown>,
): Promise<void> {
  for (const one of work) await append(one);
}

/** Every stream has a writer, which waits for its last append before the next. */
export async function atOnce(
  byStream: readonly Append[][],
  append: (one: Append) => Promise<unknown>,
): Promise<void> {
  await Promise.all(byStream.map((own) => eachInTurn(own, append)));
}

/** Appends to so many streams that the timed work does not know. */
export async function warmUp(
  writers: number,
  turns: number,
  append: (one: Append) => Promise<unknown>,
): Promise<void> {
  const other = (one: Append) => ({ ...one, stream: one.stream.replace('metric-', 'task-') });
  const work = appendsByStream(writers, turns, 1).map((own) => own.map(other));
  await atOnce(work, append);
}

export function put(log: SqliteEventLog, { stream, revision, events }: Append): Promise<unknown> {
  return log.append(stream, revision === 0 ? 'none' : revision - 1, events);
}

const PAGE = 1_000;

/** A whole stream, page by page, through `take`; answers how many events it has. */
export async function readWhole(
  log: EventLogReader,
  stream: string,
  take?: (event: LedgerEvent) => void,
): Promise<number> {
  for (let from = 0; ;) {
    const page = await log.readStream(stream, { from, limit: PAGE });
    if (take !== undefined) page.forEach(take);
    from += page.length;
    if (page.length < PAGE) return from;
  }
}

export async function rehydrate(log: EventLogReader, stream: string): Promise<Standing> {
  let state = nothingSaid();
  await readWhole(log, stream, (event) => {
    state = evolve(state, event);
  });
  return state;
}

/** A new log, warm. */
export async function inLog(work: (log: SqliteEventLog) => Promise<number>): Promise<number> {
  return inFolder(async (dataDir) => {
    const log = await openSqliteEventLog({ dataDir });
    try {
      await warmUp(WARM_UP.writers, WARM_UP.turns, (one) => put(log, one));
      return await work(log);
    } finally {
      await log.close();
    }
  });
}

/** A new folder, which is removed afterwards, and when this process is told to end. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, 'bench-peers-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
