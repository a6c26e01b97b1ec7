import { prepareArrays, type Database, type Statement } from '@ledger/sqlite';

type Value = string | number | Uint8Array | null;

/**
 * Lets a reading connection keep what it reads: 64 MB of pages, and no copies of those that stand in
 * the file already (up to 2 GiB, the driver's limit).
 */
export function readFast(database: Database): void {
  database.exec('PRAGMA cache_size = -64000; PRAGMA mmap_size = 2147418112;');
}

/**
 * A prepared statement whose rows are arrays of the type `Row`, which repeats its SELECT list.
 * Counts the arguments, because the driver binds NULL for a missing one without a word.
 */
export class Query<Row extends Value[]> {
  readonly #statement: Statement;
  readonly #parameters: number;

  constructor(database: Database, sql: string) {
    this.#statement = prepareArrays(database, sql);
    this.#parameters = sql.split('?').length - 1;
  }

  first(...values: Value[]): Row | undefined {
    this.#check(values);
    return this.#statement.get(...values);
  }

  all(...values: Value[]): Row[] {
    this.#check(values);
    return this.#statement.all(...values);
  }

  run(...values: Value[]): void {
    this.#check(values);
    this.#statement.run(...values);
  }

  #check(values: Value[]): void {
    if (values.length === this.#parameters) return;
    throw new TypeError(`The statement takes ${this.#parameters} values, not ${values.length}.`);
  }
}
