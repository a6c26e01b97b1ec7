import { validOn, type LocalDate } from '@ledger/domain';
import type { JsonObject } from '@ledger/event-log';
import type { Fact, SubjectKind } from '../../facts.js';
import { concernsCatalogue, type Documents } from '../catalogue/documents.js';
import { inForce } from '../catalogue/in-force.js';
import type { Known } from '../catalogue/queries.js';
import { standingFigure } from '../series/point.js';
import type { SeriesQueries } from '../series/series.js';
import { isObservation } from '../timeline/entry.js';
import { OPEN_END, type Standing } from '../timeline/queries.js';
import { seriesText } from '../timeline/statement.js';
import { listed, type EventsBetween } from './events-between.js';
import type { ComparedKind, ComparedSubject, Place } from './place.js';
import type {
  DefinitionChange,
  DifferenceItem,
  FieldChange,
  FigureChange,
  MilestoneChange,
  MilestoneSide,
} from './shapes.js';
import { differenceOf } from './worked-out.js';

/** One step of a comparison: how far it has come, what it cost, and what it found. */
export type Step = { place: Place; work: number; item?: DifferenceItem };

/** A subject as it was known at both moments; it is known at the second. */
type Both<K extends ComparedKind> = K extends ComparedKind
  ? { kind: K; id: string; old: Known<K> | undefined; now: Known<K> }
  : never;
export type KnownSubject = Both<ComparedKind>;

const WORK_OF_DEFINITION = 3;
const WORK_OF_SERIES = 2;
const WORK_OF_ITEM = 5;

/** The two moments that are compared, and the questions to both. */
export class Sides {
  constructor(
    readonly queries: SeriesQueries,
    readonly moments: { from: number; to: number; validAt?: LocalDate },
    readonly events: EventsBetween,
  ) {}

  of({ kind, id }: ComparedSubject): KnownSubject | undefined {
    switch (kind) {
      case 'metric':
        return this.#both(kind, id, (old, now) => ({ kind, id, old, now }));
      case 'milestone':
        return this.#both(kind, id, (old, now) => ({ kind, id, old, now }));
      case 'reform':
        return this.#both(kind, id, (old, now) => ({ kind, id, old, now }));
      case 'unit':
        return this.#both(kind, id, (old, now) => ({ kind, id, old, now }));
    }
  }

  #both<K extends ComparedKind>(
    kind: K,
    id: string,
    make: (old: Known<K> | undefined, now: Known<K>) => KnownSubject,
  ): KnownSubject | undefined {
    const now = this.#at(kind, id, this.moments.to);
    return now === undefined ? undefined : make(this.#at(kind, id, this.moments.from), now);
  }

  #at<K extends SubjectKind>(kind: K, id: string, knownAt: number): Known<K> | undefined {
    const latest = this.queries.catalogue.one(kind, id, knownAt);
    const { validAt } = this.moments;
    return latest && inForce(this.queries, kind, latest, { knownAt, validAt });
  }
}

/** What changed in the definition of a subject, or in the course of a milestone. */
export function definitionStep({ queries, events }: Sides, known: KnownSubject): Step {
  const place: Place = { kind: known.kind, id: known.id, done: 'definition' };
  const fields = changedFields(known);
  if (fields.length === 0) return { place, work: WORK_OF_DEFINITION };
  // What holds differs, so the newest event that it rests on lies between the two moments.
  const cause = queries.activity.factAt(known.now.position);
  const concerns = ({ type }: Fact): boolean => concernsCatalogue(type);
  const changed = { fields, ...listed(events.of(known), cause, concerns) };
  const item = definitionItem(known, changed);
  return { place, work: WORK_OF_ITEM + events.takeReads(), item };
}

type ChangedFields = Pick<DefinitionChange, 'fields' | 'cause' | 'events' | 'eventsLeftOut'>;

function definitionItem(
  known: KnownSubject,
  changed: ChangedFields,
): DefinitionChange | MilestoneChange {
  const { names } = known.now.document;
  if (known.kind === 'milestone') {
    const { id, old, now } = known;
    return {
      kind: 'milestone',
      milestone: id,
      names,
      reform: now.document.reform,
      old: old === undefined ? { absence: 'notPlanned' } : milestoneSide(old.document),
      new: milestoneSide(now.document),
      ...changed,
    };
  }
  return {
    kind: 'definition',
    subject: { kind: known.kind, id: known.id },
    names,
    change: known.old === undefined ? 'registered' : 'changed',
    ...changed,
  };
}

const milestoneSide = ({ status, on }: Documents['milestone']): MilestoneSide => ({
  status,
  ...(on !== undefined && { on }),
});

/** Where a document comes from and what it went through are told by the events. */
const notFields: ReadonlySet<string> = new Set(['provenance', 'history', 'holdsFrom']);

function changedFields({ old, now }: KnownSubject): FieldChange[] {
  const before: JsonObject = { ...old?.document };
  const after: JsonObject = { ...now.document };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((field) => {
    const [was, is] = [before[field], after[field]];
    if (notFields.has(field) || JSON.stringify(was) === JSON.stringify(is)) return [];
    return [
      { field, ...(was !== undefined && { old: was }), ...(is !== undefined && { new: is }) },
    ];
  });
}

/** One step a series of a metric, from one of them on. */
export function* figureSteps(sides: Sides, metric: Both<'metric'>, first: number): Generator<Step> {
  const { from, to, validAt = OPEN_END } = sides.moments;
  const { timeline } = sides.queries;
  const series = timeline.seriesOf(metric.id);
  for (let index = first; index < series.length; index += 1) {
    const number = series[index] ?? 0;
    const place: Place = { kind: 'metric', id: metric.id, done: index };
    const now = timeline.standing(number, validAt, to);
    const old = timeline.standing(number, validAt, from);
    if (now === undefined || isSame(old, now)) {
      yield { place, work: WORK_OF_SERIES };
      continue;
    }
    const item = figureItem(sides, metric, { old, now });
    yield { place, work: WORK_OF_ITEM + sides.events.takeReads(), item };
  }
}

function isSame(old: Standing | undefined, now: Standing): boolean {
  if (old?.status !== now.status) return false;
  return old.status === 'withdrawn' || now.status === 'withdrawn' || old.position === now.position;
}

function figureItem(
  { queries, events, moments: { validAt = OPEN_END } }: Sides,
  metric: Both<'metric'>,
  standing: { old: Standing | undefined; now: Standing },
): FigureChange {
  const { names, kind, unit, breaks } = metric.now.document;
  const cause = queries.timeline.observationAt(standing.now.restsOn);
  const { series } = cause.data;
  const own = seriesText(series);
  const concerns = (fact: Fact): boolean =>
    isObservation(fact) &&
    seriesText(fact.data.series) === own &&
    validOn(fact.data.time) <= validAt;
  const side = (one: Standing | undefined): FigureChange['new'] => {
    if (one === undefined) return { absence: metric.old === undefined ? 'notDefined' : 'missing' };
    if (one.status === 'withdrawn') return { absence: 'withdrawn' };
    return standingFigure(queries.timeline.observationAt(one.position));
  };
  const [old, now] = [side(standing.old), side(standing.now)];
  return {
    kind: 'figure',
    metric: metric.id,
    names,
    metricKind: kind,
    ...(unit !== undefined && { unit }),
    series,
    old,
    new: now,
    difference: differenceOf(
      old,
      now,
      breaks.map(({ validFrom }) => validFrom),
    ),
    ...listed(events.of(metric), cause, concerns),
  };
}
