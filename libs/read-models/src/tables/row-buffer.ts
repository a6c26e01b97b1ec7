import type { Database } from '@ledger/sqlite';
import { Query } from './query.js';

type Value = string | number | null;

/** Rows of one statement; beyond it the gain is lost in the noise. */
const ROWS_AT_ONCE = 64;

/**
 * Collects rows of one table and inserts them many at a time: a statement of 64 rows costs a third
 * of 64 statements. Rows are in the table only after `flush`.
 */
export class RowBuffer {
  readonly #columns: number;
  readonly #many: Query<[]>;
  readonly #one: Query<[]>;
  readonly #values: Value[] = [];
  #used = 0;

  /** `row` is what stands after VALUES for one row: `(?,?,0)`. */
  constructor(database: Database, table: string, row: string) {
    this.#columns = row.split('?').length - 1;
    this.#one = new Query(database, `INSERT INTO ${table} VALUES ${row}`);
    this.#many = new Query(
      database,
      `INSERT INTO ${table} VALUES ${Array(ROWS_AT_ONCE).fill(row).join(',')}`,
    );
  }

  add(...row: Value[]): void {
    for (const value of row) {
      this.#values[this.#used] = value;
      this.#used += 1;
    }
    if (this.#used < this.#columns * ROWS_AT_ONCE) return;
    this.#many.run(...this.#values);
    this.#used = 0;
  }

  flush(): void {
    for (let start = 0; start < this.#used; start += this.#columns) {
      this.#one.run(...this.#values.slice(start, start + this.#columns));
    }
    this.#used = 0;
  }
}
