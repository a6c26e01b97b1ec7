import type { Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import type { Slice } from '../segments/slice.js';
import type { RowDigest } from '../tables/row-digest.js';

/**
 * `live`: tables stand with their indexes, rows go in as they come.
 * `load`: a new file is filled; indexes come after the rows.
 */
export type WriteMode = 'live' | 'load';

/** Folds events into the tables of one model, inside the transaction of its caller. */
export interface ModelWriter {
  /**
   * Takes the events of a slice in, from one index to another, exclusive, and puts the rows that
   * they make into the digest. Rows may wait for `flush`. `fact` reads an event whole, which costs
   * more than its columns. An event that cannot be taken in throws before anything of it is kept.
   */
  take(events: Taken): void;
  /** Writes what was kept back; called before each commit. */
  flush(): void;
}

export type Taken = {
  slice: Slice;
  from: number;
  to: number;
  fact: (index: number) => Fact;
  /** Set to the index of each event before it is taken in, so that a fault names it. */
  index: number;
  digest: RowDigest;
};

/** A row as text, in the order in which `rows` gives them, and the event that made it. */
export type StoredRow = { text: string; position: number };

/** What one folder here puts into the views file. */
export type Model<Name extends string = string> = {
  name: Name;
  /** To be raised when the fold changes: views of another version are rebuilt beside it. */
  version: number;
  /** To be raised with the version when tables change: views of another layout cannot be read. */
  layout: number;
  tables: string;
  indexes: string;
  writer(database: Database, mode: WriteMode): ModelWriter;
  /** Everything that the tables hold, sorted by text inside each part, to compare two files. */
  rows(database: Database): Iterable<StoredRow>[];
};
