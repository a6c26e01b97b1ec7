import {
  closedError,
  EventLogError,
  prepareAppend,
  readStoredEntry,
  latestRecordedAt,
  RecordedAtStamper,
  type Appended,
  type Clock,
  type ComposedAppend,
  type EventLogErrorCode,
  type LogState,
  type ExpectedRevision,
  type Head,
  type LedgerEvent,
  type NewEvent,
  type ReadStreamOptions,
  type ServedEventLog,
} from '@ledger/event-log';
import { errorOf, reasonOf, unknownOutcome, type Failure } from './failure.js';
import { SqliteLogReader } from './sqlite-log-reader.js';
import { findInLog } from './stream-lookup.js';
import type { Outcome } from './writer-connection.js';
import { openInPlaceWriter, openThreadedWriter, type WriterPort } from './writer-port.js';

/** What may wait for the writer at a time; beyond it `append` rejects with `OVERLOADED`. */
export type QueueLimits = { events: number; bytes: number };
const QUEUE_LIMITS: QueueLimits = { events: 20_000, bytes: 32 * 1024 * 1024 };
/** The writer gets the appends of one turn by so many: it places them while others are spelled. */
const SHARE = 16;

export type SqliteEventLogOptions = {
  /** Holds `ledger.db` and `ledger.lock`; made if missing. */
  dataDir: string;
  clock?: Clock;
  /** False: the writer runs in the caller's thread, for tests and one-off commands. */
  thread?: boolean;
  queueLimits?: QueueLimits;
};

/**
 * Opens the log of a directory for writing, or makes it. Rejects with `LOCKED` when another server
 * has it open, and with `UNAVAILABLE` when the directory or file cannot be used.
 */
