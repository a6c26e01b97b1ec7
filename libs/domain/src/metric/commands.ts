import type { Decided, MissingReference } from '../decision.js';
import type { ValueInput } from '../quantity/quantity.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import type { Text } from '../text.js';
import type { ErrorClass, MetricDefinition, RatioParts, SeriesKey } from './events.js';

export type DefineMetric = Decided & {
  type: 'DefineMetric';
  metric: string;
  definition: MetricDefinition;
  /** Which of the named reform, units and milestone are registered. */
  facts: { missingReferences: MissingReference[] };
};
export type ReviseMetricDefinition = Decided & {
  type: 'ReviseMetricDefinition';
  metric: string;
  validFrom: LocalDate;
  changes: Partial<MetricDefinition>;
  reason: string;
  facts: DefineMetric['facts'];
};
export type ReportObservation = Decided & {
  type: 'ReportObservation';
  metric: string;
  series: SeriesKey;
  time: ValidTime;
  value: ValueInput;
  parts?: RatioParts;
  note?: string;
  /** Whether the completion milestone of a progress metric has been reached. */
  facts: { completionMilestoneReached: boolean };
};
export type CorrectObservation = Decided & {
  type: 'CorrectObservation';
  metric: string;
  corrects: string;
  value: ValueInput;
  parts?: RatioParts;
  errorClass: ErrorClass;
  reason: string;
  facts: ReportObservation['facts'];
};
export type WithdrawObservation = Decided & {
  type: 'WithdrawObservation';
  metric: string;
  withdraws: string;
  reason: string;
};
export type DeclareSeriesBreak = Decided & {
  type: 'DeclareSeriesBreak';
  metric: string;
  validFrom: LocalDate;
  successor?: string;
  mapping?: Text;
  reason: string;
  /** Whether the named successor is defined. */
  facts: { missingReferences: MissingReference[] };
};
export type RetireMetric = Decided & {
  type: 'RetireMetric';
  metric: string;
  retiredOn: LocalDate;
  reason: string;
};

export type MetricCommand =
  | DefineMetric
  | ReviseMetricDefinition
  | ReportObservation
  | CorrectObservation
  | WithdrawObservation
  | DeclareSeriesBreak
  | RetireMetric;
