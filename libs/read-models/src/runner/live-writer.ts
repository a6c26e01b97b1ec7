import type { LedgerEvent } from '@ledger/event-log';
import { openDatabase, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { toPosition } from '../tables/positions.js';
import { Fold } from './fold.js';

/** How far views have taken the log in: its last event's position, and its number from 0. */
export type Standing = { position: string; sequence: number };

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

  get standing(): Standing {
    const { position, sequence } = this.#fold.checkpoint;
    return { position: toPosition(position), sequence };
  }

  /**
   * Rows and checkpoint of a batch, or nothing of it: undefined when `mayWrite`, asked while nobody
   * else can write, says no. After an error only `close` may follow.
   */
  write(events: LedgerEvent[]): Fact[];
  write(events: LedgerEvent[], mayWrite: () => boolean): Fact[] | undefined;
  write(events: LedgerEvent[], mayWrite = (): boolean => true): Fact[] | undefined {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      if (!mayWrite()) {
        this.#database.exec('ROLLBACK');
        return undefined;
      }
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
