import { setTimeout as wait } from 'node:timers/promises';
import {
  closedError,
  CommitSignal,
  followPages,
  isEventLogError,
  reasonOf,
  unavailable,
  type EventLogReader,
  type Head,
  type LedgerEvent,
  type LogState,
  type ReadStreamOptions,
} from '@ledger/event-log';
import { EventStoreConnection } from './connection.js';
import { OrderKeeper } from './order-keeper.js';
import { PlaceBook } from './place-book.js';
import { PlacedReads, type PositionOf } from './placed-reads.js';
import { StreamNames } from './stream-names.js';
import { TIMINGS, type Timings } from './timings.js';

/** How often a follower beside a writer looks by itself for what nobody told it of. */
const POLL_MS = 100;
const PLACE_WAIT_MS = 10_000;

export type EventStoreReaderOptions = {
  url: string;
  /** The directory of a writer in this process, whose book of places is read along. */
  dataDir?: string;
  /** Before the names of the ledger's streams on the server; default none. */
  prefix?: string;
  timings?: Timings;
};

/**
 * Reads a ledger on EventStoreDB. Beside a writer of this process (in another thread, say) it takes
 * the order of events from the writer's book; alone it reads the order from the server first, which
 * takes a walk through the whole log, and then follows it.
 */
export class EventStoreLogReader implements EventLogReader {
  readonly #parts: Parts;
  readonly #reads: PlacedReads;
  readonly #commits: CommitSignal;

  /** Rejects with `ADDRESS_INVALID`, `ACCESS_DENIED` or `UNAVAILABLE`. */
  static async open(options: EventStoreReaderOptions): Promise<EventStoreLogReader> {
    const { url, dataDir, prefix = '', timings = TIMINGS } = options;
    const connection = new EventStoreConnection(url, timings);
    const names = new StreamNames(prefix);
    if (dataDir !== undefined) {
      return new EventStoreLogReader({ connection, names, timings, book: bookBeside(dataDir) });
    }
    const book = PlaceBook.inMemory();
    const onNotice = (): void => {};
    const keeper = new OrderKeeper({ connection, book, names, timings, onNotice });
    try {
      await keeper.open();
    } catch (error) {
      await keeper.close();
      await connection.close();
      throw error;
    }
    keeper.start();
    return new EventStoreLogReader({ connection, names, timings, book, keeper });
  }

  private constructor(parts: Parts) {
    const { connection, book, names, keeper } = parts;
    this.#parts = parts;
    this.#commits = keeper?.commits ?? new CommitSignal();
    this.#reads = new PlacedReads(connection, book, names, positionIn(book, this.#commits));
  }

  head(): Promise<Head> {
    return whileOpen(this.#commits, async () => this.#reads.head());
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    return whileOpen(this.#commits, () => this.#reads.readStream(stream, options));
  }

  readAll(options: { after: string; limit: number }): Promise<LedgerEvent[]> {
    return whileOpen(this.#commits, () => this.#reads.readAll(options));
  }

  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]> {
    const { timings } = this.#parts;
    const read = patient((page) => this.readAll(page), this.#commits, options.signal, timings);
    return followPages(read, this.#commits, { ...options, pollMs: POLL_MS });
  }

  /** How the log fares; beside a writer that is known to the writer alone. */
  state(): LogState {
    return this.#parts.keeper?.state() ?? { reachable: true, tamperSignals: [] };
  }

  /** Tells waiting followers that something was committed, sooner than they would find out. */
  wake(): void {
    this.#commits.wake();
  }

  async close(): Promise<void> {
    if (this.#commits.closed) return;
    this.#commits.close();
    await this.#parts.keeper?.close();
    await this.#parts.connection.close();
    this.#parts.book.close();
  }
}

type Parts = {
  connection: EventStoreConnection;
  names: StreamNames;
  timings: Timings;
  book: PlaceBook;
  /** Absent where a writer beside keeps the book. */
  keeper?: OrderKeeper;
};

/**
 * A read of an open log. Closing cancels the calls that are under way, and a cancelled call looks
 * like one that ended early: its answer counts for nothing.
 */
export async function whileOpen<T>(commits: CommitSignal, read: () => Promise<T>): Promise<T> {
  if (commits.closed) throw closedError();
  try {
    const answer = await read();
    if (!commits.closed) return answer;
  } catch (error) {
    if (!commits.closed) throw error;
  }
  throw closedError();
}

/**
 * A read for followers, who outlive the server's absences: it is asked again until it answers, or
 * until the follower stops. Health tells of the absence meanwhile.
 */
export function patient(
  read: EventLogReader['readAll'],
  commits: CommitSignal,
  signal: AbortSignal,
  { backoff }: Timings,
): EventLogReader['readAll'] {
  return async (page) => {
    for (let pause = backoff.first; ; pause = Math.min(backoff.longest, pause * 2)) {
      try {
        return await read(page);
      } catch (error) {
        if (commits.closed || signal.aborted) return [];
        if (!isEventLogError(error) || error.code !== 'UNAVAILABLE') throw error;
        await commits.changedSince(commits.count, signal, pause * (0.5 + Math.random() / 2));
        if (commits.closed || signal.aborted) return [];
      }
    }
  };
}

/** Positions out of a book that somebody else fills. */
export function positionIn(book: PlaceBook, commits: CommitSignal): PositionOf {
  return async (id, pair) => {
    const giveUp = Date.now() + PLACE_WAIT_MS;
    for (;;) {
      const position = book.positionOf(id, pair);
      if (position !== undefined || Date.now() > giveUp || commits.closed) return position;
      await wait(5);
    }
  };
}

function bookBeside(dataDir: string): PlaceBook {
  try {
    return PlaceBook.beside(dataDir);
  } catch (error) {
    throw unavailable(`The order of the log in ${dataDir} cannot be read: ${reasonOf(error)}.`);
  }
}