export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<SqliteEventLog> {
  const { dataDir, thread = true } = options;
  const writer = thread ? await openThreadedWriter(dataDir) : openInPlaceWriter(dataDir);
  try {
    return new SqliteEventLog(options, writer);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

type Waiting = {
  append: ComposedAppend;
  bytes: number;
  resolve: (appended: Appended) => void;
  reject: (error: EventLogError) => void;
};

/**
 * The embedded engine. Events are checked, stamped and spelled here, in the order in which `append`
 * is called, and that is the order of their commit. The appends of one turn of the event loop share
 * a commit; the writer places the first of them while the others are still being spelled.
 */
export class SqliteEventLog implements ServedEventLog {
  readonly lost: Promise<string>;
  #tellLost: (reason: string) => void = () => {};
  readonly #dataDir: string;
  readonly #limits: QueueLimits;
  readonly #writer: WriterPort;
  readonly #reader: SqliteLogReader;
  readonly #stamper: RecordedAtStamper;
  readonly #listeners = new Set<(position: string) => void>();
  /** Appends without an outcome, oldest first; the last `#unsent` are not yet with the writer. */
  readonly #waiting: Waiting[] = [];
  #unsent = 0;
  /** Appends came in this turn of the event loop, and it has not ended. */
  #turnIsOpen = false;
  readonly #queued = { events: 0, bytes: 0 };
  #lastRecordedAt: number;
  /** Why the last append failed, until one succeeds: the disk is full, for example. */
  #trouble: string | undefined;
  /** Why nothing is taken any more. */
  #stopped: EventLogError | undefined;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: Omit<SqliteEventLogOptions, 'thread'>, writer: WriterPort) {
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
    this.#dataDir = options.dataDir;
    this.#limits = options.queueLimits ?? QUEUE_LIMITS;
    this.#writer = writer;
    this.#reader = new SqliteLogReader(options.dataDir);
    this.#lastRecordedAt = writer.opened.recordedAt;
    this.#stamper = new RecordedAtStamper(options.clock ?? Date.now, this.#lastRecordedAt);
    writer.connect({
      settled: (outcomes) => this.#settle(outcomes),
      lost: (failure) => this.#lose(failure),
    });
  }

  /** SQLite's setting of the writing connection, read back after its first write: 2 is FULL. */
  get synchronous(): number {
    return this.#writer.opened.synchronous;
  }

  async append(stream: string, expected: ExpectedRevision, events: NewEvent[]): Promise<Appended> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const append = prepareAppend(stream, expected, events, this.#stamper.now());
    const bytes = append.entries.reduce((sum, { entry }) => sum + entry.length, 0);
    this.#admit(append.entries.length, bytes);
    this.#stamper.advance(latestRecordedAt(append.entries, -Infinity));
    return new Promise<Appended>((resolve, reject) => {
      this.#waiting.push({ append, bytes, resolve, reject });
      this.#unsent += 1;
      if (!this.#turnIsOpen) setImmediate(() => this.#endTurn());
      this.#turnIsOpen = true;
      if (this.#writer.isConcurrent && this.#unsent >= SHARE) this.#send(true);
    });
  }

  readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    return this.#reader.readStream(stream, options);
  }

  readAll(options: { after: string; limit: number }): Promise<LedgerEvent[]> {
    return this.#reader.readAll(options);
  }

  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]> {
    return this.#reader.follow(options);
  }

  head(): Promise<Head> {
    return this.#reader.head();
  }

  onCommitted(listener: (position: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): LogState {
    const problem = this.#stopped?.message ?? this.#trouble;
    return {
      reachable: this.#stopped === undefined,
      ...(problem !== undefined && { problem }),
      tamperSignals: [],
    };
  }

  /** Takes nothing more, writes what was taken, ends followers, frees the lock. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopped ??= closedError();
    if (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#reader.close();
    await this.#writer.close();
  }

  #admit(events: number, bytes: number): void {
    const { events: queuedEvents, bytes: queuedBytes } = this.#queued;
    const fits =
      queuedEvents + events <= this.#limits.events && queuedBytes + bytes <= this.#limits.bytes;
    // A lone append is always taken: its own size is limited elsewhere.
    if (!fits && queuedEvents > 0) {
      throw new EventLogError(
        'OVERLOADED',
        `${queuedEvents} events wait to be written, more than the disk can take; ` +
          'try again in a second.',
      );
    }
    this.#queued.events += events;
    this.#queued.bytes += bytes;
  }

  #endTurn(): void {
    this.#turnIsOpen = false;
    this.#send(false);
  }

  /** Hands to the writer what it does not have yet; `more` of this turn may follow. */
  #send(more: boolean): void {
    const from = this.#waiting.length - this.#unsent;
    this.#unsent = 0;
    const appends = this.#waiting.slice(from).map(({ append }) => append);
    this.#writer.post(appends, more);
  }

  /** The outcomes are those of the appends that wait longest. */
  #settle(outcomes: readonly Outcome[]): void {
    let committed = 0;
    for (const outcome of outcomes) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) throw new Error('The writer settled more than it was given.');
      committed = Math.max(committed, this.#answer(waiting, outcome));
    }
    if (this.#waiting.length === 0) {
      this.#stamper.settle(this.#lastRecordedAt);
      this.#drained?.();
    }
    if (committed === 0) return;
    this.#reader.wake();
    for (const listener of this.#listeners) listener(String(committed));
  }

  /** Answers the last position that the append added to the log, 0 for none. */
  #answer({ append, bytes, resolve, reject }: Waiting, outcome: Outcome): number {
    const { entries } = append;
    this.#queued.events -= entries.length;
    this.#queued.bytes -= bytes;
    if ('failure' in outcome) {
      const error = errorOf(outcome.failure);
      if (troubles.has(error.code)) this.#trouble = error.message;
      reject(error);
      return 0;
    }
    this.#trouble = undefined;
    resolve(appendedBy(append, outcome));
    if (outcome.entries !== undefined) return 0;
    this.#lastRecordedAt = latestRecordedAt(entries, this.#lastRecordedAt);
    return outcome.position + entries.length - 1;
  }

  /** The writer is gone, so what stands in the log now is all that it wrote: read it back. */
  #lose(failure: Failure): void {
    this.#stopped ??= errorOf(failure);
    this.#unsent = 0;
    this.#settle(this.#readBack().map((outcome) => outcome ?? { failure }));
    this.#tellLost(failure.message);
  }

  #readBack(): (Outcome | undefined)[] {
    try {
      return findInLog(
        this.#dataDir,
        this.#waiting.map(({ append }) => append),
      );
    } catch (error) {
      const failure = unknownOutcome(`The log cannot be read back (${reasonOf(error)})`);
      return this.#waiting.map(() => ({ failure }));
    }
  }
}

/** Failures that tell of the log itself, not of what was asked. */
const troubles = new Set<EventLogErrorCode>(['UNAVAILABLE', 'OUTCOME_UNKNOWN']);

/** The answer to an append that stands in the log: the events as stored. */
function appendedBy(
  { expected, events, entries }: ComposedAppend,
  { position: first, entries: stored }: { position: number; entries?: string[] },
): Appended {
  const placed = events.map(
    ({ id, type, stream, revision, data, metadata }, index): LedgerEvent => {
      const position = String(first + index);
      const sequence = first + index - 1;
      if (stored !== undefined) return readStoredEntry(stored[index] ?? '', { position, sequence });
      const entry = entries[index]?.entry ?? '';
      return { id, type, stream, revision, data, metadata, position, sequence, entry };
    },
  );
  const revision = expected + placed.length;
  return { revision, position: String(first + placed.length - 1), events: placed };
}
