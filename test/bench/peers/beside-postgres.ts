// The log beside Emmett on PostgreSQL: 16 writers, each with a stream of its own, one event an
// append, durable on both sides. PostgreSQL works in processes of its own, so wall time decides;
// the CPU time of everything that works for a side stands beside it.
import { cpuSeconds, interleave, wallSeconds } from '../harness.js';
import { appendTo, loadEmmettPostgres, type EmmettPostgres } from './emmett.js';
import * as measure from './measure.js';
import { versionsOf } from './packages.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';
import { appendsByStream, type Append } from './workload.js';

const PEER = 'emmett-postgresql';
const WRITERS = 16;
/** The two sides are timed for about as long, not for as many events. */
const TURNS_A_WRITER = { ledger: 1_000, peer: 200 };
const WARM_UP_TURNS = 10;
const TARGET = 10;
const NAME = `durable appends, writers: ${WRITERS}`;
const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes'];
/** What stands in a line where there is no figure. */
export const POSTGRES_FIGURES = [`${NAME}: ledger ÷ ${PEER}`];

/** Throws `PeerAbsent`. */
export async function besidePostgres(): Promise<void> {
  const peer = await loadEmmettPostgres();
  const server = await startPostgres(measure.home);
  try {
    await writers(peer, server);
  } finally {
    await server.stop();
  }
}

async function writers(peer: EmmettPostgres, server: PostgresServer): Promise<void> {
  const query = (sql: string) => peer.query(server.connectionString('postgres'), sql);
  const byCpu: measure.Sides = { ledger: [], peer: [] };
  let databases = 0;
  const of = await interleave(measure.ROUNDS, {
    ledger: () =>
      measure.inLog((log) => {
        const work = appendsByStream(WRITERS, TURNS_A_WRITER.ledger, 1);
        return timed(work, (one) => measure.put(log, one), byCpu.ledger);
      }),
    peer: async () => {
      databases += 1;
      const database = `round_${databases}`;
      await query(`CREATE DATABASE ${database}`);
      const { store, close } = await peer.open(server.connectionString(database), WRITERS);
      const append = (one: Append) => appendTo(store, one);
      // It also opens the connections.
      await measure.warmUp(WRITERS, WARM_UP_TURNS, append);
      await query('CHECKPOINT');
      const work = appendsByStream(WRITERS, TURNS_A_WRITER.peer, 1);
      const rate = await timed(work, append, byCpu.peer, server);
      await close();
      await query(`DROP DATABASE ${database}`);
      return rate;
    },
  });
  const settings = await Promise.all(SETTINGS.map((name) => query(`SHOW ${name}`)));
  const conditions = {
    peer: versionsOf(PEER),
    peerSettings: Object.assign({}, ...settings.flat()),
    peerConnections: WRITERS,
    ...(await measure.ledgerConditions()),
    writers: WRITERS,
    eventsAnAppend: 1,
    ledgerEvents: WRITERS * TURNS_A_WRITER.ledger,
    peerEvents: WRITERS * TURNS_A_WRITER.peer,
  };
  const sides = { ledger: of('ledger'), peer: of('peer') };
  measure.compare(NAME, PEER, sides, { unit: 'appends/s', atLeast: TARGET, ...conditions });
  if (server.cpuSeconds() === undefined) return;
  // The first round is warm-up here too.
  const cpu = { ledger: byCpu.ledger.slice(1), peer: byCpu.peer.slice(1) };
  const unit = 'events per CPU-second';
  const peerCpu = 'this process and the server';
  measure.compare(`${NAME}, by CPU`, PEER, cpu, { unit, ...conditions, peerCpu });
}

/** Appends a second; adds those per CPU-second, a server's included, to `byCpu`. */
async function timed(
  work: Append[][],
  append: (one: Append) => Promise<unknown>,
  byCpu: number[],
  server?: PostgresServer,
): Promise<number> {
  const events = work.flat().length;
  global.gc?.();
  const before = server?.cpuSeconds() ?? 0;
  let wall = 0;
  const cpu = await cpuSeconds(async () => {
    wall = await wallSeconds(() => measure.atOnce(work, append));
  });
  byCpu.push(events / (cpu + (server?.cpuSeconds() ?? 0) - before));
  return events / wall;
}
