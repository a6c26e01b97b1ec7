// What readers get. These shapes are the API's responses and what pages are typed by.
import type {
  Direction,
  EventDate,
  Frequency,
  Label,
  LocalDate,
  MetricDefinition,
  MetricKind,
  Place,
  Quantity,
  RatioParts,
  Relation,
  Scope,
  SeriesKey,
  Stage,
  Text,
  UnitLevel,
  ValidTime,
} from '@ledger/domain';
import type { Actor, JsonObject, Source } from '@ledger/event-log';

export type * from './models/difference/shapes.js';
export type * from './models/funnel/shapes.js';
export type * from './models/series/shapes.js';

/** The event that made a row, and since when the ledger knew it. */
export type Provenance = {
  eventId: string;
  position: string;
  recordedAt: string;
  actor: Actor;
  source?: Source;
  synthetic?: true;
};

/** A row with the positions of all events that made it, ascending. */
export type Traced<V> = V & { positions: string[] };

/** A reform as known at a position. `revision` is its stream's, for `If-Match`. */
export type ReformView = {
  id: string;
  revision: number;
  names: Text;
  highlight?: number;
  summary?: Text;
  stage?: Stage;
  stageOn?: LocalDate;
  responsibility?: { lead: string; coUnits: string[]; parcel?: string; due?: LocalDate };
  /** The latest day from which any of it counts: on earlier days something else held. */
  holdsFrom?: LocalDate;
  provenance: Provenance;
};

export type UnitView = {
  id: string;
  revision: number;
  names: Text;
  level: UnitLevel;
  parent?: string;
  /** The latest day from which any of it counts: on earlier days something else held. */
  holdsFrom?: LocalDate;
  provenance: Provenance;
};

export type MilestoneStatus = 'planned' | 'ongoing' | 'reached' | 'revoked';

/** `history` lists every change of status with its valid date, oldest first. */
export type MilestoneView = {
  id: string;
  revision: number;
  reform: string;
  names: Text;
  status: MilestoneStatus;
  on?: EventDate;
  label?: Label;
  due?: LocalDate;
  scope?: Scope;
  leadUnit?: string;
  participants: string[];
  place?: Place;
  characteristics: { [name: string]: string[] };
  relations: Relation[];
  note?: string;
  history: {
    status: MilestoneStatus;
    on?: EventDate;
    reason?: string;
    eventId: string;
    position: string;
  }[];
  /** The latest day from which any of it counts: on earlier days something else held. */
  holdsFrom?: LocalDate;
  provenance: Provenance;
};

export type MetricView = {
  id: string;
  revision: number;
  status: 'active' | 'retired';
} & MetricDefinition & {
    breaks: {
      validFrom: LocalDate;
      successor?: string;
      mapping?: Text;
      reason: string;
      eventId: string;
    }[];
    retiredOn?: LocalDate;
    /** The latest day from which any of it counts: on earlier days something else held. */
    holdsFrom?: LocalDate;
    provenance: Provenance;
  };

/** The value of an observation as readers see it. */
export type Figure = { quantity?: Quantity; label?: Label; parts?: RatioParts };

/**
 * One statement about one valid time. `observation` is the first report's id and names the whole
 * chain; `eventId` is this statement. In a `withdrawn` statement there is no figure.
 */
export type TimelineEntry = {
  observation: string;
  eventId: string;
  revision: number;
  position: string;
  recordedAt: string;
  series: SeriesKey;
  time: ValidTime;
  validOn: LocalDate;
  statement: 'reported' | 'corrected' | 'withdrawn';
  /** Whether this is the statement that stands at `knownAt`; a withdrawal never is. */
  live: boolean;
  replaces?: string;
  figure?: Figure;
  reason?: string;
  errorClass?: string;
  note?: string;
  actor: Actor;
  source?: Source;
  evidence?: string[];
  synthetic?: true;
};

/**
 * `latest`: per valid time the statement that stands at `knownAt`; withdrawn ones are absent.
 * `asReported`: every statement made up to `knownAt`, in the order of its recording, so the first
 * published figure keeps standing beside what replaced it.
 */
export type TimelineView = 'latest' | 'asReported';

