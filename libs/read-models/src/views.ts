import type { LocalDate, SeriesKey } from '@ledger/domain';
import type {
  Board,
  Change,
  Difference,
  Funnel,
  MetricView,
  MilestoneView,
  Page,
  ReformView,
  RememberedCommand,
  SeriesOfMetric,
  Timeline,
  TimelineView,
  Traced,
  UnitView,
} from './answers.js';
import type { Why } from './models/lineage/answers.js';
import type { Vintages } from './models/vintages/answers.js';
import type { ModelName } from './models.js';
import type { ModelStanding } from './runner/standing.js';

/** `knownAt` is a position; every answer is what the ledger knew when it stood there. */
export type Known = { knownAt: string };
/** What held on a valid day, as far as it is known; without `validAt` the latest. */
export type KnownOn = Known & { validAt?: LocalDate };
export type PageRequest = Known & { after?: string; limit: number };
export type PageOnRequest = PageRequest & { validAt?: LocalDate };
/** Milestones of which a turn or the due date lies in the range of days, both inclusive. */
export type MilestonesRequest = PageOnRequest & {
  reform?: string;
  validFrom?: LocalDate;
  validTo?: LocalDate;
};

/** Two moments of knowledge, `from` not beyond `to`; `metric` or `reform` narrows the answer. */
export type DifferenceRequest = {
  from: string;
  to: string;
  validAt?: LocalDate;
  metric?: string;
  reform?: string;
  after?: string;
  limit: number;
};

/** Either one day, or a range of days; `limit` is points a series. */
export type SeriesRequest = TimelineRequest & { validAt?: LocalDate; limit: number };

export type TimelineRequest = Known & {
  metric: string;
  validFrom?: LocalDate;
  validTo?: LocalDate;
  view: TimelineView;
};

/** A page of vintages; `validAt` is not given together with a range. */
export type VintagesRequest = PageRequest & {
  metric: string;
  series?: SeriesKey;
  validAt?: LocalDate;
  validFrom?: LocalDate;
  validTo?: LocalDate;
  /** A position: what stood then is said of each valid time beside its first and latest figure. */
  asKnownOn?: string;
};

export type WhyRequest = Known & { metric: string; series?: SeriesKey; validAt?: LocalDate };

/**
 * All queries over the views file. Synchronous: point reads of microseconds on the caller's own
 * connection. `undefined` means that the ledger knew no such thing at `knownAt`.
 */
export interface Views {
  /** The position up to which every model has taken in the log, or each of those named. */
  projectedPosition(models?: readonly ModelName[]): string;
  /** How each model stands, with its state hash. */
  models(): ModelStanding[];
  /** Those models, of all or of those named, that stand still before an event. */
  parked(models?: readonly ModelName[]): ModelStanding[];
  /** The last position recorded at or before this instant; `"0"` when there is none. */
  positionAt(recordedAt: string): string;
  board(request: Known & { validAt?: LocalDate }): Board;
  timeline(request: TimelineRequest): Timeline | undefined;
  /** What was said about each valid time of a metric, and when which statement stood. */
  vintages(request: VintagesRequest): Vintages | undefined;
  /** The events and rules that make the figures of a metric. */
  why(request: WhyRequest): Why | undefined;
  /** A page of the entries that `timeline` has, in the same order. */
  timelinePage(
    request: TimelineRequest & { after?: string; limit: number },
  ): (Timeline & { next: string | null }) | undefined;
  /** The series of a metric with their points, for charts. */
  seriesOf(request: SeriesRequest): SeriesOfMetric | undefined;
  /** Metrics as stages of a funnel, in the order asked for. */
  funnel(request: KnownOn & { metrics: readonly string[] }): Funnel;
  /**
   * What changed between two moments. One call does a bounded amount of work: a page may be short
   * and still have a `next`. Throws a RangeError when `from` is beyond `to`.
   */
  difference(request: DifferenceRequest): Difference;
  metric(request: KnownOn & { id: string }): Traced<MetricView> | undefined;
  metrics(request: PageOnRequest & { reform?: string; kind?: string }): Page<Traced<MetricView>>;
  reform(request: KnownOn & { id: string }): Traced<ReformView> | undefined;
  reforms(request: PageOnRequest): Page<Traced<ReformView>>;
  milestone(request: KnownOn & { id: string }): Traced<MilestoneView> | undefined;
  milestones(request: MilestonesRequest): Page<Traced<MilestoneView>>;
  unit(request: KnownOn & { id: string }): Traced<UnitView> | undefined;
  units(request: PageOnRequest): Page<Traced<UnitView>>;
  /** Newest first; `after` is a position, exclusive, going down. */
  activity(request: PageRequest & { subject?: { kind: string; id: string } }): Page<Change>;
  /** Oldest first, after a position, exclusive: the replay of the live stream. */
  changesAfter(position: string, limit: number): Change[];
  command(commandId: string): RememberedCommand | undefined;
  close(): void;
}
