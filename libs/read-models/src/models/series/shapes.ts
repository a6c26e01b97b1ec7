// What readers get of the series of a metric.
import type { LocalDate, MetricDefinition, MetricKind, SeriesKey, Text } from '@ledger/domain';
import type { ValidTime } from '@ledger/domain';
import type { Figure, TimelineView } from '../../answers.js';

/** A figure, the valid time that it stands for, and the statement that says so. */
export type StandingFigure = {
  figure: Figure;
  /** What to show: the printed text of the source. */
  printed: string;
  time: ValidTime;
  validOn: LocalDate;
  /** True when the statement replaced an earlier one. */
  corrected: boolean;
  /** The first report's id, which names the whole chain of corrections. */
  observation: string;
  eventId: string;
  position: string;
  recordedAt: string;
  synthetic?: true;
};

/** A statement of a series; a withdrawal says no figure. */
export type SeriesPoint = Omit<StandingFigure, 'figure' | 'printed'> & {
  statement: 'reported' | 'corrected' | 'withdrawn';
  /** Whether it stands at `knownAt`. */
  live: boolean;
  figure?: Figure;
  printed?: string;
};

/** The series of one metric, each with its points, for charts. */
export type SeriesOfMetric = {
  metric: string;
  names: Text;
  kind: MetricKind;
  unit?: string;
  basis?: MetricDefinition['basis'];
  basisInferred?: true;
  view: TimelineView;
  knownAt: string;
  validAt: LocalDate | null;
  breaks: { validFrom: LocalDate; successor?: string; reason: string }[];
  /** In the order of their first statement. `latest` by valid day, `asReported` by recording. */
  series: {
    key: SeriesKey;
    points: SeriesPoint[];
    /**
     * Null when nothing is left out. Otherwise older points are, and this is the valid day of the
     * oldest one shown: ask with it as `validTo` to go on.
     */
    olderThan: LocalDate | null;
  }[];
  /** Series that the limit left out altogether. */
  seriesLeftOut: number;
};
