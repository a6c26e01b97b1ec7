// `npm run bench -- rebuild`: how fast all read models are built anew, and live ones follow.
//
// Base: JSON.parse of the same entries, held in memory: at most 2,000 of them over and over,
// because a heap that holds more slows whatever else runs beside it. `rebuild` folds every model
// from the segment cache and puts the new views in force; `cold` has no cache and reads the log
// first, by the ordinary reader; `live` follows the log in transactions of 256 events. CPU time of
// the whole process, user and system; ratios round by round. BENCH_EVENTS chooses the length; above
// 200,000 events only `rebuild` runs, on a cache filled from a history that is never a log.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventLogReader } from '@ledger/event-log';
import { SqliteLogReader } from '@ledger/event-log-sqlite';
import { openQueries, Projector, rebuildViews, type Queries } from '@ledger/read-models';
import { cpuSeconds, figure, interleave, ratios, spread, type Figure } from './harness.js';
import { historyLog } from './history.js';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 100_000);
const METRICS = 400;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const LARGEST_LOG = 200_000;
const HELD_ENTRIES = 2_000;

const home = join(process.cwd(), 'data');
await inFolder((folder) => measure(folder));

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, 'bench-rebuild-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<void> {
  const log = EVENTS > LARGEST_LOG ? undefined : sqliteLog(folder);
  const viewsFile = join(folder, 'views', 'views.db');
  await rebuildViews({ log: log ?? historyLog(EVENTS, METRICS), viewsFile });
  const queries = openQueries(viewsFile);
  const entries = sample(queries);
  const cached = cachedLog(queries);
  const peaks: number[] = [];

  const of = await interleave<string>(ROUNDS, {
    parse: () => perSecond(() => parseAll(entries)),
    rebuild: () => {
      // Nothing in force to compare with, and the cache is found beside it.
      rmSync(viewsFile, { force: true });
      return perSecond(() => rebuilt(cached, viewsFile, peaks));
    },
    judged: () => perSecond(() => rebuilt(cached, viewsFile, [])),
    ...(log !== undefined && {
      read: () => perSecond(() => readAll(log)),
      cold: async () => {
        const views = mkdtempSync(join(folder, 'cold-'));
        const rate = await perSecond(() => rebuilt(log, join(views, 'views.db'), []));
        rmSync(views, { recursive: true });
        return rate;
      },
      live: () => live(log, folder),
    }),
  });
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
  const conditions = {
    events: EVENTS,
    metrics: METRICS,
    entryBytes: Math.round(bytes / entries.length),
    viewsBytesPerEvent: Math.round(folderBytes(join(folder, 'views')) / EVENTS),
    threads: 1,
  };
  queries.database.close();
  queries.segments.close();
  await log?.close();

  const report = (name: string, unit: string, rounds: number[], target?: Figure['target']) =>
    figure({ name, unit, ...spread(rounds), ...(target && { target }), ...conditions });
  const perCpuSecond = 'events per CPU-second';
  report('JSON.parse of the entries in memory', perCpuSecond, of('parse'));
  report('rebuild of all read models', perCpuSecond, of('rebuild'));
  const atLeastOnce = { atLeast: 1 };
  report('rebuild ÷ JSON.parse', 'ratio', ratios(of('rebuild'), of('parse')), atLeastOnce);
  report('rebuild with comparison ÷ JSON.parse', 'ratio', ratios(of('judged'), of('parse')));
  report('JS heap of a rebuild, peak', 'MB', peaks, { atMost: 64 });
  if (log === undefined) return;
  report('log read through its reader ÷ JSON.parse', 'ratio', ratios(of('read'), of('parse')));
  report('rebuild without a cache ÷ JSON.parse', 'ratio', ratios(of('cold'), of('parse')));
  report('live projection', perCpuSecond, of('live'), { atLeast: 50_000 });
}

/** Rebuilds, and notes the highest heap that was seen on the way. */
async function rebuilt(log: EventLogReader, viewsFile: string, peaks: number[]): Promise<void> {
  let peak = 0;
  // What the candidate before left behind is not this one's.
  globalThis.gc?.();
  const onProgress = () => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  };
  const { position } = await rebuildViews({ log, viewsFile, onProgress });
  if (position !== String(EVENTS)) throw new Error(`The rebuild ended at ${position}.`);
  peaks.push(peak / 1e6);
}

