// `npm run bench -- esdb --url 'esdb://HOST:PORT?tls=false'`: the engine on EventStoreDB, against
// the server at that address. Prints one JSON line a figure.
//
// An append is durable when the server says so, and most of it happens there: wall time, and ratios
// within a round. Candidates take turns in a random order each round; whoever writes has a new
// ledger for it (a prefix of stream names, a folder), and the first round is thrown away. The log
// knows no delete: what a run writes stays on the server, under names that begin with `bench-`.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isEventLogError, type EventLog } from '@ledger/event-log';
import { openEventStoreLog, shownEventStoreUrl } from '@ledger/event-log-eventstore';
import { figure, interleave, ratios, spread, wallSeconds } from './harness.js';
import { appendsByStream, inTurns, type Append } from './peers/workload.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** Appends of each writer: so many that every case takes about as long. */
const TURNS = { 1: 300, 16: 80, 64: 40 };
const BATCH = 100;
const BATCHES = { streams: 20, turns: 2 };
const READ = { streams: 20, turns: 5 };
const EVENTS_READ = READ.streams * READ.turns * BATCH;
const PAGE = 256;
/** Appends before anything is timed; they open the connection. */
const WARM_UP = { writers: 16, turns: 5 };

/** Not the system's temporary directory: that may be memory, where syncing costs nothing. */
const home = join(process.cwd(), 'data');

process.exitCode = await main();

async function main(): Promise<number> {
  const url = readUrl();
  if (url === undefined) {
    process.stderr.write(
      'The address of a server is missing: ' +
        "npm run bench -- esdb --url 'esdb://HOST:PORT?tls=false'.\n",
    );
    return 2;
  }
  try {
    const server = shownEventStoreUrl(url);
    await measureAppends(url, { server });
    await measureReads(url, { server });
    return 0;
  } catch (error) {
    if (!isEventLogError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.code === 'ADDRESS_INVALID' ? 2 : 1;
  }
}

function readUrl(): string | undefined {
  try {
    return parseArgs({ options: { url: { type: 'string' } } }).values.url;
  } catch {
    return undefined;
  }
}

type Conditions = Record<string, unknown>;

async function measureAppends(url: string, server: Conditions): Promise<void> {
  const single = (writers: keyof typeof TURNS) => () =>
    inLog(url, (log) => perSecond(log, appendsByStream(writers, TURNS[writers], 1)));
  const of = await interleave(ROUNDS, {
    1: single(1),
    16: single(16),
    64: single(64),
    batch: () =>
      inLog(url, (log) => {
        const work = appendsByStream(BATCHES.streams, BATCHES.turns, BATCH);
        return perSecond(log, [inTurns(work)]);
      }),
  });
  const report = (name: string, unit: string, rounds: number[], conditions: Conditions) =>
    figure({ name, unit, ...spread(rounds), ...conditions, ...server });
  for (const writers of [1, 16, 64] as const) {
    const appends = { eventsAnAppend: 1, appends: writers * TURNS[writers] };
    report(`esdb: durable appends, writers: ${writers}`, 'appends/s', of(`${writers}`), appends);
  }
  for (const writers of ['16', '64'] as const) {
    report(`esdb: ${writers} writers ÷ one`, 'ratio', ratios(of(writers), of('1')), {});
  }
  const batches = { writers: 1, eventsAnAppend: BATCH };
  report('esdb: durable appends in batches', 'events/s', of('batch'), batches);
  report('esdb: batches ÷ one by one', 'ratio', ratios(of('batch'), of('1')), batches);
}

/** From the first event to the last: by pages, and by following. */
async function measureReads(url: string, server: Conditions): Promise<void> {
  await inLog(url, async (log) => {
    const work = appendsByStream(READ.streams, READ.turns, BATCH);
    const { position: start } = await log.head();
    await eachInTurn(log, inTurns(work));
    const of = await interleave(ROUNDS, {
      pages: async () => EVENTS_READ / (await wallSeconds(() => readPages(log, start))),
      follow: async () => EVENTS_READ / (await wallSeconds(() => followThrough(log, start))),
    });
    const conditions = { events: EVENTS_READ, ...server };
    const unit = 'events/s';
    figure({
      name: 'esdb: readAll',
      unit,
      ...spread(of('pages')),
      pageEvents: PAGE,
      ...conditions,
    });
    figure({ name: 'esdb: follow', unit, ...spread(of('follow')), batch: PAGE, ...conditions });
  });
}

async function readPages(log: EventLog, start: string): Promise<void> {
  let events = 0;
  for (let after = start; ;) {
    const page = await log.readAll({ after, limit: PAGE });
    events += page.length;
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.position;
  }
  if (events !== EVENTS_READ) throw new Error(`The log gave ${events} events.`);
}

async function followThrough(log: EventLog, start: string): Promise<void> {
  let events = 0;
  const stop = new AbortController();
  for await (const batch of log.follow({ after: start, batch: PAGE, signal: stop.signal })) {
    events += batch.length;
    if (events >= EVENTS_READ) stop.abort();
  }
  if (events !== EVENTS_READ) throw new Error(`Following gave ${events} events.`);
}

/** Events a second; every list is a writer's, who waits for its last append before the next. */
async function perSecond(log: EventLog, work: readonly Append[][]): Promise<number> {
  const events = work.flat().reduce((sum, append) => sum + append.events.length, 0);
  const seconds = await wallSeconds(async () => {
    await Promise.all(work.map((own) => eachInTurn(log, own)));
  });
  return events / seconds;
}

async function eachInTurn(log: EventLog, work: readonly Append[]): Promise<void> {
  for (const { stream, revision, events } of work) {
    await log.append(stream, revision === 0 ? 'none' : revision - 1, events);
  }
}

/** A new ledger on the server, warm: under a prefix and in a folder of its own. */
async function inLog<T>(url: string, work: (log: EventLog) => Promise<T>): Promise<T> {
  mkdirSync(home, { recursive: true });
  const dataDir = mkdtempSync(join(home, 'bench-esdb-'));
  try {
    const log = await openEventStoreLog({ url, dataDir, prefix: `bench-${randomUUID()}-` });
    try {
      const warmUp = appendsByStream(WARM_UP.writers, WARM_UP.turns, 1).map((own) =>
        own.map((one) => ({ ...one, stream: one.stream.replace('metric-', 'task-') })),
      );
      await perSecond(log, warmUp);
      return await work(log);
    } finally {
      await log.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}
