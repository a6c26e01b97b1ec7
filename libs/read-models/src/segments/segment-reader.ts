import { existsSync } from 'node:fs';
import { openDatabase, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { ProjectionFault } from '../fault.js';
import { Query, readFast } from '../tables/query.js';
import { EntryReader, factOf } from './entry-blocks.js';
import { columnsOn, firstPositionOf, segmentOf, type Columns } from './slice.js';

/** Reads single events, times and names from a segment cache, on a connection of its own. */
export class SegmentReader {
  readonly database: Database;
  readonly #entries: EntryReader;
  readonly #columns: Query<[columns: Uint8Array]>;
  readonly #stream: Query<[number]>;
  readonly #series: Query<[number]>;
  #lastColumns: { segment: number; columns: Columns } | undefined;

  /** Throws `VIEWS_MISSING` when the file is not there. */
  constructor(file: string) {
    // The driver would say only that it cannot open it.
    if (!existsSync(file)) throw new ProjectionFault('VIEWS_MISSING', `${file} is missing.`);
    this.database = openDatabase(file, { readOnly: true });
    readFast(this.database);
    this.#entries = new EntryReader(this.database);
    this.#columns = new Query(this.database, 'SELECT columns FROM segments WHERE segment = ?');
    this.#stream = new Query(this.database, 'SELECT number FROM streams WHERE name = ?');
    this.#series = new Query(
      this.database,
      'SELECT number FROM series WHERE metric = ? ORDER BY number',
    );
  }

  /** The entry at a position as the log holds it; undefined beyond the end. */
  entryAt(position: number): string | undefined {
    return this.#entries.at(position);
  }

  /** The event at a position; undefined beyond the end. */
  factAt(position: number): Fact | undefined {
    const entry = this.entryAt(position);
    if (entry === undefined) return undefined;
    return factOf(position, entry);
  }

  /** The events at positions, in their order. */
  *factsAt(positions: readonly number[]): Generator<[position: number, fact: Fact]> {
    for (const [position, entry] of this.#entries.atAll(positions)) {
      yield [position, factOf(position, entry)];
    }
  }

  /** The highest `recordedAt` up to a position, in milliseconds; undefined beyond the end. */
  recordedAt(position: number): number | undefined {
    if (position < 1) return undefined;
    const segment = segmentOf(position);
    const within = position - firstPositionOf(segment);
    const known = this.#columnsOf(segment)?.recordedAt[within];
    if (known !== undefined) return known;
    this.#lastColumns = undefined;
    return this.#columnsOf(segment)?.recordedAt[within];
  }

  /** The number of a stream; undefined where the log has none of that name. */
  streamNumber(name: string): number | undefined {
    return this.#stream.first(name)?.[0];
  }

  /** The series of a metric that ever had a statement, in the order of their first one. */
  seriesOf(metric: string): number[] {
    return this.#series.all(metric).map(([number]) => number);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  #columnsOf(segment: number): Columns | undefined {
    if (this.#lastColumns?.segment === segment) return this.#lastColumns.columns;
    const row = this.#columns.first(segment);
    if (row === undefined) return undefined;
    const columns = columnsOn(row[0]);
    this.#lastColumns = { segment, columns };
    return columns;
  }
}
