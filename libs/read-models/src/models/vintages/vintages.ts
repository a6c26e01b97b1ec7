import { validOn, type LocalDate, type SeriesKey } from '@ledger/domain';
import type { Page } from '../../answers.js';
import { toPosition } from '../../tables/positions.js';
import { dayOf, type BoardQueries } from '../board/board.js';
import { knownSeries } from '../lineage/known-series.js';
import { FIRST_DAY, newestFirst, type SpokenTime, type Walk } from '../lineage/spoken-times.js';
import { OPEN_END } from '../timeline/queries.js';
import type { Vintage, Vintages } from './answers.js';
import { readPlace, writePlace, type Place } from './place.js';
import { vintage } from './vintage.js';

export type VintagesQuestion = {
  metric: string;
  knownAt: number;
  /** Only that series. */
  series?: SeriesKey;
  /** Either a range of valid days, both ends inclusive, or the day whose figures are asked for. */
  validFrom?: LocalDate;
  validTo?: LocalDate;
  validAt?: LocalDate;
  asKnownOn?: number;
  after?: string;
  limit: number;
};

/** Statements on one page: a valid time may have been corrected thousands of times. */
const STATEMENTS_A_PAGE = 1_000;

/** Undefined when no such metric was known. Throws `POSITION_INVALID` for a made-up `after`. */
export function vintages(queries: BoardQueries, question: VintagesQuestion): Vintages | undefined {
  const { metric, knownAt, asKnownOn } = question;
  const found = queries.catalogue.one('metric', metric, knownAt);
  if (found === undefined) return undefined;
  const { names, kind, unit } = found.document;
  const asKnownAt = asKnownOn === undefined ? undefined : Math.min(asKnownOn, knownAt);
  return {
    metric,
    names,
    kind,
    ...(unit !== undefined && { unit }),
    ...(asKnownAt !== undefined && { asKnownAt: toPosition(asKnownAt) }),
    ...pageOf(queries, question, asKnownAt),
  };
}

function pageOf(
  queries: BoardQueries,
  question: VintagesQuestion,
  asKnownAt: number | undefined,
): Page<Vintage> {
  const knownAt = toPosition(question.knownAt);
  const items: Vintage[] = [];
  let left = STATEMENTS_A_PAGE;
  let next: string | null = null;
  for (const { seriesIndex, time, told } of places(queries, question)) {
    if (items.length === question.limit || left === 0) return { items, next, knownAt };
    const until = Math.min(time.length, told + left);
    items.push(vintage(queries, time, { from: told, until, asKnownAt }));
    left -= until - told;
    next = writePlace({ seriesIndex, first: time[0].position, told: until });
    if (until < time.length) return { items, next, knownAt };
  }
  return { items, next: null, knownAt };
}

type Told = { seriesIndex: number; time: SpokenTime; told: number };

/** The valid times from where the page before ended, each with how much of it was told already. */
function* places(queries: BoardQueries, question: VintagesQuestion): Generator<Told> {
  const after = readPlace(queries, question);
  const today = dayOf(queries, question.knownAt);
  for (const { index, number } of knownSeries(queries.timeline, question, after?.seriesIndex)) {
    const range = rangeOf(queries, number, question);
    const walk = { series: number, knownAt: question.knownAt, today, ...range };
    if (after === undefined || index > after.seriesIndex) {
      for (const time of newestFirst(queries.timeline, walk)) {
        yield { seriesIndex: index, time, told: 0 };
      }
    } else yield* goingOn(queries, walk, { ...after, seriesIndex: index });
  }
}

/** The rest of the series in which the page before ended. */
function* goingOn(
  { timeline }: BoardQueries,
  walk: Walk,
  after: Place & { day: LocalDate },
): Generator<Told> {
  const { seriesIndex, first, told } = after;
  let isBefore = true;
  for (const time of newestFirst(timeline, { ...walk, to: after.day })) {
    if (!isBefore) yield { seriesIndex, time, told: 0 };
    else if (time[0].position === first) {
      isBefore = false;
      if (told < time.length) yield { seriesIndex, time, told };
    }
  }
}

/**
 * The valid days to look at in one series. A day asked for means what stands then: the latest valid
 * time that is not withdrawn, and those after it that are.
 */
function rangeOf(
  { timeline }: BoardQueries,
  series: number,
  { knownAt, validAt, validFrom = FIRST_DAY, validTo = OPEN_END }: VintagesQuestion,
): { from: LocalDate; to: LocalDate } {
  if (validAt === undefined) return { from: validFrom, to: validTo };
  const standing = timeline.standing(series, validAt, knownAt);
  if (standing?.status !== 'stands') return { from: FIRST_DAY, to: validAt };
  return { from: validOn(timeline.observationAt(standing.position).data.time), to: validAt };
}
