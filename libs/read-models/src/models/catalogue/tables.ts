import type { Database } from '@ledger/sqlite';
import { subjectOf, type SubjectKind } from '../../facts.js';
import { Query } from '../../tables/query.js';
import type { Model, ModelWriter, StoredRow, Taken } from '../model.js';
import { concernsCatalogue, nextDocument, type Documents } from './documents.js';

/**
 * Every version of every definition as a document: what was known at a position is the last row up
 * to it. Definitions change rarely, so rows go in one by one and nothing is kept in memory.
 */
export const catalogue: Model<'catalogue'> = {
  name: 'catalogue',
  version: 2,
  layout: 1,
  tables: `
    CREATE TABLE catalogue(
      kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, document TEXT NOT NULL,
      UNIQUE(kind, id, position)
    ) STRICT;`,
  indexes: '',
  writer: (database) => new CatalogueWriter(database),
  rows: (database) => [rows(database)],
};

class CatalogueWriter implements ModelWriter {
  readonly #latest: Query<[document: string]>;
  readonly #insert: Query<[]>;

  constructor(database: Database) {
    this.#latest = new Query(
      database,
      `SELECT document FROM catalogue WHERE kind = ? AND id = ? ORDER BY position DESC LIMIT 1`,
    );
    this.#insert = new Query(database, 'INSERT INTO catalogue VALUES (?,?,?,?)');
  }

  take(events: Taken): void {
    const { slice, from, to } = events;
    for (let index = from; index < to; index += 1) {
      events.index = index;
      if (concernsCatalogue(slice.typeOf(index))) this.#takeOne(events, slice.first + index);
    }
  }

  flush(): void {}

  #takeOne({ fact: read, index, digest }: Taken, position: number): void {
    const fact = read(index);
    const { kind, id } = subjectOf(fact);
    const previous = <K extends SubjectKind>(of: K): Documents[K] | undefined => {
      const row = this.#latest.first(of, id);
      return row === undefined ? undefined : readDocument<K>(row[0]);
    };
    const document = nextDocument(fact, previous);
    if (document === undefined) return;
    const text = JSON.stringify(document);
    this.#insert.run(kind, id, position, text);
    digest.text(position, text);
  }
}

/** Inverse of the `JSON.stringify` above; only this model writes the column. */
export const readDocument = <K extends SubjectKind>(text: string): Documents[K] => JSON.parse(text);

const ROWS_AT_ONCE = 256;

function* rows(database: Database): Generator<StoredRow> {
  const page = new Query<[kind: string, id: string, position: number, document: string]>(
    database,
    `SELECT kind, id, position, document FROM catalogue WHERE (kind, id, position) > (?, ?, ?)
     ORDER BY kind, id, position LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let [kind, id, position] = ['', '', 0]; ;) {
    const found = page.all(kind, id, position);
    let document: string;
    for ([kind, id, position, document] of found) {
      yield { text: `${kind} ${id} ${String(position).padStart(12, '0')} ${document}`, position };
    }
    if (found.length < ROWS_AT_ONCE) return;
  }
}
