// What the catalogue keeps of each thing: its view without the revision, which is its stream's.
import type { LocalDate } from '@ledger/domain';
import type { MetricView, MilestoneView, Provenance, ReformView, UnitView } from '../../answers.js';
import type { Fact, FactType, SubjectKind } from '../../facts.js';
import { subjectKinds } from '../../facts.js';
import { holdsFrom } from './holds-from.js';

/** Like `Omit`, but keeps what a definition may hold. */
type Unrevised<V> = { [K in keyof V as K extends 'revision' | 'id' ? never : K]: V[K] };

export type MetricDocument = Unrevised<MetricView>;
export type ReformDocument = Unrevised<ReformView>;
export type MilestoneDocument = Unrevised<MilestoneView>;
export type UnitDocument = Unrevised<UnitView>;

export type Documents = {
  metric: MetricDocument;
  reform: ReformDocument;
  milestone: MilestoneDocument;
  unit: UnitDocument;
  /** The catalogue says nothing about the read models. */
  projection: never;
};
export type Document = Documents[SubjectKind];

type DocumentOf<T extends FactType> = Documents[(typeof subjectKinds)[T]];
/** The next version of a document; `previous` throws when there is none. */
type Fold<T extends FactType> = (fact: Fact<T>, previous: () => DocumentOf<T>) => DocumentOf<T>;

/** Whether the catalogue says anything about events of this type. */
export const concernsCatalogue = (type: FactType): boolean => folds[type] !== undefined;

/**
 * Folds an event into the document of its subject; undefined when the catalogue does not say
 * anything about such events. `previous` reads the document as it stood before.
 */
export function nextDocument(
  fact: Fact,
  previous: <K extends SubjectKind>(kind: K) => Documents[K] | undefined,
): Document | undefined {
  return fold(fact, previous, (before) => holding(fact, before));
}

/** Folds an event into the document of its kind in `soFar`, which holds those of one subject. */
export function foldInto(soFar: Partial<Documents>, fact: Fact): void {
  foldOne(soFar, fact, (before) => holding(fact, before));
}

function foldOne<T extends FactType>(
  soFar: Partial<Documents>,
  fact: Fact<T>,
  holds: (before: Document | undefined) => Holding,
): void {
  const kind: (typeof subjectKinds)[T] = subjectKinds[fact.type];
  const document = fold(fact, (of) => soFar[of], holds);
  if (document !== undefined) soFar[kind] = document;
}

type Holding = { holdsFrom?: LocalDate };

function fold<T extends FactType>(
  fact: Fact<T>,
  previous: <K extends SubjectKind>(kind: K) => Documents[K] | undefined,
  holds: (before: Document | undefined) => Holding,
): DocumentOf<T> | undefined {
  const next = folds[fact.type];
  if (next === undefined) return undefined;
  const kind: (typeof subjectKinds)[T] = subjectKinds[fact.type];
  const before = previous(kind);
  const document = next(fact, () => {
    if (before !== undefined) return before;
    throw new Error(`${fact.stream} has a ${fact.type}, but nothing before it that defines it.`);
  });
  return { ...document, ...holds(before) };
}

/** The latest day from which any event of a document counts: from there on all of it holds. */
function holding(fact: Fact, before: Document | undefined): Holding {
  const turns = before !== undefined && 'history' in before ? before.history : [];
  const days = [before?.holdsFrom ?? '', holdsFrom(fact, turns) ?? ''];
  const latest = days.sort().at(-1) ?? '';
  return latest === '' ? {} : { holdsFrom: latest };
}

/** Observations belong to the timeline: they change a metric's revision, not its definition. */
const folds: { [T in FactType]: Fold<T> | undefined } = {
  MetricDefined: (fact) => {
    const { metric: _metric, ...definition } = fact.data;
    return { status: 'active', ...definition, breaks: [], provenance: provenanceOf(fact) };
  },
  MetricDefinitionRevised: (fact, previous) => ({
    ...previous(),
    ...fact.data.changes,
    provenance: provenanceOf(fact),
  }),
  ObservationReported: undefined,
  ObservationCorrected: undefined,
  ObservationWithdrawn: undefined,
  SeriesBreakDeclared: (fact, previous) => {
    const { metric: _metric, ...declared } = fact.data;
    const before = previous();
    const entry = { ...declared, reason: fact.metadata.reason ?? '', eventId: fact.id };
    return { ...before, breaks: [...before.breaks, entry], provenance: provenanceOf(fact) };
  },
  MetricRetired: (fact, previous) => ({
    ...previous(),
    status: 'retired',
    retiredOn: fact.data.retiredOn,
    provenance: provenanceOf(fact),
  }),

  ReformRegistered: (fact) => {
    const { reform: _reform, ...registered } = fact.data;
    return { ...registered, provenance: provenanceOf(fact) };
  },
  StageAdvanced: (fact, previous) => ({
    ...previous(),
    stage: fact.data.to,
    stageOn: fact.data.on,
    provenance: provenanceOf(fact),
  }),
  ResponsibilityAssigned: (fact, previous) => {
    const { reform: _reform, ...responsibility } = fact.data;
    return { ...previous(), responsibility, provenance: provenanceOf(fact) };
  },

  MilestonePlanned: (fact) => {
    const { milestone: _milestone, ...plan } = fact.data;
    const status = 'planned';
    return { ...plan, status, history: [turn(fact, status)], provenance: provenanceOf(fact) };
  },
  MilestoneReportedOngoing: (fact, previous) => moved(fact, previous(), 'ongoing'),
  MilestoneReached: (fact, previous) => moved(fact, previous(), 'reached'),
  MilestoneReachRevoked: (fact, previous) => {
    const { on: _on, ...before } = previous();
    const history = [...before.history, turn(fact, 'revoked')];
    return { ...before, status: 'revoked', history, provenance: provenanceOf(fact) };
  },

  UnitRegistered: (fact) => {
    const { unit: _unit, ...registered } = fact.data;
    return { ...registered, provenance: provenanceOf(fact) };
  },
  UnitRenamed: (fact, previous) => ({
    ...previous(),
    names: fact.data.names,
    provenance: provenanceOf(fact),
  }),

  ReadModelsRebuilt: undefined,
};

function moved(
  fact: Fact<'MilestoneReportedOngoing' | 'MilestoneReached'>,
  before: MilestoneDocument,
  status: 'ongoing' | 'reached',
): MilestoneDocument {
  const { on, note } = fact.data;
  return {
    ...before,
    status,
    on,
    ...(note !== undefined && { note }),
    history: [...before.history, { ...turn(fact, status), on }],
    provenance: provenanceOf(fact),
  };
}

type Turn = MilestoneDocument['history'][number];

function turn({ id, position, metadata }: Fact, status: Turn['status']): Turn {
  const { reason } = metadata;
  return { status, ...(reason !== undefined && { reason }), eventId: id, position };
}

/** Which event a document rests on: the last one that changed it. */
function provenanceOf({ id, position, metadata }: Fact): Provenance {
  const { recordedAt, actor, source, synthetic } = metadata;
  return {
    eventId: id,
    position,
    recordedAt,
    actor,
    ...(source !== undefined && { source }),
    ...(synthetic !== undefined && { synthetic }),
  };
}
