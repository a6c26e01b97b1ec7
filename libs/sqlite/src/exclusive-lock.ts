import { openDatabase, sqliteErrorCode, type Database } from './database.js';

const BUSY = 5;

/**
 * The right to something that one process at a time may have: an open exclusive transaction on a
 * small database. The operating system frees it when the process dies, however it dies.
 */
export class ExclusiveLock {
  readonly #database: Database;

  /** Undefined when another holder lives; throws what SQLite throws when the file cannot be used. */
  static take(file: string): ExclusiveLock | undefined {
    const database = openDatabase(file, { busyTimeoutMs: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new ExclusiveLock(database);
    } catch (error) {
      database.close();
      if (((sqliteErrorCode(error) ?? 0) & 0xff) === BUSY) return undefined;
      throw error;
    }
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  release(): void {
    this.#database.close();
  }
}
