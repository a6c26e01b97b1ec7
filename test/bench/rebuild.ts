// `npm run bench -- rebuild`: how fast all read models are built anew from a SQLite log.
//
// Base: JSON.parse of the same entries, held in memory: every fifth one, five times over, because
// a heap that holds them all slows whatever else runs beside it. A rebuild reads the log by the
// ordinary reader, folds every model, makes the indexes and puts the new views in force. CPU time
// of the whole process, user and system; ratios round by round.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteEventLog, SqliteLogReader } from '@ledger/event-log-sqlite';
import { rebuildViews } from '@ledger/read-models';
import { cpuSeconds, figure, interleave, ratios, spread } from './harness.js';
import { history, type Told } from './history.js';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 100_000);
const METRICS = 400;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const APPENDS_IN_FLIGHT = 1_000;
/** Of so many entries one is held for the base. */
const HELD = 5;

const home = join(process.cwd(), 'data');
const [, , writeTo] = process.argv;
if (writeTo === undefined) await inFolder((folder) => measure(folder));
else await writeLog(writeTo);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, 'bench-rebuild-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The log is written by a process of its own, which leaves no threads and no heap behind here. */
async function measure(folder: string): Promise<void> {
  const dataDir = join(folder, 'log');
  mkdirSync(dataDir);
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), dataDir]);
  const log = new SqliteLogReader(dataDir);
  const entries: string[] = [];
  let bytes = 0;
  for await (const page of pages(log)) {
    entries.push(...page.filter(({ sequence }) => sequence % HELD === 0).map(({ entry }) => entry));
    bytes += page.reduce((sum, { entry }) => sum + Buffer.byteLength(entry), 0);
  }
  let viewsBytes = 0;

  const of = await interleave(ROUNDS, {
    parse: () => perSecond(() => parseAll(entries)),
    read: () => perSecond(() => readAll(log)),
    rebuild: async () => {
      const views = mkdtempSync(join(folder, 'views-'));
      const viewsFile = join(views, 'views.db');
      let position = '';
      const rate = await perSecond(async () => {
        ({ position } = await rebuildViews({ log, viewsFile }));
      });
      if (position !== String(EVENTS)) throw new Error(`The rebuild ended at ${position}.`);
      viewsBytes = folderBytes(views);
      rmSync(views, { recursive: true });
      return rate;
    },
  });
  await log.close();

  const conditions = {
    events: EVENTS,
    metrics: METRICS,
    entryBytes: bytes / EVENTS,
    viewsBytesPerEvent: viewsBytes / EVENTS,
    pageEvents: 256,
    threads: 1,
  };
  const report = (name: string, unit: string, rounds: number[], target?: { atLeast: number }) =>
    figure({ name, unit, ...spread(rounds), ...(target && { target }), ...conditions });
  report('JSON.parse of the entries in memory', 'events per CPU-second', of('parse'));
  report('log read through its reader', 'events per CPU-second', of('read'));
  report('cold rebuild of all read models', 'events per CPU-second', of('rebuild'));
  report('log read through its reader ÷ JSON.parse', 'ratio', ratios(of('read'), of('parse')));
  const rebuilt = ratios(of('rebuild'), of('parse'));
  report('cold rebuild of all read models ÷ JSON.parse', 'ratio', rebuilt, { atLeast: 0.3 });
}

async function writeLog(dataDir: string): Promise<void> {
  const log = await openSqliteEventLog({ dataDir });
  const append = ({ stream, revision, event }: Told) =>
    log.append(stream, revision === 0 ? 'none' : revision - 1, [event]);
  let waiting: Told[] = [];
  for (const told of history(EVENTS, METRICS)) {
    waiting.push(told);
    if (waiting.length < APPENDS_IN_FLIGHT) continue;
    await Promise.all(waiting.map(append));
    waiting = [];
  }
  await Promise.all(waiting.map(append));
  await log.close();
}

async function* pages(log: SqliteLogReader) {
  for (let after = '0'; ;) {
    const page = await log.readAll({ after, limit: 256 });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.position;
  }
}

async function readAll(log: SqliteLogReader): Promise<void> {
  let events = 0;
  for await (const page of pages(log)) events += page.length;
  if (events !== EVENTS) throw new Error(`The log gave ${events} events.`);
}

function parseAll(entries: string[]): void {
  let revisions = 0;
  for (let turn = 0; turn < HELD; turn += 1) {
    for (const entry of entries) revisions += JSON.parse(entry).revision;
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
