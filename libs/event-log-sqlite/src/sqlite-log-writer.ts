import type { PreparedAppend } from '@ledger/event-log';
import { failureOf, isEventLogError, reasonOf, unavailable, type Failure } from './failure.js';
import { makeDirectory, openForWriting, pragma } from './layout.js';
import { findInLog } from './stream-lookup.js';
import { WriterConnection, type Outcome, type WriterHead } from './writer-connection.js';
import { WriterLock } from './writer-lock.js';

/** Events in one transaction. */
export const MAX_GROUP_EVENTS = 1_000;

/**
 * The one writer of a log. Synchronous: it can run in any thread, and does run in its own. Holds
 * the writer lock of the directory from its making to `close`.
 */
export class SqliteLogWriter {
  readonly #dataDir: string;
  readonly #lock: WriterLock;
  /** Absent after a failed commit, until the next group opens it anew. */
  #connection: WriterConnection | undefined;

  /** Throws `LOCKED` or `UNAVAILABLE`. */
  constructor(dataDir: string) {
    makeDirectory(dataDir);
    this.#dataDir = dataDir;
    this.#lock = new WriterLock(dataDir);
    try {
      this.#connection = new WriterConnection(openForWriting(dataDir));
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Where the log ends, and `synchronous` as it stands on the writing connection: 2 is FULL. */
  opened(): WriterHead & { synchronous: number } {
    const { head, database } = this.#open();
    return { ...head, synchronous: Number(pragma(database, 'synchronous')) };
  }

  /**
   * Writes a group of appends, at most `MAX_GROUP_EVENTS` events, in one transaction that is on
   * disk when this returns. Outcomes stand in the order of the appends; a conflict fails its own
   * append only. Does not throw: failures are outcomes.
   */
  commit(group: readonly PreparedAppend[]): Outcome[] {
    let connection: WriterConnection;
    let outcomes: Outcome[];
    try {
      connection = this.#open();
    } catch (error) {
      return group.map(() => ({ failure: failureOf(error) }));
    }
    try {
      connection.begin();
      outcomes = group.map((append) => connection.place(append));
    } catch (error) {
      return this.#undo(connection, group, error);
    }
    try {
      connection.commit();
    } catch (error) {
      return this.#readBack(group, outcomes, error);
    }
    return outcomes;
  }

  close(): void {
    this.#drop();
    this.#lock.release();
  }

  #open(): WriterConnection {
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
  #undo(connection: WriterConnection, group: readonly PreparedAppend[], error: unknown): Outcome[] {
    try {
      connection.rollback();
    } catch {
      this.#drop(); // closing the connection undoes what is open on it
    }
    const notWritten = notWrittenBecause(error);
    if (group.length > 1) return group.flatMap((append) => this.commit([append]));
    return [{ failure: notWritten }];
  }

  /**
   * The commit failed, and whether it took place is not known. A fresh connection tells: an append
   * whose ids do not stand in the log was undone and will never appear; one whose ids do is first
   * brought to disk by a checkpoint, which syncs the file itself, and is then a success.
   */
  #readBack(group: readonly PreparedAppend[], outcomes: Outcome[], error: unknown): Outcome[] {
    try {
      this.#drop();
      const found = findInLog(this.#dataDir, group);
      if (found.some((outcome) => outcome !== undefined)) this.#checkpoint();
      const failure = notWrittenBecause(error);
      return outcomes.map((one, index) => ('failure' in one ? one : (found[index] ?? { failure })));
    } catch (second) {
      const failure = failureOf(
        unavailable(
          `The commit failed (${reasonOf(error)}) and could not be read back ` +
            `(${reasonOf(second)}); send the same events again when the disk is in order.`,
        ),
      );
      return outcomes.map((one) => ('failure' in one ? one : { failure }));
    }
  }

  #checkpoint(): void {
    const busy = pragma(this.#open().database, 'wal_checkpoint(FULL)');
    if (busy !== 0) throw unavailable('a reader holds the log back');
  }
}

function notWrittenBecause(error: unknown): Failure {
  if (isEventLogError(error)) return failureOf(error);
  return failureOf(unavailable(`The events could not be written: ${reasonOf(error)}.`));
}
