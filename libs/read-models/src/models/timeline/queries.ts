import type { LocalDate } from '@ledger/domain';
import type { Database } from '@ledger/sqlite';
import type { TimelineEntry, TimelineView } from '../../answers.js';
import type { Fact } from '../../facts.js';
import type { SegmentReader } from '../../segments/segment-reader.js';
import type { Line } from '../../tables/block-layout.js';
import { BlockReader } from '../../tables/block-reader.js';
import type { ActivityQueries } from '../activity/queries.js';
import { isObservation, timelineEntry, type ObservationFact } from './entry.js';
import { Frontier } from './frontier.js';
import { dayNumber } from './statement.js';
import { CODES, statementCodes } from './tables.js';

/**
 * What stands in a series at (validAt, knownAt), and the newest statement that this rests on: of
 * those that had to be passed over because they are withdrawn, or the standing one itself.
 */
export type Standing = { restsOn: number } & (
  { status: 'stands'; position: number } | { status: 'withdrawn' }
);

/** Sorts after every ISO date, and before: an open end of a range. */
export const OPEN_END: LocalDate = '9999-12-31';
const OPEN_START: LocalDate = '0000-01-01';
/** Later statements of one day that are passed over one by one before the rest is leapt over. */
const PASSED_OF_A_DAY = 64;

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
  readonly #segments: SegmentReader;
  readonly #lines: BlockReader;

  constructor(database: Database, activity: ActivityQueries, segments: SegmentReader) {
    this.#activity = activity;
    this.#frontier = new Frontier(database);
    this.#segments = segments;
    this.#lines = new BlockReader(database, 'timeline');
  }

  /** The series of a metric that ever had a statement, in the order of their first one. */
  seriesOf(metric: string): number[] {
    return this.#segments.seriesOf(metric);
  }

  /**
   * What stands last in a series at (validAt, knownAt): the statement on the latest valid day that
   * is not withdrawn, of those on one day the one at the highest position. `withdrawn` when
   * statements were made and none stands, undefined when none was made.
   */
  standing(series: number, validAt: LocalDate, knownAt: number): Standing | undefined {
    const day = Math.min(dayNumber(validAt), this.#frontier.at(knownAt));
    const newest = this.#newest(series, day, knownAt);
    if (newest === undefined) return undefined;
    let restsOn = newest.position;
    if (!isWithdrawal(newest)) return { status: 'stands', position: restsOn, restsOn };
    const withdrawn = new Set([timeOf(newest)]);
    for (const line of this.#lines.backwards(series, newest.key, newest.position - 1)) {
      if (line.position > knownAt) continue;
      restsOn = Math.max(restsOn, line.position);
      if (isWithdrawal(line)) withdrawn.add(timeOf(line));
      else if (!withdrawn.has(timeOf(line))) {
        return { status: 'stands', position: line.position, restsOn };
      }
    }
    return { status: 'withdrawn', restsOn };
  }

  /** The event behind a standing position. */
  observationAt(position: number): ObservationFact {
    return observation(this.#activity.factAt(position));
  }

  /** Every statement of a series about the days of a range, in the order of valid days. */
  statements(series: number, request: StatementsRequest): StatementRow[] {
    return this.#range(series, request).map((line) => ({
      position: line.position,
      validTime: timeOf(line),
      isWithdrawal: isWithdrawal(line),
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

  /**
   * The statement on the latest day up to one, at the highest position known. Statements recorded
   * later than `knownAt` are passed over: days one by one, but many of one day at once.
   */
  #newest(series: number, day: number, knownAt: number): Line | undefined {
    const newest = this.#lines.last(series, day, knownAt);
    if (newest === undefined || newest.position <= knownAt) return newest;
    let [passedDay, passed] = [newest.key, 0];
    for (const line of this.#lines.backwards(series, newest.key, newest.position - 1)) {
      if (line.position <= knownAt) return line;
      passed = line.key === passedDay ? passed + 1 : 0;
      passedDay = line.key;
      if (passed === PASSED_OF_A_DAY) return this.#newest(series, passedDay, knownAt);
    }
    return undefined;
  }

  #range(series: number, request: StatementsRequest): Line[] {
    const { validFrom = OPEN_START, validTo = OPEN_END, knownAt } = request;
    const lines: Line[] = [];
    for (const line of this.#lines.range(series, dayNumber(validFrom), dayNumber(validTo))) {
      if (line.position <= knownAt) lines.push(line);
    }
    return lines;
  }

  /** A statement is live when none came after it for its valid time and it withdraws nothing. */
  #statements(
    series: number,
    request: StatementsRequest,
  ): { validOn: number; position: number; live: boolean }[] {
    const lines = this.#range(series, request);
    const lastOf = new Map(lines.map((line) => [timeOf(line), line.position]));
    return lines.map((line) => ({
      validOn: line.key,
      position: line.position,
      live: lastOf.get(timeOf(line)) === line.position && !isWithdrawal(line),
    }));
  }
}

/** The valid time of a line, inside its series: the payload says only what the day does not. */
const timeOf = ({ key, payload }: Line): string => `${key} ${Math.floor(payload / CODES)}`;
const isWithdrawal = ({ payload }: Line): boolean => payload % CODES === statementCodes.withdrawn;

function observation(fact: Fact): ObservationFact {
  if (isObservation(fact)) return fact;
  throw new TypeError(`The event at position ${fact.position} is a ${fact.type}.`);
}
