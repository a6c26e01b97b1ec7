import type { Database } from '@ledger/sqlite';
import { Query } from './query.js';

/** Names held in memory; beyond it they are looked up again. About 10 MB. */
const REMEMBERED_NAMES = 100_000;
/** No first part of a name holds it: those are identifiers. */
const BETWEEN = '\n';

/**
 * Gives each name of a table `(number INTEGER PRIMARY KEY, …name columns)` a small number in the
 * order of first appearance, so a rebuilt file numbers as the live one did. Rows that repeat a name
 * then hold one or two bytes.
 */
export class Numbering {
  readonly #find: Query<[number]>;
  readonly #insert: Query<[]>;
  readonly #last: Query<[number]>;
  readonly #known = new Map<string, number>();

  constructor(database: Database, table: string, columns: string[]) {
    const where = columns.map((column) => `${column} = ?`).join(' AND ');
    const values = columns.map(() => '?').join(',');
    this.#find = new Query(database, `SELECT number FROM ${table} WHERE ${where}`);
    this.#insert = new Query(database, `INSERT INTO ${table} VALUES (?,${values})`);
    this.#last = new Query(database, `SELECT coalesce(max(number), 0) FROM ${table}`);
  }

  /** The number of a name of one part, or of two; the second is mostly empty, and then free. */
  of(first: string, second?: string): number {
    const key = second ? `${first}${BETWEEN}${second}` : first;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = second === undefined ? [first] : [first, second];
    const number = this.#find.first(...name)?.[0] ?? this.#add(name);
    if (this.#known.size >= REMEMBERED_NAMES) this.#known.clear();
    this.#known.set(key, number);
    return number;
  }

  /** After a rollback: what was numbered in it is not in the table. */
  forget(): void {
    this.#known.clear();
  }

  #add(name: string[]): number {
    const number = (this.#last.first()?.[0] ?? 0) + 1;
    this.#insert.run(number, ...name);
    return number;
  }
}
