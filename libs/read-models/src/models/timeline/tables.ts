import type { Database } from '@ledger/sqlite';
import type { FactType } from '../../facts.js';
import { blockRows } from '../../tables/block-rows.js';
import { blockTable, BlockWriter } from '../../tables/block-writer.js';
import { Query } from '../../tables/query.js';
import type { Model, ModelWriter, StoredRow, Taken } from '../model.js';
import type { StatementKind } from './statement.js';

/**
 * One line a statement, in the order in which questions run: series, valid day, position. The
 * payload says of which valid time of that day it speaks and what it does to it. What it says
 * stands in the segment cache. `timeline_frontier` gets a row when a statement speaks of a later
 * day than any before it: up to a position nothing lies beyond the last such day, so questions
 * about the past need not pass over what came after.
 */
export const timeline: Model<'timeline'> = {
  name: 'timeline',
  version: 2,
  layout: 2,
  tables: `
    ${blockTable('timeline')}
    CREATE TABLE timeline_frontier(position INTEGER PRIMARY KEY, valid_on INTEGER NOT NULL) STRICT;`,
  indexes: '',
  writer: (database) => new TimelineWriter(database),
  rows: (database) => [blockRows(database, 'timeline'), frontierRows(database)],
};

/** How payloads spell the kind of a statement: their last digit in base 4. */
export const statementCodes = {
  reported: 0,
  corrected: 1,
  withdrawn: 2,
} as const satisfies { [K in StatementKind]: number };
export const CODES = 4;

const codeOfType = (type: FactType): number =>
  type === 'ObservationCorrected'
    ? statementCodes.corrected
    : type === 'ObservationWithdrawn'
      ? statementCodes.withdrawn
      : statementCodes.reported;

class TimelineWriter implements ModelWriter {
  readonly #lines: BlockWriter;
  readonly #advance: Query<[]>;
  #frontier: number;

  constructor(database: Database) {
    this.#lines = new BlockWriter(database, 'timeline');
    this.#advance = new Query(database, 'INSERT INTO timeline_frontier VALUES (?,?)');
    const last = 'SELECT valid_on FROM timeline_frontier ORDER BY position DESC LIMIT 1';
    this.#frontier = new Query<[number]>(database, last).first()?.[0] ?? -Infinity;
  }

  take(events: Taken): void {
    const { slice, from, to, digest } = events;
    const { series, days, timeKeys } = slice.columns;
    const line = { key: 0, position: 0, payload: 0 };
    for (let index = from; index < to; index += 1) {
      const group = series[index] ?? 0;
      if (group === 0) continue;
      events.index = index;
      line.key = days[index] ?? 0;
      line.position = slice.first + index;
      line.payload = (timeKeys[index] ?? 0) * CODES + codeOfType(slice.typeOf(index));
      this.#lines.add(group, line);
      if (line.key > this.#frontier) {
        this.#advance.run(line.position, line.key);
        this.#frontier = line.key;
      }
      digest.numbers(line.position, group, line.key, line.payload);
    }
  }

  flush(): void {
    this.#lines.flush();
  }
}

function* frontierRows(database: Database): Generator<StoredRow> {
  const steps = new Query<[position: number, day: number]>(
    database,
    'SELECT position, valid_on FROM timeline_frontier ORDER BY position',
  );
  for (const [position, day] of steps.all()) {
    yield { text: `${String(position).padStart(12, '0')} ${day}`, position };
  }
}
