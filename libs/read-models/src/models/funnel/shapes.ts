// What readers get of a funnel: stages of one thing, each a part of the one before.
import type {
  DerivedQuantity,
  LocalDate,
  MetricDefinition,
  MetricKind,
  SeriesKey,
  Text,
} from '@ledger/domain';
import type { FigureAbsence, NotWorkedOut } from '../difference/shapes.js';
import type { StandingFigure } from '../series/shapes.js';

/** One metric as a stage; without a figure `absence` says why. */
export type FunnelStage = {
  metric: string;
  /** Absent when the metric was not defined at `knownAt`. */
  names?: Text;
  kind?: MetricKind;
  unit?: string;
  basis?: MetricDefinition['basis'];
  /** The source names no basis; the context implied it. */
  basisInferred?: true;
  value?: StandingFigure;
  absence?: FigureAbsence['absence'];
};

/** Whether an earlier stage is at least as large as a later one, as far as that is certain. */
export type Verdict = 'holds' | 'certainlyBroken' | 'cannotTell';

/** A stage beside one that comes after it. */
export type FunnelPair = {
  whole: string;
  part: string;
  /** part / whole in percent with one decimal, only of exact figures of one unit and basis. */
  percent?: DerivedQuantity;
  /** Why there is no such ratio. */
  noPercent?: NotWorkedOut;
  verdict: Verdict;
  /** Why it cannot be told. */
  why?: NotWorkedOut;
  /** The two figures stand for different days. */
  datesDiffer: boolean;
  basisInferred: boolean;
};

/** The funnel of one series key; metrics without dimensions have one, `{}`. */
export type FunnelOfSeries = {
  series: SeriesKey;
  stages: FunnelStage[];
  /** Every stage with every later one, in the order of the stages. */
  pairs: FunnelPair[];
  /** `certainlyBroken` when any pair is, `holds` when all do. */
  verdict: Verdict;
};

export type Funnel = {
  metrics: string[];
  knownAt: string;
  validAt: LocalDate | null;
  funnels: FunnelOfSeries[];
  /** Series keys that the limit left out. */
  seriesLeftOut: number;
};
