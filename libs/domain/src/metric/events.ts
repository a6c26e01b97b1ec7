// Names and shapes here are storage format: never edited, only added to.
import type { Basis, Value } from '../quantity/quantity.js';
import type { LocalDate, Scope, ValidTime } from '../time/time.js';
import type { Text } from '../text.js';

export type MetricKind = 'cumulative' | 'stock' | 'flow' | 'ratio' | 'progress' | 'parameter';
export type Direction = 'rising' | 'falling' | 'keep' | 'notStated';
export type Frequency =
  'once' | 'irregular' | 'weekly' | 'monthly' | 'quarterly' | 'halfYearly' | 'yearly';
export type TimeSemantics = ValidTime['type'];

/** Where a reader finds the figure: the highlight of the programme and its order inside it. */
export type Place = { highlight: number; item: number };
/** A stated link to another metric or milestone; the meaning of `type` is the source's. */
export type Relation = { type: string; ref: string; note?: string };

export type MetricDefinition = {
  reform: string;
  names: Text;
  kind: MetricKind;
  /** Canonical unit code; absent for a parameter that only carries labels. */
  unit?: string;
  /** The unit word of the source ("家"), for rendering amounts that came without a print. */
  unitPrinted?: string;
  basis?: Basis;
  basisInferred?: true;
  direction: Direction;
  timeSemantics: TimeSemantics;
  /** Names of the dimensions that an observation's series key must carry; mostly none. */
  seriesDimensions: string[];
  /** Fixed properties of what is measured, e.g. {facility: ["脑解析与脑模拟"]}. */
  characteristics: { [name: string]: string[] };
  definition: Text;
  dataSource: Text;
  frequency: Frequency;
  /** The one unit that owns the series in this ledger. */
  owner: string;
  /** The unit that the source names as leading, where it names one. */
  leadUnit?: string;
  participants: string[];
  place?: Place;
  /** What the parts of a ratio are, in words; they may be unknown or ambiguous, and say so. */
  parts?: { numerator?: string; denominator?: string };
  /** The milestone that a progress of 100 needs. */
  completionMilestone?: string;
  scope?: Scope;
  relations: Relation[];
  note?: string;
};

/** Which observation: the series inside the metric; `{}` for a metric without dimensions. */
export type SeriesKey = { [dimension: string]: string };

/** Numerator and denominator of a ratio where both are counted. */
export type RatioParts = { numerator: string; denominator: string };

export type MetricDefined = { type: 'MetricDefined'; data: { metric: string } & MetricDefinition };
export type MetricDefinitionRevised = {
  type: 'MetricDefinitionRevised';
  data: { metric: string; validFrom: LocalDate; changes: Partial<MetricDefinition> };
};
export type ObservationReported = {
  type: 'ObservationReported';
  data: {
    metric: string;
    series: SeriesKey;
    time: ValidTime;
    value: Value;
    parts?: RatioParts;
    note?: string;
  };
};
/** `observation` is the id of the first report, `corrects` that of the live statement replaced. */
export type ObservationCorrected = {
  type: 'ObservationCorrected';
  data: {
    metric: string;
    observation: string;
    corrects: string;
    series: SeriesKey;
    time: ValidTime;
    value: Value;
    parts?: RatioParts;
    errorClass: ErrorClass;
  };
};
export type ObservationWithdrawn = {
  type: 'ObservationWithdrawn';
  data: {
    metric: string;
    observation: string;
    withdraws: string;
    series: SeriesKey;
    time: ValidTime;
  };
};
/** From `validFrom` on the series is another one: no line, no fall, no increment across it. */
export type SeriesBreakDeclared = {
  type: 'SeriesBreakDeclared';
  data: { metric: string; validFrom: LocalDate; successor?: string; mapping?: Text };
};
export type MetricRetired = {
  type: 'MetricRetired';
  data: { metric: string; retiredOn: LocalDate };
};

export type ErrorClass = 'typing' | 'unit' | 'calculation' | 'source' | 'scope' | 'other';

export type MetricEvent =
  | MetricDefined
  | MetricDefinitionRevised
  | ObservationReported
  | ObservationCorrected
  | ObservationWithdrawn
  | SeriesBreakDeclared
  | MetricRetired;
