import type { Database } from '@ledger/sqlite';
import { lineAt, linesIn, linesUpTo, type Line } from './block-layout.js';
import { Query } from './query.js';

type Row = [firstKey: number, firstPosition: number, lines: string];

/** Blocks fetched at once when lines are walked through. */
const BLOCKS_AT_ONCE = 16;

/** Questions to a block index; see `blockTable`. */
export class BlockReader {
  readonly #upTo: Query<Row>;
  readonly #before: Query<Row>;
  readonly #after: Query<Row>;
  readonly #next: Query<[group: number, firstKey: number, firstPosition: number, lines: string]>;

  constructor(database: Database, table: string) {
    const rows = `SELECT first_key, first_position, lines FROM ${table} WHERE group_number = ?`;
    const downwards = 'ORDER BY first_key DESC, first_position DESC LIMIT';
    this.#upTo = new Query(
      database,
      `${rows} AND (first_key, first_position) <= (?, ?) ${downwards} 1`,
    );
    this.#before = new Query(
      database,
      `${rows} AND (first_key, first_position) < (?, ?) ${downwards} ?`,
    );
    this.#after = new Query(
      database,
      `${rows} AND (first_key, first_position) > (?, ?)
       ORDER BY first_key, first_position LIMIT ?`,
    );
    this.#next = new Query(
      database,
      `SELECT group_number, first_key, first_position, lines FROM ${table}
       WHERE (group_number, first_key, first_position) > (?, ?, ?)
       ORDER BY group_number, first_key, first_position LIMIT ?`,
    );
  }

  /** The last line of a group at or before (key, position). */
  last(group: number, key: number, position: number): Line | undefined {
    const row = this.#upTo.first(group, key, position);
    // A block that begins there or before holds at least that line.
    return row === undefined ? undefined : lineAt(row[2], linesUpTo(row[2], key, position) - 1);
  }

  /** The lines of a group from (key, position) inclusive backwards. */
  *backwards(group: number, key: number, position: number): Generator<Line> {
    let row = this.#upTo.first(group, key, position);
    if (row === undefined) return;
    for (let at = linesUpTo(row[2], key, position) - 1; at >= 0; at -= 1) yield lineAt(row[2], at);
    for (;;) {
      const rows: Row[] = this.#before.all(group, row[0], row[1], BLOCKS_AT_ONCE);
      for (row of rows) {
        for (let at = linesIn(row[2]) - 1; at >= 0; at -= 1) yield lineAt(row[2], at);
      }
      if (rows.length < BLOCKS_AT_ONCE) return;
    }
  }

  /** The lines of a group from a key inclusive up to another inclusive. */
  *range(group: number, fromKey: number, toKey: number): Generator<Line> {
    const start = this.#upTo.first(group, fromKey, 0);
    let [key, position] = [fromKey, -1];
    if (start !== undefined) {
      [key, position] = start;
      const lines = start[2];
      for (let at = linesUpTo(lines, fromKey, -1); at < linesIn(lines); at += 1) {
        const line = lineAt(lines, at);
        if (line.key > toKey) return;
        yield line;
      }
    }
    for (;;) {
      const rows = this.#after.all(group, key, position, BLOCKS_AT_ONCE);
      for (const [firstKey, firstPosition, lines] of rows) {
        [key, position] = [firstKey, firstPosition];
        for (let at = 0; at < linesIn(lines); at += 1) {
          const line = lineAt(lines, at);
          if (line.key > toKey) return;
          yield line;
        }
      }
      if (rows.length < BLOCKS_AT_ONCE) return;
    }
  }

  /** Every block of every group, in the order of groups and lines. */
  *blocks(): Generator<{ group: number; lines: string }> {
    let from: [number, number, number] = [-1, 0, 0];
    for (;;) {
      const rows = this.#next.all(...from, BLOCKS_AT_ONCE * 4);
      for (const [group, key, position, lines] of rows) {
        from = [group, key, position];
        yield { group, lines };
      }
      if (rows.length < BLOCKS_AT_ONCE * 4) return;
    }
  }
}
