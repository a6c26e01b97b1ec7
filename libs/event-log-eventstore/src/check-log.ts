import { decodeEntry, EventLogError, type LedgerEvent, type LogCheck } from '@ledger/event-log';
import { readErrorOf } from './client-errors.js';
import { EventStoreConnection } from './connection.js';
import { EventStoreLogReader } from './eventstore-log-reader.js';
import { StreamNames } from './stream-names.js';
import { TIMINGS, type Timings } from './timings.js';

const PAGE_EVENTS = 500;
/** Streams whose metadata are looked at in one turn. */
const AT_ONCE = 16;

/**
 * Walks the whole ledger on a server and finds the first event that is not canonical or that does
 * not follow the one before it in its stream, or what else no writer of the ledger does. Then looks at
 * the metadata of every stream, of which there must be none, and at the first revision that its
 * stream still gives, which must be 0.
 * Rejects with `ADDRESS_INVALID`, `ACCESS_DENIED` or `UNAVAILABLE`.
 */
export async function checkEventStoreLog(options: {
  url: string;
  prefix?: string;
  timings?: Timings;
}): Promise<LogCheck> {
  const { url, prefix = '', timings = TIMINGS } = options;
  const reader = await EventStoreLogReader.open({ url, prefix, timings });
  const revisions = new Map<string, number>();
  try {
    const walk = await walkEvents(reader, revisions);
    if (!walk.sound) return walk;
    // The reader has seen the server's whole log, what is not the ledger's own included.
    const [signal] = reader.state().tamperSignals;
    if (signal !== undefined) {
      const { position = String(walk.events), what: problem } = signal;
      return { sound: false, events: walk.events, position, problem };
    }
    const names = new StreamNames(prefix);
    return (await checkStreams(url, names, timings, [...revisions.keys()], walk.events)) ?? walk;
  } finally {
    await reader.close();
  }
}

async function walkEvents(
  reader: EventStoreLogReader,
  revisions: Map<string, number>,
): Promise<LogCheck> {
  let events = 0;
  for (;;) {
    let page: LedgerEvent[];
    try {
      page = await reader.readAll({ after: String(events), limit: PAGE_EVENTS });
    } catch (error) {
      if (!(error instanceof EventLogError) || error.code !== 'LOG_DAMAGED') throw error;
      return { sound: false, events, position: String(events + 1), problem: error.message };
    }
    if (page.length === 0) return { sound: true, events };
    for (const event of page) {
      const { stream, revision, position, sequence, entry } = event;
      decodeEntry(entry, { position, sequence });
      const due = (revisions.get(stream) ?? -1) + 1;
      if (revision !== due) {
        const problem = `it has revision ${revision} of ${stream} where ${due} is due`;
        return { sound: false, events, position, problem };
      }
      revisions.set(stream, revision);
      events += 1;
    }
  }
}

async function checkStreams(
  url: string,
  names: StreamNames,
  timings: Timings,
  streams: string[],
  events: number,
): Promise<LogCheck | undefined> {
  const connection = new EventStoreConnection(url, timings);
  try {
    for (let from = 0; from < streams.length; from += AT_ONCE) {
      const looks = streams.slice(from, from + AT_ONCE).map(async (stream) => ({
        stream,
        problem: await problemOfStream(connection, names, stream),
      }));
      const found = (await Promise.all(looks)).find(({ problem }) => problem !== undefined);
      if (found?.problem === undefined) continue;
      return { sound: false, events, position: String(events), problem: found.problem };
    }
    return undefined;
  } catch (error) {
    throw readErrorOf(error, connection.address.shown);
  } finally {
    await connection.close();
  }
}

async function problemOfStream(
  connection: EventStoreConnection,
  names: StreamNames,
  stream: string,
): Promise<string | undefined> {
  const look = { direction: 'forwards', count: 1 } as const;
  const [metadata] = await connection.readStream(names.metadataOf(stream), look);
  if (metadata !== undefined) {
    const said = JSON.stringify(metadata.data).slice(0, 200);
    return `the metadata of stream ${stream} were changed on the server: ${said}`;
  }
  const [first] = await connection.readStream(names.onServer(stream), look);
  return first?.revision === 0n
    ? undefined
    : `stream ${stream} no longer begins at revision 0 but at ${String(first?.revision)}`;
}