export type Timeline = {
  metric: string;
  names: Text;
  kind: MetricKind;
  unit?: string;
  view: TimelineView;
  /** The position up to which the ledger was read: the answer is the same for ever. */
  knownAt: string;
  breaks: { validFrom: LocalDate; successor?: string; reason: string }[];
  entries: Traced<TimelineEntry>[];
};

export type BoardMetric = {
  kind: 'metric';
  id: string;
  metricKind: MetricKind;
  names: Text;
  reform: string;
  place?: Place;
  unit?: string;
  basis?: MetricDefinition['basis'];
  basisInferred?: true;
  direction: Direction;
  frequency: Frequency;
  relations: Relation[];
  note?: string;
  /** One value a series; mostly exactly one. Empty when nothing stands at that date. */
  values: {
    series: SeriesKey;
    figure: Figure;
    /** What to show: the printed text of the source. */
    printed: string;
    time: ValidTime;
    validOn: LocalDate;
    /** True when the standing statement replaced an earlier one. */
    corrected: boolean;
    observation: string;
    eventId: string;
    position: string;
    recordedAt: string;
    /** The report and its corrections up to this statement, ascending. */
    positions: string[];
    synthetic?: true;
  }[];
  /** More series have a value than the 24 that a board lists; `seriesOf` lists all. */
  moreSeries?: true;
  /** Where the definition was made and changed, ascending; with those of its values, the whole row. */
  positions: string[];
  /** Why `values` is empty. */
  absence?: 'missing' | 'withdrawn';
};

export type BoardMilestone = {
  kind: 'milestone';
  id: string;
  names: Text;
  reform: string;
  place?: Place;
  status: MilestoneStatus;
  on?: EventDate;
  /** The printed text of the source where there is one ("1+15+15+5"). */
  printed?: string;
  relations: Relation[];
  note?: string;
  eventId: string;
  position: string;
  recordedAt: string;
  /** Every turn up to the one that decides its status, ascending. */
  positions: string[];
  synthetic?: true;
};

export type BoardItem = BoardMetric | BoardMilestone;

/** One highlight of the programme (0 = the programme as a whole), its items in reading order. */
export type BoardHighlight = {
  highlight: number | null;
  reforms: { id: string; names: Text; stage?: Stage; positions: string[] }[];
  items: BoardItem[];
};

export type Board = {
  knownAt: string;
  validAt: LocalDate | null;
  /** The latest valid date of any figure shown: 数据截至. */
  dataAsOf: LocalDate | null;
  /** When the ledger took the newest event that this board rests on. */
  recordedAt: string | null;
  counts: { metrics: number; milestones: number; withValue: number };
  synthetic: boolean;
  highlights: BoardHighlight[];
};

/** `noun.pastVerb` of each event type, as the live stream names it; names are API, never changed. */
export type ChangeKind =
  | 'metric.defined'
  | 'metric.definitionRevised'
  | 'metric.seriesBreakDeclared'
  | 'metric.retired'
  | 'observation.reported'
  | 'observation.corrected'
  | 'observation.withdrawn'
  | 'milestone.planned'
  | 'milestone.reportedOngoing'
  | 'milestone.reached'
  | 'milestone.reachRevoked'
  | 'reform.registered'
  | 'reform.stageAdvanced'
  | 'reform.responsibilityAssigned'
  | 'unit.registered'
  | 'unit.renamed'
  | 'readModels.rebuilt';

/**
 * One change, for the activity list, the poll twin and the live stream: identical bodies.
 * `kind` is `noun.pastVerb` of the event type, e.g. `observation.corrected`.
 */
export type Change = {
  position: string;
  sequence: number;
  eventId: string;
  kind: ChangeKind;
  eventType: string;
  stream: string;
  revision: number;
  subject: { kind: 'metric' | 'reform' | 'milestone' | 'unit' | 'projection'; id: string };
  recordedAt: string;
  actor: Actor;
  reason?: string;
  source?: Source;
  synthetic?: true;
  /** What the event says, as it stands in the log. */
  data: JsonObject;
};

/** A command that the ledger already took, found by its id. */
export type RememberedCommand = {
  commandId: string;
  commandHash: string;
  stream: string;
  firstRevision: number;
  lastRevision: number;
  position: string;
};

/** A page of a list; `next` is the key after which the next page starts. */
export type Page<T> = { items: T[]; next: string | null; knownAt: string };
