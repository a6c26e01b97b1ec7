// What models fold: the domain's events with the place that the log gave them.
import type {
  MetricEvent,
  MilestoneEvent,
  ProjectionEvent,
  ReformEvent,
  UnitEvent,
} from '@ledger/domain';
import type { LedgerEvent } from '@ledger/event-log';
import { ProjectionFault } from './fault.js';

/** Every event of the domain. An event type added to it makes every model take a stand on it. */
export type AnyEvent = MetricEvent | ReformEvent | MilestoneEvent | UnitEvent | ProjectionEvent;
type EventMap = { [E in AnyEvent as E['type']]: E };
export type FactType = keyof EventMap;

/** An event of a known type as the log holds it. */
export type Fact<T extends FactType = FactType> = {
  [K in T]: Omit<LedgerEvent, 'type' | 'data'> & { type: K; data: EventMap[K]['data'] };
}[T];

/** One answer for each event type: how a model takes its stand. */
export type ByType<R> = { [T in FactType]: (fact: Fact<T>) => R };

/** Which aggregate an event type belongs to; its streams are named `<subject>-<id>`. */
export const subjectKinds = {
  MetricDefined: 'metric',
  MetricDefinitionRevised: 'metric',
  ObservationReported: 'metric',
  ObservationCorrected: 'metric',
  ObservationWithdrawn: 'metric',
  SeriesBreakDeclared: 'metric',
  MetricRetired: 'metric',
  ReformRegistered: 'reform',
  StageAdvanced: 'reform',
  ResponsibilityAssigned: 'reform',
  MilestonePlanned: 'milestone',
  MilestoneReportedOngoing: 'milestone',
  MilestoneReached: 'milestone',
  MilestoneReachRevoked: 'milestone',
  UnitRegistered: 'unit',
  UnitRenamed: 'unit',
  ReadModelsRebuilt: 'projection',
} as const satisfies { [T in FactType]: string };

export type SubjectKind = (typeof subjectKinds)[FactType];
export type Subject = { kind: SubjectKind; id: string };

/** Answers by the event's type; the compiler knows that every type has an answer. */
export function byType<R>(answers: ByType<R>, fact: Fact): R {
  return answerOf(answers, fact);
}

function answerOf<T extends FactType, R>(answers: ByType<R>, fact: Fact<T>): R {
  return answers[fact.type](fact);
}

/**
 * The event as a fact. Throws `EVENT_UNKNOWN` for a type that this version does not know, or one
 * that stands in a stream of another aggregate: skipping it would make every answer after it wrong.
 */
export function asFact(event: LedgerEvent): Fact {
  if (isFact(event)) return event;
  throw new ProjectionFault(
    'EVENT_UNKNOWN',
    `The event ${event.id} at position ${event.position} has the type "${event.type}" in the ` +
      `stream "${event.stream}", which this version of the read models does not know. ` +
      'Run the version that wrote it, or a later one.',
    { position: event.position, type: event.type },
  );
}

/** The metric, reform, milestone, unit or projection that the event speaks of: its stream, in two parts. */
export function subjectOf(fact: Pick<Fact, 'type' | 'stream'>): Subject {
  const kind = subjectKinds[fact.type];
  return { kind, id: fact.stream.slice(kind.length + 1) };
}

const streamPrefixes = new Map<string, string>(
  Object.entries(subjectKinds).map(([type, kind]) => [type, `${kind}-`]),
);

/** Whether this version knows events of such a type. */
export const isFactType = (name: string): name is FactType => Object.hasOwn(subjectKinds, name);

function isFact(event: LedgerEvent): event is Fact {
  const prefix = streamPrefixes.get(event.type);
  return prefix !== undefined && event.stream.startsWith(prefix);
}
