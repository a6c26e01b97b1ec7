// The log beside Emmett on SQLite, one writer, by CPU time of this process: threads and the
// driver's own pool count on both sides. One writer, because concurrent appends on one of its
// stores do not come back: they share a connection that the first to end closes.
import { join } from 'node:path';
import { openSqliteEventLog, SqliteLogReader } from '@ledger/event-log-sqlite';
import { interleave, shuffled } from '../harness.js';
import * as emmett from './emmett.js';
import * as measure from './measure.js';
import { versionsOf } from './packages.js';
import { appendsByStream, inTurns, type Append, type Standing } from './workload.js';

const PEER = 'emmett-sqlite';
const STREAMS = 20;
/**
 * Appends to each stream. The two sides are timed for about as long, not for as many events, or the
 * faster one would be over before it can be measured.
 */
const TURNS = { 1: { ledger: 200, peer: 20 }, 100: { ledger: 10, peer: 2 } };
const WARM_UP_APPENDS = 20;
const EVENTS_READ = 10_000;
const EVENTS_AN_APPEND = 20;
const PASSES = { ledger: 5, peer: 1 };
const TARGETS = { append: 4, read: 5, rehydrate: 8 };
/** What stands in a line where there is no figure. */
export const SQLITE_FIGURES = Object.keys(TARGETS).map((what) => `${what}: ledger ÷ ${PEER}`);

/** Throws `PeerAbsent`. */
export async function besideSqlite(): Promise<void> {
  const peer = await emmett.loadEmmettSqlite();
  const conditions = {
    unit: 'events per CPU-second',
    peer: versionsOf(PEER),
    peerSettings: await measure.inFolder((folder) => peer.settings(join(folder, 'emmett.db'))),
    ...(await measure.ledgerConditions()),
    writers: 1,
  };
  for (const batch of [1, 100] as const) await appends(peer, batch, conditions);
  for (const length of [20, 500]) await reads(peer, length, conditions);
}

type Given = { unit: string } & measure.Conditions;

async function appends(peer: emmett.EmmettSqlite, batch: 1 | 100, given: Given): Promise<void> {
  const { [batch]: turns } = TURNS;
  const workOf = (side: keyof typeof turns) =>
    inTurns(appendsByStream(STREAMS, turns[side], batch));
  let busy = 0;
  const of = await interleave(measure.ROUNDS, {
    ledger: () =>
      measure.inLog((log) => {
        const work = workOf('ledger');
        const append = (one: Append) => measure.put(log, one);
        return measure.perCpuSecond(work.length * batch, () => measure.eachInTurn(work, append));
      }),
    peer: () =>
      measure.inFolder(async (folder) => {
        const store = peer.open(join(folder, 'emmett.db'));
        const append = async (one: Append) => {
          busy += await emmett.appendPatiently(store, one);
        };
        await measure.warmUp(1, WARM_UP_APPENDS, append);
        const work = workOf('peer');
        return measure.perCpuSecond(work.length * batch, () => measure.eachInTurn(work, append));
      }),
  });
  const sides = { ledger: of('ledger'), peer: of('peer') };
  measure.compare(`append, events an append: ${batch}`, PEER, sides, {
    ...given,
    atLeast: TARGETS.append,
    streams: STREAMS,
    ledgerEvents: STREAMS * turns.ledger * batch,
    peerEvents: STREAMS * turns.peer * batch,
    peerRefusedAsBusy: busy,
  });
}

/** Whole streams by name, in another order each pass: read, and folded into what stands. */
async function reads(peer: emmett.EmmettSqlite, length: number, given: Given): Promise<void> {
  await measure.inFolder(async (folder) => {
    const turns = length / EVENTS_AN_APPEND;
    const byStream = appendsByStream(EVENTS_READ / length, turns, EVENTS_AN_APPEND);
    const streams = byStream.flatMap(([first]) => first?.stream ?? []);
    const store = peer.open(join(folder, 'emmett.db'));
    await measure.eachInTurn(inTurns(byStream), (one) => emmett.appendPatiently(store, one));
    const writer = await openSqliteEventLog({ dataDir: folder });
    await measure.eachInTurn(inTurns(byStream), (one) => measure.put(writer, one));
    // Closing it also empties the write-ahead log, as the peer does after each call.
    await writer.close();
    const log = new SqliteLogReader(folder);

    const over = (passes: number, eventsIn: (stream: string) => Promise<number>) =>
      measure.perCpuSecond(passes * EVENTS_READ, async () => {
        for (let pass = 0; pass < passes; pass += 1) {
          for (const stream of shuffled(streams)) expectEvents(length, await eventsIn(stream));
        }
      });
    const told = async (standing: Promise<Standing>) => (await standing).events;
    const of = await interleave(measure.ROUNDS, {
      read: () => over(PASSES.ledger, (stream) => measure.readWhole(log, stream)),
      peerRead: () => over(PASSES.peer, (stream) => emmett.readByEmmett(store, stream)),
      fold: () => over(PASSES.ledger, (stream) => told(measure.rehydrate(log, stream))),
      peerFold: () => over(PASSES.peer, (stream) => told(emmett.rehydrateByEmmett(store, stream))),
    });
    await log.close();

    const conditions = { ...given, streams: streams.length, eventsInLog: EVENTS_READ };
    const read = { ledger: of('read'), peer: of('peerRead') };
    measure.compare(`read, events in the stream: ${length}`, PEER, read, {
      ...conditions,
      atLeast: TARGETS.read,
    });
    const folded = { ledger: of('fold'), peer: of('peerFold') };
    measure.compare(`rehydrate, events in the stream: ${length}`, PEER, folded, {
      ...conditions,
      atLeast: TARGETS.rehydrate,
    });
  });
}

function expectEvents(expected: number, actual: number): void {
  if (actual !== expected) throw new Error(`A stream gave ${actual} events, not ${expected}.`);
}
