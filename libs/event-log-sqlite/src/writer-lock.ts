import { join } from 'node:path';
import { EventLogError } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { reasonOf, unavailable } from './failure.js';

const BUSY = 5;

/**
 * The right to write to the log of a directory: an open exclusive transaction on a small database
 * beside it. The operating system frees it when the process dies, however it dies. A lock on the
 * log itself would shut out our own readers.
 */
export class WriterLock {
  readonly #database: Database;

  /** Throws `LOCKED` at once when another holder lives. */
  constructor(dataDir: string) {
    const file = join(dataDir, 'ledger.lock');
    try {
      this.#database = openDatabase(file, { busyTimeoutMs: 0 });
    } catch (error) {
      throw unavailable(`The lock ${file} cannot be opened: ${reasonOf(error)}.`);
    }
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#database.close();
      if (((sqliteErrorCode(error) ?? 0) & 0xff) === BUSY) throw locked(dataDir);
      throw unavailable(`The lock ${file} cannot be taken: ${reasonOf(error)}.`);
    }
  }

  release(): void {
    this.#database.close();
  }
}

function locked(dataDir: string): EventLogError {
  return new EventLogError(
    'LOCKED',
    `The ledger in ${dataDir} is in use by another server; ` +
      'stop that one first, or choose another data directory.',
  );
}
