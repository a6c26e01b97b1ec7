import type { LocalDate } from '@ledger/domain';
import type { Database } from '@ledger/sqlite';
import type { TimelineEntry, TimelineView } from '../../answers.js';
import type { Fact } from '../../facts.js';
import { Query } from '../../tables/query.js';
import type { ActivityQueries } from '../activity/queries.js';
import { isObservation, timelineEntry, type ObservationFact } from './entry.js';
import { Frontier } from './frontier.js';
import { dayNumber } from './statement.js';
import { statementCodes } from './tables.js';

/**
 * What stands in a series at (validAt, knownAt), and the newest statement that this rests on: of
 * those that had to be passed over because they are withdrawn, or the standing one itself.
 */
export type Standing = { restsOn: number } & (
  { status: 'stands'; position: number } | { status: 'withdrawn' }
);

type Row = [validOn: number, position: number, timeKey: string, statement: number];
const ROW = 'valid_on, position, time_key, statement';

/** Sorts after every ISO date, and before: an open end of a range. */
export const OPEN_END: LocalDate = '9999-12-31';
/** Statements fetched at once when the newest one is withdrawn. */
const OLDER_AT_ONCE = 32;
const OPEN_START: LocalDate = '0000-01-01';

export type EntriesRequest = {
  metric: string;
  knownAt: number;
  validFrom?: LocalDate;
  validTo?: LocalDate;
  view: TimelineView;
};

export type StatementsRequest = Pick<EntriesRequest, 'knownAt' | 'validFrom' | 'validTo'>;
/** A statement where it stands; equal `validTime` in one series means the same valid time. */
export type StatementRow = { position: number; validTime: string; isWithdrawal: boolean };

/** Bitemporal questions to the statements about observations. */
export class TimelineQueries {
  readonly #activity: ActivityQueries;
  readonly #frontier: Frontier;
  readonly #series: Query<[number]>;
  readonly #latest: Query<Row>;
  readonly #before: Query<Row>;
  readonly #range: Query<Row>;

  constructor(database: Database, activity: ActivityQueries) {
    this.#activity = activity;
    this.#frontier = new Frontier(database);
    this.#series = new Query(
      database,
      'SELECT number FROM timeline_series WHERE metric = ? ORDER BY number',
    );
    const newestFirst = 'ORDER BY valid_on DESC, position DESC';
    this.#latest = new Query(
      database,
      `SELECT ${ROW} FROM timeline
       WHERE series = ? AND valid_on <= ? AND position <= ? ${newestFirst} LIMIT 1`,
    );
    this.#before = new Query(
      database,
      `SELECT ${ROW} FROM timeline
       WHERE series = ? AND (valid_on, position) < (?, ?) AND position <= ?
       ${newestFirst} LIMIT ?`,
    );
    this.#range = new Query(
      database,
      `SELECT ${ROW} FROM timeline
       WHERE series = ? AND valid_on BETWEEN ? AND ? AND position <= ? ORDER BY valid_on, position`,
    );
  }

  /** The series of a metric that ever had a statement, in the order of their first one. */
  seriesOf(metric: string): number[] {
    return this.#series.all(metric).map(([number]) => number);
  }

  /**
   * What stands last in a series at (validAt, knownAt): the statement on the latest valid day that
   * is not withdrawn, of those on one day the one at the highest position. `withdrawn` when
   * statements were made and none stands, undefined when none was made.
   */
  standing(series: number, validAt: LocalDate, knownAt: number): Standing | undefined {
    const day = Math.min(dayNumber(validAt), this.#frontier.at(knownAt));
    const newest = this.#latest.first(series, day, knownAt);
    if (newest === undefined) return undefined;
    let restsOn = newest[1];
    if (newest[3] !== statementCodes.withdrawn) {
      return { status: 'stands', position: restsOn, restsOn };
    }
    const withdrawn = new Set([timeOf(newest)]);
    for (const row of this.#older(series, newest, knownAt)) {
      const [, position, , statement] = row;
      restsOn = Math.max(restsOn, position);
      if (statement === statementCodes.withdrawn) withdrawn.add(timeOf(row));
      else if (!withdrawn.has(timeOf(row))) return { status: 'stands', position, restsOn };
    }
    return { status: 'withdrawn', restsOn };
  }

  /** The event behind a standing position. */
  observationAt(position: number): ObservationFact {
    return observation(this.#activity.factAt(position));
  }

  /** Every statement of a series about the days of a range, in the order of valid days. */
  statements(series: number, request: StatementsRequest): StatementRow[] {
    const { validFrom = OPEN_START, validTo = OPEN_END, knownAt } = request;
    const [from, to] = [dayNumber(validFrom), dayNumber(validTo)];
    return this.#range.all(series, from, to, knownAt).map((row) => ({
      position: row[1],
      validTime: timeOf(row),
      isWithdrawal: row[3] === statementCodes.withdrawn,
    }));
  }

  /** `latest` in the order of valid days, `asReported` in the order of recording. */
  entries({ metric, view, ...request }: EntriesRequest): TimelineEntry[] {
    const found = this.seriesOf(metric).flatMap((series) => this.#statements(series, request));
    const shown =
      view === 'latest'
        ? found
            .filter(({ live }) => live)
            .sort((a, b) => a.validOn - b.validOn || a.position - b.position)
        : found.sort((a, b) => a.position - b.position);
    return shown.map(({ position, live }) => timelineEntry(this.observationAt(position), live));
  }

  /** The statements before one, newest valid day first, read by small pages. */
  *#older(series: number, [validOn, position]: Row, knownAt: number): Generator<Row> {
    const rows = this.#before.all(series, validOn, position, knownAt, OLDER_AT_ONCE);
    yield* rows;
    const last = rows.at(-1);
    if (last !== undefined && rows.length === OLDER_AT_ONCE) {
      yield* this.#older(series, last, knownAt);
    }
  }

  /** A statement is live when none came after it for its valid time and it withdraws nothing. */
  #statements(
    series: number,
    { knownAt, validFrom, validTo }: StatementsRequest,
  ): { validOn: number; position: number; live: boolean }[] {
    const [from, to] = [dayNumber(validFrom ?? OPEN_START), dayNumber(validTo ?? OPEN_END)];
    const rows = this.#range.all(series, from, to, knownAt);
    const lastOf = new Map(rows.map((row) => [timeOf(row), row[1]]));
    return rows.map((row) => {
      const [validOn, position, , statement] = row;
      const isLast = lastOf.get(timeOf(row)) === position;
      return { validOn, position, live: isLast && statement !== statementCodes.withdrawn };
    });
  }
}

/** The valid time of a row, inside its series: the key says only what the day does not. */
const timeOf = ([validOn, , timeKey]: Row): string => `${validOn} ${timeKey}`;

function observation(fact: Fact): ObservationFact {
  if (isObservation(fact)) return fact;
  throw new TypeError(`The event at position ${fact.position} is a ${fact.type}.`);
}
