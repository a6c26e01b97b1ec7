import type { Database } from '@ledger/sqlite';
import { lineAt, linesIn, type Line } from '../../tables/block-layout.js';
import { BlockReader } from '../../tables/block-reader.js';
import { blockTable, BlockWriter } from '../../tables/block-writer.js';
import { Query } from '../../tables/query.js';
import { RowBuffer } from '../../tables/row-buffer.js';
import type { StoredRow, WriteMode } from '../model.js';

/** Events of one era: their commands are sorted once, when all of them are there. */
const ERA_EVENTS = 65_536;
/** Marks are cut to the digits of a block's key; what is found is compared in full anyway. */
const MARKS = 100_000_000;

const keyOf = (mark: number): number => (mark >>> 0) % MARKS;
const eraOf = (position: number): number => Math.floor((position - 1) / ERA_EVENTS);

/**
 * Which events a command made. Marks come in no order at all, so an index that is kept sorted costs
 * a rebuild as much as everything else together; a block index for each 65,536 events, sorted once,
 * costs a tenth. A question looks into each of them: 2 us an era, 30 us at a million events.
 * `activity_recent_commands` holds those of the era that is not full yet.
 */
export const COMMAND_TABLES = `
  ${blockTable('activity_commands')}
  CREATE TABLE activity_recent_commands(
    mark INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(mark, position)
  ) STRICT, WITHOUT ROWID;`;

export class CommandWriter {
  readonly #blocks: BlockWriter;
  readonly #recent: RowBuffer;
  readonly #all: Query<[mark: number, position: number]>;
  readonly #forget: Query<[]>;
  readonly #mode: WriteMode;
  /** In a load, the era that is not full yet: `mark * ERA_EVENTS + place in the era`, unsorted. */
  readonly #era = new Float64Array(ERA_EVENTS);
  #eraEvents = 0;
  #eraNumber = 0;

  constructor(database: Database, mode: WriteMode) {
    this.#mode = mode;
    this.#blocks = new BlockWriter(database, 'activity_commands');
    this.#recent = new RowBuffer(database, 'activity_recent_commands', '(?,?)');
    this.#all = new Query(
      database,
      'SELECT mark, position FROM activity_recent_commands ORDER BY mark, position',
    );
    this.#forget = new Query(database, 'DELETE FROM activity_recent_commands');
  }

  add(position: number, mark: number): void {
    if (this.#mode === 'live') this.#recent.add(keyOf(mark), position);
    else this.#era[this.#eraEvents] = keyOf(mark) * ERA_EVENTS + ((position - 1) % ERA_EVENTS);
    this.#eraEvents += 1;
    this.#eraNumber = eraOf(position);
    if (position % ERA_EVENTS === 0) this.#endEra();
  }

  /** In a load only the last flush writes the events of the era that is not full. */
  flush(): void {
    if (this.#mode === 'load') {
      this.#eachSorted(({ key, position }) => this.#recent.add(key, position));
      this.#eraEvents = 0;
    }
    this.#recent.flush();
    this.#blocks.flush();
  }

  #endEra(): void {
    if (this.#mode === 'load') {
      this.#eachSorted((line) => this.#blocks.add(this.#eraNumber, line));
    } else {
      this.#recent.flush();
      for (const [key, position] of this.#all.all()) {
        this.#blocks.add(this.#eraNumber, { key, position, payload: 0 });
      }
      this.#forget.run();
    }
    this.#eraEvents = 0;
    this.#blocks.flush();
  }

  /** Hands over what a load has gathered, in the order of marks; the line is used again. */
  #eachSorted(take: (line: Line) => void): void {
    const first = this.#eraNumber * ERA_EVENTS + 1;
    const line = { key: 0, position: 0, payload: 0 };
    for (const packed of this.#era.subarray(0, this.#eraEvents).sort()) {
      line.key = Math.floor(packed / ERA_EVENTS);
      line.position = first + (packed - line.key * ERA_EVENTS);
      take(line);
    }
  }
}

export class CommandReader {
  readonly #blocks: BlockReader;
  readonly #recent: Query<[position: number]>;
  readonly #eras: Query<[number]>;

  constructor(database: Database) {
    this.#blocks = new BlockReader(database, 'activity_commands');
    this.#recent = new Query(
      database,
      'SELECT position FROM activity_recent_commands WHERE mark = ? ORDER BY position',
    );
    this.#eras = new Query(
      database,
      'SELECT coalesce(max(group_number), -1) + 1 FROM activity_commands',
    );
  }

  /** Positions of events whose command bears the mark, ascending; a few of them by coincidence. */
  positionsOf(mark: number): number[] {
    const key = keyOf(mark);
    // What is recent comes first: an era that ends between two reads is then seen twice, not never.
    const recent = this.#recent.all(key).map(([position]) => position);
    const [eras = 0] = this.#eras.first() ?? [];
    const positions: number[] = [];
    for (let era = 0; era < eras; era += 1) {
      for (const { position } of this.#blocks.range(era, key, key)) positions.push(position);
    }
    return [...new Set([...positions, ...recent])];
  }
}

/** One list, in which it does not show whether an era has ended. */
export function* commandRows(database: Database): Generator<StoredRow> {
  for (const { group, lines } of new BlockReader(database, 'activity_commands').blocks()) {
    for (let at = 0; at < linesIn(lines); at += 1) {
      const { key, position } = lineAt(lines, at);
      yield commandRow(group, key, position);
    }
  }
  const recent = new Query<[mark: number, position: number]>(
    database,
    'SELECT mark, position FROM activity_recent_commands ORDER BY mark, position',
  );
  for (const [mark, position] of recent.all()) yield commandRow(eraOf(position), mark, position);
}

const commandRow = (era: number, mark: number, position: number): StoredRow => ({
  text: `${padded(era)} ${padded(mark)} ${padded(position)}`,
  position,
});

const padded = (value: number): string => String(value).padStart(12, '0');
