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
/** Versions held in memory as they were parsed: about 10 MB. */
const HELD_DOCUMENTS = 4_000;

/** Questions to the definitions of reforms, metrics, units and milestones. */
export class CatalogueQueries {
  readonly #one: Query<Row>;
  readonly #versions: Query<Row>;
  readonly #positions: Query<[position: number]>;
  readonly #at: Query<[document: string]>;
  readonly #page: Query<[id: string, position: number]>;
  readonly #documents: { [K in SubjectKind]: Map<number, Documents[K]> } = {
    metric: new Map(),
    reform: new Map(),
    milestone: new Map(),
    unit: new Map(),
    projection: new Map<number, never>(),
  };

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
    this.#positions = new Query(
      database,
      `SELECT position FROM catalogue
       WHERE kind = ? AND id = ? AND position <= ? ORDER BY position`,
    );
    this.#at = new Query(
      database,
      'SELECT document FROM catalogue WHERE kind = ? AND id = ? AND position = ?',
    );
    // Answered from the index alone: the documents of a board are mostly held in memory.
    this.#page = new Query(
      database,
      `SELECT id, max(position) FROM catalogue
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

  /** Where the versions of one thing stand, up to a position, ascending; read from the index. */
  positions(kind: SubjectKind, id: string, knownAt: number): number[] {
    return this.#positions.all(kind, id, knownAt).map(([position]) => position);
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
      const rows: [string, number][] = this.#page.all(kind, last, knownAt, atOnce);
      for (const [id, position] of rows) {
        yield { id, position, document: this.#documentOf(kind, id, position) };
      }
      last = rows.length < atOnce ? undefined : rows.at(-1)?.[0];
    }
  }

  /** A version never changes, so it is parsed once for many boards. */
  #documentOf<K extends SubjectKind>(kind: K, id: string, position: number): Documents[K] {
    const documents: Map<number, Documents[K]> = this.#documents[kind];
    const held = documents.get(position);
    if (held !== undefined) return held;
    const row = this.#at.first(kind, id, position);
    if (row === undefined) throw new RangeError(`${kind} ${id} has no version ${position}.`);
    const document = readDocument<K>(row[0]);
    if (documents.size >= HELD_DOCUMENTS) documents.clear();
    documents.set(position, document);
    return document;
  }
}

const known = <K extends SubjectKind>([id, position, document]: Row): Known<K> => ({
  id,
  position,
  document: readDocument<K>(document),
});
