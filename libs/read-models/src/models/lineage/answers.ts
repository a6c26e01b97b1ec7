// What readers get who ask why a number is what it is.
import type { LocalDate, MetricKind, SeriesKey, Text, ValidTime } from '@ledger/domain';
import type { Change, Figure, TimelineEntry } from '../../answers.js';

/**
 * An event that made the definition. `inForceFrom` is the valid day from which it counts, null
 * where it always does.
 */
export type DefinitionEvent = Change & { evidence?: string[]; inForceFrom: LocalDate | null };

/** One statement of an observation; `live` only in the one that stands. */
export type ChainStatement = Omit<TimelineEntry, 'series' | 'observation'>;

/**
 * Why a statement is not the figure:
 * - `superseded`: corrected by a later statement of its observation.
 * - `withdrawn`: it says or suffered that nothing stands for its valid time.
 * - `lowerPosition`: it stands for the same day, but was recorded earlier.
 * - `validLater`: it is about a later day than the one asked for.
 */
export type PassedOverBecause = 'superseded' | 'withdrawn' | 'lowerPosition' | 'validLater';

export type PassedOver = {
  eventId: string;
  position: string;
  recordedAt: string;
  statement: TimelineEntry['statement'];
  time: ValidTime;
  validOn: LocalDate;
  figure?: Figure;
  reason?: string;
  because: PassedOverBecause;
};

/** Codes are API: they never change their meaning, new ones may be added. */
export type RuleCode =
  | 'KNOWN_UP_TO'
  | 'LATEST_VALID_TIME'
  | 'CORRECTION_SUPERSEDES'
  | 'WITHDRAWN_PASSED_OVER'
  | 'TIE_BY_POSITION'
  | 'PRINTED_EXACT'
  | 'PRINTED_MORE_THAN'
  | 'PRINTED_OVER'
  | 'PRINTED_AT_LEAST'
  | 'PRINTED_NEARLY'
  | 'PRINTED_ABOUT'
  | 'PRINTED_RANGE'
  | 'PRINTED_LABEL'
  | 'BASIS_INFERRED'
  | 'BREAK_BEFORE_FIGURE'
  | 'BREAK_AFTER_FIGURE'
  | 'RETIRED'
  | 'NOTHING_STATED'
  | 'ALL_WITHDRAWN';

/** A rule that had a part in the answer, in words, with the facts that the words hold. */
export type Rule = { code: RuleCode; text: Text; facts: { [name: string]: string } };

/** The figure of one series that stands, or why none does. */
export type WhySeries = {
  series: SeriesKey;
  figure?: {
    observation: string;
    eventId: string;
    position: string;
    time: ValidTime;
    validOn: LocalDate;
    printed: string;
    figure: Figure;
  };
  absence?: 'missing' | 'withdrawn';
  /** Every event that makes the figure, definition included, ascending; complete. */
  positions: string[];
  /** Its observation from the report to the statement that stands, in log order. */
  chain: ChainStatement[];
  /** Corrections in the middle of a chain that is too long to show. */
  chainOmitted: number;
  /** In log order. The nearest ones; `morePassedOver` says that there are others. */
  passedOver: PassedOver[];
  morePassedOver: boolean;
  rules: Rule[];
};

/** Why the figures of a metric are what they are at (`validAt`, `knownAt`). */
export type Why = {
  metric: string;
  names: Text;
  kind: MetricKind;
  unit?: string;
  knownAt: string;
  validAt: LocalDate | null;
  status: 'active' | 'retired';
  /** The events that made the definition in force, in log order. */
  definition: DefinitionEvent[];
  /** Recorded, but counting only from a later day than the one asked for. */
  definitionLater: DefinitionEvent[];
  /** Versions in the middle of a definition that was revised too often to show. */
  definitionOmitted: number;
  /** What holds for every series. */
  rules: Rule[];
  series: WhySeries[];
  /** There are more series than are shown: name one. */
  moreSeries: boolean;
  /** Nothing was ever stated about the metric, or about the series that was named. */
  absence?: 'missing';
};
