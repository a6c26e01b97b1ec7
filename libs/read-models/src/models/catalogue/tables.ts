import type { Database } from '@ledger/sqlite';
import { subjectOf, type Fact, type SubjectKind } from '../../facts.js';
import { Query } from '../../tables/query.js';
import type { Model, ModelWriter } from '../model.js';
import { concernsCatalogue, nextDocument, type Documents } from './documents.js';

/**
 * Every version of every definition as a document: what was known at a position is the last row up
 * to it. Definitions change rarely, so rows go in one by one and nothing is kept in memory.
 */
export const catalogue: Model = {
  name: 'catalogue',
  version: 1,
  tables: `
    CREATE TABLE catalogue(
      kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, document TEXT NOT NULL,
      UNIQUE(kind, id, position)
    ) STRICT;`,
  indexes: '',
  writer: (database) => new CatalogueWriter(database),
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

  take(fact: Fact, position: number): void {
    if (!concernsCatalogue(fact)) return;
    const { kind, id } = subjectOf(fact);
    const previous = <K extends SubjectKind>(of: K): Documents[K] | undefined => {
      const row = this.#latest.first(of, id);
      return row === undefined ? undefined : readDocument<K>(row[0]);
    };
    const document = nextDocument(fact, previous);
    if (document === undefined) return;
    this.#insert.run(kind, id, position, JSON.stringify(document));
  }

  flush(): void {}
}

/** Inverse of the `JSON.stringify` above; only this model writes the column. */
export const readDocument = <K extends SubjectKind>(text: string): Documents[K] => JSON.parse(text);
