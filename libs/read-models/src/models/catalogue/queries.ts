import type { Database } from '@ledger/sqlite';
import type { SubjectKind } from '../../facts.js';
import { Query } from '../../tables/query.js';
import type { Documents } from './documents.js';
import { readDocument } from './tables.js';

/** A document as known at a position, with the position of the version. */
export type Known<K extends SubjectKind> = {
  id: string;
  position: number;
  document: Documents[K];
};

type Row = [id: string, position: number, document: string];

const ROWS_AT_ONCE = 256;

/** Questions to the definitions of reforms, metrics, units and milestones. */
export class CatalogueQueries {
  readonly #one: Query<Row>;
  readonly #versions: Query<Row>;
  readonly #page: Query<Row>;

  constructor(database: Database) {
    this.#one = new Query(
      database,
      `SELECT id, position, document FROM catalogue
       WHERE kind = ? AND id = ? AND position <= ? ORDER BY position DESC LIMIT 1`,
    );
    this.#versions = new Query(
      database,
      `SELECT id, position, document FROM catalogue
       WHERE kind = ? AND id = ? AND position <= ? ORDER BY position`,
    );
    // Beside max() SQLite takes the other columns from the row that has the maximum.
    this.#page = new Query(
      database,
      `SELECT id, max(position), document FROM catalogue
       WHERE kind = ? AND id > ? AND position <= ? GROUP BY id ORDER BY id LIMIT ?`,
    );
  }

  one<K extends SubjectKind>(kind: K, id: string, knownAt: number): Known<K> | undefined {
    const row = this.#one.first(kind, id, knownAt);
    return row === undefined ? undefined : known<K>(row);
  }

  /** Every version of one thing up to a position, oldest first. */
  versions<K extends SubjectKind>(kind: K, id: string, knownAt: number): Known<K>[] {
    return this.#versions.all(kind, id, knownAt).map((row) => known<K>(row));
  }

  /**
   * Everything of a kind after an id (`''` = from the start), in the order of ids. Reads
   * `atOnce` rows ahead, so a caller that wants few should say so.
   */
  *all<K extends SubjectKind>(
    kind: K,
    after: string,
    knownAt: number,
    atOnce = ROWS_AT_ONCE,
  ): Generator<Known<K>> {
    let last: string | undefined = after;
    while (last !== undefined) {
      const rows: Row[] = this.#page.all(kind, last, knownAt, atOnce);
      for (const row of rows) yield known<K>(row);
      last = rows.length < atOnce ? undefined : rows.at(-1)?.[0];
    }
  }
}

const known = <K extends SubjectKind>([id, position, document]: Row): Known<K> => ({
  id,
  position,
  document: readDocument<K>(document),
});