/** The second half of the log, event by event into views that hold the first half. */
async function live(log: SqliteLogReader, folder: string): Promise<number> {
  const views = mkdtempSync(join(folder, 'live-'));
  const viewsFile = join(views, 'views.db');
  const half = Math.floor(EVENTS / 2);
  await rebuildViews({ log: upTo(log, half), viewsFile });
  const seconds = await cpuSeconds(async () => {
    const { position } = await new Projector({ log, viewsFile }).catchUp();
    if (position !== String(EVENTS)) throw new Error(`The projector ended at ${position}.`);
  });
  rmSync(views, { recursive: true });
  return (EVENTS - half) / seconds;
}

/** A log that ends earlier. */
function upTo(log: EventLogReader, last: number): EventLogReader {
  return {
    ...readingOf(log),
    readAll: async ({ after, limit }) =>
      Number(after) >= last
        ? []
        : log.readAll({ after, limit: Math.min(limit, last - Number(after)) }),
    head: async () => ({ position: String(last), sequence: last - 1, recordedAt: null }),
  };
}

function readingOf(log: EventLogReader): EventLogReader {
  return {
    readAll: (options) => log.readAll(options),
    readStream: (stream, options) => log.readStream(stream, options),
    follow: (options) => log.follow(options),
    head: () => log.head(),
    close: async () => {},
  };
}

/** The log as the segment cache holds it: what a rebuild asks of it to trust the cache. */
function cachedLog({ segments }: Queries): EventLogReader {
  const last = segments.factAt(EVENTS);
  return {
    readAll: async ({ after, limit }) => {
      const count = Math.max(0, Math.min(limit, EVENTS - Number(after)));
      return Array.from({ length: count }, (_, index) => {
        const fact = segments.factAt(Number(after) + index + 1);
        if (fact === undefined) throw new Error('The cache ends early.');
        return fact;
      });
    },
    // Asked whether the views in force are of this log: for the event that they ended with.
    readStream: async () => (last === undefined ? [] : [last]),
    follow: () => {
      throw new Error('Nobody follows here.');
    },
    head: async () => ({ position: String(EVENTS), sequence: EVENTS - 1, recordedAt: null }),
    close: async () => {},
  };
}

function sqliteLog(folder: string): SqliteLogReader {
  const dataDir = join(folder, 'log');
  mkdirSync(dataDir);
  const script = fileURLToPath(new URL('write-log.js', import.meta.url));
  execFileSync(process.execPath, [script, dataDir, String(EVENTS), String(METRICS)]);
  return new SqliteLogReader(dataDir);
}

async function readAll(log: SqliteLogReader): Promise<void> {
  let events = 0;
  for (let after = '0'; ;) {
    const page = await log.readAll({ after, limit: 256 });
    const last = page.at(-1);
    if (last === undefined) break;
    events += page.length;
    after = last.position;
  }
  if (events !== EVENTS) throw new Error(`The log gave ${events} events.`);
}

/** Entries from all over the log. */
function sample({ segments }: Queries): string[] {
  const step = Math.max(1, Math.floor(EVENTS / HELD_ENTRIES));
  const entries: string[] = [];
  for (let position = 1; position <= EVENTS; position += step) {
    entries.push(segments.entryAt(position) ?? '');
  }
  return entries;
}

function parseAll(entries: string[]): void {
  let revisions = 0;
  for (let parsed = 0; parsed < EVENTS;) {
    for (const entry of entries) {
      if (parsed === EVENTS) break;
      revisions += JSON.parse(entry).revision;
      parsed += 1;
    }
  }
  if (Number.isNaN(revisions)) throw new Error('An entry has no revision.');
}

async function perSecond(work: () => void | Promise<void>): Promise<number> {
  return EVENTS / (await cpuSeconds(work));
}

function folderBytes(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + folderBytes(join(path, name)), 0)
    : stat.size;
}
