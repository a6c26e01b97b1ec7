import type { PreparedAppend } from '@ledger/event-log';
import type { ExclusiveLock } from '@ledger/sqlite';
import {
  failureOf,
  isEventLogError,
  reasonOf,
  unavailable,
  unknownOutcome,
  type Failure,
} from './failure.js';
import { makeLogDirectory, openForWriting, pragma } from './layout.js';
import { findInLog } from './stream-lookup.js';
import { WriterConnection, type Outcome, type WriterHead } from './writer-connection.js';
import { takeWriterLock } from './writer-lock.js';

/** Events in one transaction. */
export const MAX_GROUP_EVENTS = 1_000;
const TRUNCATE = 'wal_checkpoint(TRUNCATE)';

/** An append in the open transaction, and what becomes of it once that is committed. */
type Placed = { append: PreparedAppend; outcome: Outcome };

/**
 * The one writer of a log. Synchronous: it can run in any thread, and does run in its own. Holds
 * the writer lock of the directory from its making to `close`.
 */
export class SqliteLogWriter {
  readonly #dataDir: string;
  readonly #lock: ExclusiveLock;
  /** Absent after a failed commit, until the next group opens it anew. */
  #connection: WriterConnection | undefined;
  /** The group in the making: what became of its first appends for good, and what is open. */
  #settled: Outcome[] = [];
  #open: Placed[] = [];
  #placedEvents = 0;

  /** Throws `LOCKED` or `UNAVAILABLE`. */
  constructor(dataDir: string) {
    makeLogDirectory(dataDir);
    this.#dataDir = dataDir;
    this.#lock = takeWriterLock(dataDir);
    try {
      this.#connection = new WriterConnection(openForWriting(dataDir));
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Where the log ends, and `synchronous` as it stands on the writing connection: 2 is FULL. */
  opened(): WriterHead & { synchronous: number } {
    const { head, database } = this.#connect();
    return { ...head, synchronous: Number(pragma(database, 'synchronous')) };
  }

  /** Events of the group in the making. */
  get placedEvents(): number {
    return this.#placedEvents;
  }

  /**
   * Takes appends into the group in the making; its transaction begins with its first append. No
   * reader sees any of them before `commit`. Does not throw.
   */
  place(appends: readonly PreparedAppend[]): void {
    if (appends.length === 0) return;
    for (const { entries } of appends) this.#placedEvents += entries.length;
    const before = this.#open.length;
    let connection: WriterConnection;
    try {
      connection = this.#connect();
      if (before === 0) connection.begin();
    } catch (error) {
      this.#settled.push(...appends.map(() => ({ failure: notWrittenBecause(error) })));
      return;
    }
    try {
      for (const append of appends) this.#open.push({ append, outcome: connection.place(append) });
    } catch (error) {
      const placed = this.#open.slice(0, before).map(({ append }) => append);
      this.#undo(connection, [...placed, ...appends], error);
    }
  }

  /**
   * Places the last appends of a group, at most `MAX_GROUP_EVENTS` events in all, and ends its
   * transaction: it is on disk when this returns. Outcomes stand in the order of the appends; a
   * conflict fails its own append only. Does not throw: failures are outcomes.
   */
  commit(last: readonly PreparedAppend[] = []): Outcome[] {
    this.place(last);
    const settled = this.#settled;
    const open = this.#open;
    this.#settled = [];
    this.#open = [];
    this.#placedEvents = 0;
    if (open.length === 0) return settled;
    try {
      this.#connect().commit();
    } catch (error) {
      return [...settled, ...this.#readBack(open, error)];
    }
    return [...settled, ...open.map(({ outcome }) => outcome)];
  }

  /** Leaves the log in its one file: the driver may close the other two late. */
  close(): void {
    try {
      if (this.#connection !== undefined) pragma(this.#connection.database, TRUNCATE);
    } catch {
      // What stands in the write-ahead log is on disk there, and the next opening finds it.
    }
    this.#drop();
    this.#lock.release();
  }

  #connect(): WriterConnection {
    this.#connection ??= new WriterConnection(openForWriting(this.#dataDir));
    return this.#connection;
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.database.close();
  }

  /**
   * A statement failed before the commit, so nothing was written. Whose append it was is found by
   * giving each a transaction of its own; that spares every good group its savepoints.
   */
  #undo(connection: WriterConnection, group: readonly PreparedAppend[], error: unknown): void {
    const events = this.#placedEvents;
    this.#open = [];
    try {
      connection.rollback();
    } catch {
      this.#drop(); // closing the connection undoes what is open on it
    }
    if (group.length === 1) this.#settled.push({ failure: notWrittenBecause(error) });
    else this.#settled = group.flatMap((append) => this.commit([append]));
    this.#placedEvents = events;
  }

  /**
   * The commit failed, and whether it took place is not known. A fresh connection tells: an append
   * whose ids do not stand in the log was undone and will never appear; one whose ids do is first
   * brought to disk by a checkpoint, which syncs the file itself, and is then a success.
   */
  #readBack(open: readonly Placed[], error: unknown): Outcome[] {
    const appends = open.map(({ append }) => append);
    let found: (Outcome | undefined)[] = [];
    let failure = notWrittenBecause(error);
    try {
      this.#drop();
      found = findInLog(this.#dataDir, appends);
      if (found.some((outcome) => outcome !== undefined)) this.#checkpoint();
    } catch (second) {
      found = [];
      failure = unknownOutcome(
        `The commit failed (${reasonOf(error)}) and could not be read back (${reasonOf(second)})`,
      );
    }
    // A conflict with an append of the same group was one with something that never came to be.
    const isUndone = open.some(
      ({ outcome }, at) => !('failure' in outcome) && found[at] === undefined,
    );
    return open.map(({ outcome }, at) => {
      if (!('failure' in outcome)) return found[at] ?? { failure };
      return isUndone && outcome.failure.code === 'CONFLICT' ? { failure } : outcome;
    });
  }

  #checkpoint(): void {
    const busy = pragma(this.#connect().database, 'wal_checkpoint(FULL)');
    if (busy !== 0) throw unavailable('a reader holds the log back');
  }
}

function notWrittenBecause(error: unknown): Failure {
  if (isEventLogError(error)) return failureOf(error);
  return failureOf(unavailable(`The events could not be written: ${reasonOf(error)}.`));
}
