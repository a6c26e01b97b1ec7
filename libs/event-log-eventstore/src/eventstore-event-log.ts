import { join } from 'node:path';
import {
  closedError,
  EventLogError,
  followPages,
  latestRecordedAt,
  LOCK_FILE,
  lockedError,
  prepareAppend,
  reasonOf,
  RecordedAtStamper,
  unavailable,
  type Appended,
  type Clock,
  type ComposedAppend,
  type ExpectedRevision,
  type Head,
  type LedgerEvent,
  type LogState,
  type NewEvent,
  type ReadStreamOptions,
  type ServedEventLog,
} from '@ledger/event-log';
import { ExclusiveLock, makeDirectory } from '@ledger/sqlite';
import { Appender, bytesOf, MAX_APPEND_BYTES, tooLarge } from './appender.js';
import { EventStoreConnection } from './connection.js';
import { patient, positionIn, whileOpen } from './eventstore-log-reader.js';
import { OrderKeeper } from './order-keeper.js';
import { PlaceBook } from './place-book.js';
import { PlacedReads } from './placed-reads.js';
import { SendQueue, type QueueLimits } from './send-queue.js';
import { StreamNames } from './stream-names.js';
import { TIMINGS, type Timings } from './timings.js';

export type EventStoreEventLogOptions = {
  url: string;
  /** Holds `eventstore.db` (the order of events, derived) and `ledger.lock`; made if missing. */
  dataDir: string;
  clock?: Clock;
  /** Hears in sentences what an operator should know. */
  onNotice?: (text: string) => void;
  /** Before the names of the ledger's streams on the server; for servers that hold several. */
  prefix?: string;
  queueLimits?: QueueLimits;
  timings?: Timings;
};

/**
 * Opens the ledger on an EventStoreDB, and reads the order of its events up to the present. Rejects
 * with `ADDRESS_INVALID`, `LOCKED` (another server uses the data directory), `ACCESS_DENIED` or
 * `UNAVAILABLE`.
 */
export async function openEventStoreLog(
  options: EventStoreEventLogOptions,
): Promise<EventStoreEventLog> {
  const { url, dataDir, prefix = '', timings = TIMINGS, onNotice = () => {} } = options;
  const connection = new EventStoreConnection(url, timings);
  const lock = takeLock(dataDir);
  let book: PlaceBook | undefined;
  let keeper: OrderKeeper | undefined;
  try {
    book = PlaceBook.open(dataDir);
    const names = new StreamNames(prefix);
    keeper = new OrderKeeper({ connection, book, names, timings, onNotice });
    await keeper.open();
    keeper.start();
    return new EventStoreEventLog(options, { connection, lock, book, keeper, names, timings });
  } catch (error) {
    await keeper?.close();
    book?.close();
    await connection.close();
    lock.release();
    throw error;
  }
}

type Parts = {
  connection: EventStoreConnection;
  lock: ExclusiveLock;
  book: PlaceBook;
  keeper: OrderKeeper;
  names: StreamNames;
  timings: Timings;
};

/**
 * The engine for offices that outgrow one machine: many processes write to one cluster. Positions
 * count the ledger's events in the server's order, 1, 2, 3 …, and are the same in every process.
 */
