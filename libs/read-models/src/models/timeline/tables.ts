import type { Database } from '@ledger/sqlite';
import type { Fact } from '../../facts.js';
import { Numbering } from '../../tables/numbering.js';
import { Query } from '../../tables/query.js';
import { RowBuffer } from '../../tables/row-buffer.js';
import type { Model, ModelWriter, WriteMode } from '../model.js';
import { dayNumber, seriesText, statementOf, type StatementKind } from './statement.js';

const COLUMNS = `
  series INTEGER NOT NULL, valid_on INTEGER NOT NULL, position INTEGER NOT NULL,
  time_key TEXT NOT NULL, statement INTEGER NOT NULL`;

/**
 * One narrow row a statement, in the order in which questions run: series, valid day, position.
 * What the statement says stands in the activity's row of the same position. `timeline_frontier`
 * gets a row when a statement speaks of a later day than any before it: up to a position nothing
 * lies beyond the last such day, so questions about the past need not pass over what came after.
 */
export const timeline: Model = {
  name: 'timeline',
  version: 1,
  tables: `
    CREATE TABLE timeline_series(
      number INTEGER PRIMARY KEY, metric TEXT NOT NULL, key TEXT NOT NULL, UNIQUE(metric, key)
    ) STRICT;
    CREATE TABLE timeline(${COLUMNS}, PRIMARY KEY(series, valid_on, position))
      STRICT, WITHOUT ROWID;
    CREATE TABLE timeline_frontier(position INTEGER PRIMARY KEY, valid_on INTEGER NOT NULL) STRICT;`,
  indexes: '',
  writer: (database, mode) => new TimelineWriter(database, mode),
};

/** How rows spell the kind of a statement. */
export const statementCodes = {
  reported: 0,
  corrected: 1,
  withdrawn: 2,
} as const satisfies { [K in StatementKind]: number };

/** In a load the rows wait in a temporary table: sorting them once beats placing each by itself. */
class TimelineWriter implements ModelWriter {
  readonly #database: Database;
  readonly #series: Numbering;
  readonly #rows: RowBuffer;
  /** Most statements are reports of a day: two columns fewer to hand over. */
  readonly #plainRows: RowBuffer;

  readonly #advance: Query<[]>;
  #frontier: number;

  constructor(database: Database, mode: WriteMode) {
    this.#database = database;
    const table = mode === 'live' ? 'timeline' : 'temp.timeline_load';
    if (mode === 'load') database.exec(`CREATE TABLE ${table}(${COLUMNS}) STRICT`);
    this.#advance = new Query(database, 'INSERT INTO timeline_frontier VALUES (?,?)');
    const last = 'SELECT valid_on FROM timeline_frontier ORDER BY position DESC LIMIT 1';
    this.#frontier = new Query<[number]>(database, last).first()?.[0] ?? -Infinity;
    this.#series = new Numbering(database, 'timeline_series', ['metric', 'key']);
    this.#rows = new RowBuffer(database, table, '(?,?,?,?,?)');
    this.#plainRows = new RowBuffer(database, table, `(?,?,?,'',${statementCodes.reported})`);
  }

  take(fact: Fact, position: number): void {
    const statement = statementOf(fact);
    if (statement === undefined) return;
    const { metric, series, validOn, timeKey, kind } = statement;
    const number = this.#series.of(metric, seriesText(series));
    const day = dayNumber(validOn);
    if (day > this.#frontier) {
      this.#advance.run(position, day);
      this.#frontier = day;
    }
    if (kind === 'reported' && timeKey === '') this.#plainRows.add(number, day, position);
    else this.#rows.add(number, day, position, timeKey, statementCodes[kind]);
  }

  flush(): void {
    this.#rows.flush();
    this.#plainRows.flush();
  }

  finish(): void {
    this.#database.exec(`
      INSERT INTO main.timeline
        SELECT * FROM temp.timeline_load ORDER BY series, valid_on, position;
      DROP TABLE temp.timeline_load;`);
  }
}
