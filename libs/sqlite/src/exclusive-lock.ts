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

  /** Whether somebody holds it; leaves it as it is. Throws what SQLite throws. */
  static isHeld(file: string): boolean {
    const database = openDatabase(file, { readOnly: true, busyTimeoutMs: 0 });
    try {
      database.prepare('SELECT count(*) FROM sqlite_schema').get();
      return false;
    } catch (error) {
      if (((sqliteErrorCode(error) ?? 0) & 0xff) === BUSY) return true;
      throw error;
    } finally {
      database.close();
    }
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  release(): void {
    this.#database.close();
  }
}
