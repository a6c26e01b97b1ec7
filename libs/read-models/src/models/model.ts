import type { Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';

/**
 * `live`: tables stand with their indexes, rows go in as they come.
 * `load`: a new file is filled; indexes come after the rows, and `finish` puts in what waited.
 */
export type WriteMode = 'live' | 'load';

/** Folds events into the tables of one model, inside the transaction of its caller. */
export interface ModelWriter {
  /** Takes an event in; `position` is the fact's, as a number. Rows may wait for `flush`. */
  take(fact: Fact, position: number): void;
  /** Writes what was kept back; called before each commit. */
  flush(): void;
  /** After the last event of a `load`, before the indexes are made. */
  finish?(): void;
}

/** What one folder here puts into the views file. */
export type Model = {
  name: string;
  /** To be raised when tables or the fold change: views of another version are rebuilt. */
  version: number;
  tables: string;
  indexes: string;
  writer(database: Database, mode: WriteMode): ModelWriter;
};