export class EventStoreEventLog implements ServedEventLog {
  /** When the server turns out to hold another log; an absence is waited out. */
  readonly lost: Promise<string>;
  readonly #parts: Parts;
  readonly #stamper: RecordedAtStamper;
  readonly #reads: PlacedReads;
  readonly #appender: Appender;
  readonly #queue: SendQueue;
  readonly #listeners = new Set<(position: string) => void>();
  readonly #stopListening: () => void;
  #stopped: EventLogError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: Pick<EventStoreEventLogOptions, 'clock' | 'queueLimits'>, parts: Parts) {
    const { connection, book, keeper, names, timings } = parts;
    const { clock = Date.now, queueLimits } = options;
    this.#parts = parts;
    this.lost = keeper.lost;
    this.#stamper = new RecordedAtStamper(clock, keeper.head.recordedAt);
    const positionOf = positionIn(book, keeper.commits);
    this.#reads = new PlacedReads(connection, book, names, positionOf);
    this.#appender = new Appender({ connection, keeper, reads: this.#reads, names, timings });
    this.#queue = new SendQueue(queueLimits);
    this.#stopListening = keeper.onEvent((_, position) => {
      this.#stamper.advance(keeper.head.recordedAt);
      for (const listener of this.#listeners) listener(String(position));
    });
  }

  async append(stream: string, expected: ExpectedRevision, events: NewEvent[]): Promise<Appended> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const append = prepareAppend(stream, expected, events, this.#stamper.now());
    const isStamped = events.map(({ metadata }) => metadata.recordedAt === undefined);
    const bytes = bytesOf(append);
    if (bytes > MAX_APPEND_BYTES) throw tooLarge(bytes);
    this.#checkReachable();
    const size = { stream, events: append.entries.length, bytes };
    const appended = await this.#queue.run(size, async () => {
      this.#checkReachable();
      return this.#perform(this.#stampedAgain(append, isStamped));
    });
    const last = appended.at(-1);
    if (last === undefined) throw new Error('An append came back without its events.');
    return { revision: last.revision, position: last.position, events: appended };
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    return whileOpen(this.#parts.keeper.commits, () => this.#reads.readStream(stream, options));
  }

  readAll(options: { after: string; limit: number }): Promise<LedgerEvent[]> {
    return whileOpen(this.#parts.keeper.commits, () => this.#reads.readAll(options));
  }

  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]> {
    const { keeper, timings } = this.#parts;
    const read = patient((page) => this.readAll(page), keeper.commits, options.signal, timings);
    return followPages(read, keeper.commits, options);
  }

  head(): Promise<Head> {
    return whileOpen(this.#parts.keeper.commits, async () => this.#reads.head());
  }

  onCommitted(listener: (position: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): LogState {
    return this.#parts.keeper.state();
  }

  /** Takes nothing more, brings what was taken to an end, frees everything. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { keeper, book, connection, lock, timings } = this.#parts;
    this.#stopped ??= closedError();
    this.#appender.closeWithin(timings.close);
    await this.#queue.drained();
    this.#stopListening();
    await keeper.close();
    await connection.close();
    book.close();
    lock.release();
  }

  /** While it waited for its turn, later times may have come by from other processes. */
  #stampedAgain(append: ComposedAppend, isStamped: boolean[]): ComposedAppend {
    const { stream, expected, entries } = append;
    const { recordedAt: latest } = this.#parts.keeper.head;
    const isLate = entries.some(({ recordedAt }, index) => isStamped[index] && recordedAt < latest);
    if (!isLate) return append;
    const events = append.events.map(({ id, type, data, metadata }, index): NewEvent => {
      const { recordedAt, ...rest } = metadata;
      return { id, type, data, metadata: isStamped[index] ? rest : { ...rest, recordedAt } };
    });
    return prepareAppend(stream, expected < 0 ? 'none' : expected, events, this.#stamper.now());
  }

  async #perform(append: ComposedAppend): Promise<LedgerEvent[]> {
    this.#stamper.advance(latestRecordedAt(append.entries, -Infinity));
    try {
      return await this.#appender.perform(append);
    } finally {
      // What failed must not hold the next time up.
      if (this.#queue.inFlight <= 1) this.#stamper.settle(this.#parts.keeper.head.recordedAt);
    }
  }

  /** While the server is known to be away nothing is sent, so the answer can be a plain no. */
  #checkReachable(): void {
    const { reachable, problem } = this.#parts.keeper.state();
    if (!reachable) throw unavailable(`${problem ?? ''} Nothing was sent now.`);
  }
}

function takeLock(dataDir: string): ExclusiveLock {
  let lock: ExclusiveLock | undefined;
  try {
    makeDirectory(dataDir);
    lock = ExclusiveLock.take(join(dataDir, LOCK_FILE));
  } catch (error) {
    throw unavailable(`${reasonOf(error)}.`);
  }
  if (lock === undefined) throw lockedError(dataDir);
  return lock;
}
