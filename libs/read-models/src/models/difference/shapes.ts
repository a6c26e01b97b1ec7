// What readers get of two moments of knowledge compared.
import type {
  DerivedQuantity,
  EventDate,
  LocalDate,
  MetricKind,
  SeriesKey,
  Text,
} from '@ledger/domain';
import type { Actor, JsonValue, Source } from '@ledger/event-log';
import type { ChangeKind, MilestoneStatus } from '../../answers.js';
import type { StandingFigure } from '../series/shapes.js';

/** A moment of knowledge: a position, and when the ledger stood there (null before its start). */
export type Moment = { position: string; recordedAt: string | null };

/** Why there is no figure: nothing said, taken back, or the metric itself was not known yet. */
export type FigureAbsence = { absence: 'missing' | 'withdrawn' | 'notDefined' };

/** Why something was not worked out; `code` never changes. */
export type NotWorkedOut = { code: string; message: Text };

/** new − old, with what is certain of it; or why there is no such number. */
export type WorkedOut = { quantity: DerivedQuantity } | { refused: NotWorkedOut[] };

/** An event between the two moments that concerns a change. */
export type EventBetween = {
  position: string;
  eventId: string;
  kind: ChangeKind;
  recordedAt: string;
  actor: Actor;
  reason?: string;
};

/** The event that made the new side what it is. */
export type Cause = EventBetween & { source?: Source; evidence?: string[]; synthetic?: true };

type Changed = {
  cause: Cause;
  /** In log order; when there were very many only the newest. */
  events: EventBetween[];
  /** Whether more events concern it, or may do, than are listed. */
  eventsLeftOut: boolean;
};

/** Another statement stands in a series, or none any more. */
export type FigureChange = Changed & {
  kind: 'figure';
  metric: string;
  names: Text;
  metricKind: MetricKind;
  unit?: string;
  series: SeriesKey;
  old: StandingFigure | FigureAbsence;
  new: StandingFigure | FigureAbsence;
  difference: WorkedOut;
};

export type FieldChange = { field: string; old?: JsonValue; new?: JsonValue };

/** What a milestone was; `notPlanned` when it was not known yet. */
export type MilestoneSide = { status: MilestoneStatus; on?: EventDate } | { absence: 'notPlanned' };

export type MilestoneChange = Changed & {
  kind: 'milestone';
  milestone: string;
  names: Text;
  reform: string;
  old: MilestoneSide;
  new: MilestoneSide;
  fields: FieldChange[];
};

/** A metric, reform or unit that was registered, or some of whose fields changed. */
export type DefinitionChange = Changed & {
  kind: 'definition';
  subject: { kind: 'metric' | 'reform' | 'unit'; id: string };
  names: Text;
  change: 'registered' | 'changed';
  fields: FieldChange[];
};

export type DifferenceItem = FigureChange | MilestoneChange | DefinitionChange;

/** Only what changed: metrics with their series, then milestones, reforms and units, by id. */
export type Difference = {
  from: Moment;
  to: Moment;
  validAt: LocalDate | null;
  items: DifferenceItem[];
  /** Where the next page starts; a page may be short and still have one. */
  next: string | null;
};
