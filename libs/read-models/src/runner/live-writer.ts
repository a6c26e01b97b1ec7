import type { LedgerEvent } from '@ledger/event-log';
import { openDatabase, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { toPosition } from '../tables/positions.js';
import { Fold } from './fold.js';

/** The writing connection on the views in force. One batch is one transaction. */
export class LiveWriter {
  readonly #database: Database;
  readonly #fold: Fold;

  constructor(readonly file: string) {
    this.#database = openDatabase(file);
    // A power cut may lose the last batches with their checkpoint; they are projected again.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#fold = new Fold(this.#database, 'live');
  }

  get position(): string {
    return toPosition(this.#fold.checkpoint.position);
  }

  /** Rows and checkpoint of a batch, or nothing of it. After an error only `close` may follow. */
  write(events: LedgerEvent[]): Fact[] {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const facts = this.#fold.take(events);
      this.#fold.flush();
      this.#database.exec('COMMIT');
      return facts;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}
