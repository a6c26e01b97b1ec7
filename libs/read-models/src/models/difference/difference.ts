import type { LocalDate } from '@ledger/domain';
import { toPosition } from '../../tables/positions.js';
import type { SeriesQueries } from '../series/series.js';
import { EventsBetween } from './events-between.js';
import {
  bySubject,
  comparedKinds,
  isCompared,
  readPlace,
  writePlace,
  type ComparedSubject,
  type Place,
} from './place.js';
import { subjectOf } from '../../facts.js';
import { definitionStep, figureSteps, Sides, type Step } from './sides.js';
import type { Difference, DifferenceItem } from './shapes.js';

export type DifferenceQuestion = {
  from: number;
  to: number;
  validAt?: LocalDate;
  metric?: string;
  reform?: string;
  after?: string;
  limit: number;
  /** Reads after which a call ends; `WORK_OF_CALL` unless told. */
  work?: number;
  /** Events in between up to which they say what to compare; `FEW_EVENTS` unless told. */
  fewEvents?: number;
};

/**
 * Work of one call, in reads: some ten milliseconds. It counts reads and not time, so the same
 * question gives the same pages on every machine.
 */
export const WORK_OF_CALL = 200;
/** Catalogue rows read at once where everything is walked through. */
const ROWS_AT_ONCE = 64;

/**
 * What the ledger knew at one position beside what it knew at a later one, about one valid day or
 * the latest. Ends with the page, or when its work is done: then the page is short, and `next` says
 * where to go on. `from` must not be beyond `to`.
 */
export function difference(queries: SeriesQueries, question: DifferenceQuestion): Difference {
  const { from, to, validAt, after, limit, work: mostWork = WORK_OF_CALL } = question;
  const items: DifferenceItem[] = [];
  const moment = (position: number) => ({
    position: toPosition(position),
    recordedAt: queries.activity.recordedAt(position) ?? null,
  });
  const page = (next: string | null): Difference => ({
    from: moment(from),
    to: moment(to),
    validAt: validAt ?? null,
    items,
    next,
  });
  let reached = after;
  let work = 0;
  for (const step of steps(queries, question)) {
    if (step.item !== undefined) {
      if (items.length === limit) return page(reached ?? null);
      items.push(step.item);
    }
    reached = writePlace(step.place);
    work += step.work;
    if (work >= mostWork) return page(reached);
  }
  return page(null);
}

function* steps(queries: SeriesQueries, question: DifferenceQuestion): Generator<Step> {
  const events = new EventsBetween(queries.activity, question);
  const sides = new Sides(queries, question, events);
  const place = question.after === undefined ? undefined : readPlace(question.after);
  for (const subject of subjects(queries, question, events, place)) {
    const done = place !== undefined && bySubject(subject, place) === 0 ? place.done : undefined;
    if (done === 'all') continue;
    const known = events.touches(subject) ? sides.of(subject) : undefined;
    if (known !== undefined && fits(question, known)) {
      if (done === undefined) yield definitionStep(sides, known);
      if (known.kind === 'metric') {
        yield* figureSteps(sides, known, typeof done === 'number' ? done + 1 : 0);
      }
    }
    yield { place: { ...subject, done: 'all' }, work: 1 };
  }
}

/** What may have changed, in the order of the answer, from a place on. */
function* subjects(
  queries: SeriesQueries,
  { to, metric }: DifferenceQuestion,
  { few }: EventsBetween,
  place: Place | undefined,
): Generator<ComparedSubject> {
  const isAhead = (subject: ComparedSubject) =>
    place === undefined || bySubject(subject, place) >= 0;
  if (metric !== undefined) {
    const only: ComparedSubject = { kind: 'metric', id: metric };
    if (isAhead(only)) yield only;
  } else if (few !== undefined) {
    const named = new Map(few.map((fact) => [fact.stream, subjectOf(fact)]));
    yield* [...named.values()].filter(isCompared).filter(isAhead).sort(bySubject);
  } else {
    for (const kind of comparedKinds) {
      const resumed = place?.kind === kind ? place : undefined;
      if (resumed !== undefined) yield { kind, id: resumed.id };
      else if (!isAhead({ kind, id: '' })) continue;
      for (const { id } of queries.catalogue.all(kind, resumed?.id ?? '', to, ROWS_AT_ONCE)) {
        yield { kind, id };
      }
    }
  }
}

/** Whether a subject belongs to the reform that was asked for: it is it, or part of it. */
function fits({ reform }: DifferenceQuestion, known: ReturnType<Sides['of']>): boolean {
  if (reform === undefined || known === undefined) return known !== undefined;
  if (known.kind === 'reform') return known.id === reform;
  return known.kind !== 'unit' && known.now.document.reform === reform;
}
