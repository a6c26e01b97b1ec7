import type { Database } from '@ledger/sqlite';
import { Query } from '../../tables/query.js';

/**
 * The highest valid day that any statement up to a position speaks of; 0 before the first one. The
 * few thousand steps that years of days make are kept in memory, and read on as positions grow.
 */
export class Frontier {
  readonly #steps: Query<[position: number, day: number]>;
  readonly #positions: number[] = [];
  readonly #days: number[] = [];
  #readTo = 0;

  constructor(database: Database) {
    this.#steps = new Query(
      database,
      `SELECT position, valid_on FROM timeline_frontier
       WHERE position > ? AND position <= ? ORDER BY position`,
    );
  }

  at(position: number): number {
    if (position > this.#readTo) this.#readOn(position);
    let [from, to] = [0, this.#positions.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#positions[middle] ?? Infinity) <= position) from = middle + 1;
      else to = middle;
    }
    return this.#days[from - 1] ?? 0;
  }

  #readOn(position: number): void {
    for (const [step, day] of this.#steps.all(this.#readTo, position)) {
      this.#positions.push(step);
      this.#days.push(day);
    }
    this.#readTo = position;
  }
}
