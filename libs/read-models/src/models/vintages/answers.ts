// What readers get of vintages: everything that was said about a figure, and when it stood.
import type { LocalDate, MetricKind, SeriesKey, Text, ValidTime } from '@ledger/domain';
import type { Figure, Page, TimelineEntry } from '../../answers.js';

/**
 * A point on the recorded axis. `recordedAt` is when the ledger stood there, the highest time so far
 * along the log: asking `knownAt` that time finds this position, or a later one of the same time.
 */
export type RecordedPoint = { position: string; recordedAt: string };

/**
 * One statement, and when it was the last word about its valid time: from `knownFrom`, inclusive,
 * to `knownTo`, exclusive, or until `knownAt` where that is null. For a withdrawal that is how long
 * nothing stood.
 */
export type VintageStatement = Omit<TimelineEntry, 'series' | 'validOn' | 'live'> & {
  /** Which one it is of those about its valid time, counted from 1. */
  vintage: number;
  knownFrom: RecordedPoint;
  knownTo: RecordedPoint | null;
};

/** A figure with the statement that gave it. */
export type VintageFigure = {
  eventId: string;
  position: string;
  recordedAt: string;
  figure: Figure;
};

/** What was said about one valid time of one series, in the order of its recording. */
export type Vintage = {
  series: SeriesKey;
  /** As first stated; later statements may word the same time otherwise. */
  time: ValidTime;
  validOn: LocalDate;
  /** How many statements there are up to `knownAt`, whether they stand on this page or not. */
  statementCount: number;
  statements: VintageStatement[];
  /** 首次公布. */
  first: VintageFigure;
  /** 最新; null when it is withdrawn. */
  latest: VintageFigure | null;
  /** 某日所知: what stood at the moment asked for; null when nothing did, and why. */
  asKnown?: VintageFigure | null;
  asKnownAbsence?: 'notYetStated' | 'withdrawn';
};

/**
 * A page of valid times, series after series in the order of their first statement, of each the
 * latest day first. A page ends after `limit` valid times or 1,000 statements; a valid time about
 * which more was said goes on on the next page.
 */
export type Vintages = {
  metric: string;
  names: Text;
  kind: MetricKind;
  unit?: string;
  /** The position that `asKnownOn` meant; at most `knownAt`. */
  asKnownAt?: string;
} & Page<Vintage>;
