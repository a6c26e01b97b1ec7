import { validOn, type LocalDate } from '@ledger/domain';
import type { TimelineView } from '../../answers.js';
import { toPosition } from '../../tables/positions.js';
import type { ActivityQueries } from '../activity/queries.js';
import { dayOf } from '../board/board.js';
import { inForce } from '../catalogue/in-force.js';
import type { CatalogueQueries } from '../catalogue/queries.js';
import { lastOf } from '../lineage/chain.js';
import { newestFirst, spokenOn, type SpokenTime } from '../lineage/spoken-times.js';
import { OPEN_END, type StatementRow, type TimelineQueries } from '../timeline/queries.js';
import { pointOf } from './point.js';
import type { SeriesOfMetric, SeriesPoint } from './shapes.js';
import { spanOf } from './span.js';

export type SeriesQueries = {
  activity: ActivityQueries;
  catalogue: CatalogueQueries;
  timeline: TimelineQueries;
};

export type SeriesQuestion = {
  metric: string;
  knownAt: number;
  validAt?: LocalDate;
  validFrom?: LocalDate;
  validTo?: LocalDate;
  view: TimelineView;
  /** Points a series. */
  limit: number;
};

/** More series than these are counted and left out. */
export const MOST_SERIES = 100;
/** All series together have no more points than this: each is given an equal part of it. */
export const MOST_POINTS = 2_000;

/**
 * The series of a metric, each with its newest points up to a limit. With `validAt` only what
 * stands on that day: one point a series, or in `asReported` every statement about its valid time.
 * Undefined when the ledger knew no such metric.
 */
export function seriesOf(
  queries: SeriesQueries,
  question: SeriesQuestion,
): SeriesOfMetric | undefined {
  const { metric, knownAt, validAt, validTo, view } = question;
  const known = queries.catalogue.one('metric', metric, knownAt);
  if (known === undefined) return undefined;
  const { document } = inForce(queries, 'metric', known, { knownAt, validAt });
  const { names, kind, unit, basis, basisInferred, breaks } = document;
  const lastDay = validAt ?? validTo ?? OPEN_END;
  const spokenOf = queries.timeline
    .seriesOf(metric)
    .filter((series) => queries.timeline.standing(series, lastDay, knownAt) !== undefined);
  return {
    metric,
    names,
    kind,
    ...(unit !== undefined && { unit }),
    ...(basis !== undefined && { basis }),
    ...(basisInferred !== undefined && { basisInferred }),
    view,
    knownAt: toPosition(knownAt),
    validAt: validAt ?? null,
    breaks: breaks.map(({ validFrom, successor, reason }) => ({
      validFrom,
      ...(successor !== undefined && { successor }),
      reason,
    })),
    series: shownSeries(queries, spokenOf.slice(0, MOST_SERIES), question),
    seriesLeftOut: Math.max(0, spokenOf.length - MOST_SERIES),
  };
}

type Shown = SeriesOfMetric['series'][number];

function shownSeries(
  queries: SeriesQueries,
  series: readonly number[],
  question: SeriesQuestion,
): Shown[] {
  const most = Math.min(question.limit, Math.floor(MOST_POINTS / Math.max(series.length, 1)));
  const today = dayOf(queries, question.knownAt);
  return series.flatMap((number) => {
    const times = timesOf(queries.timeline, number, question, today);
    return shownPoints(queries.timeline, times, question.view, most);
  });
}

/** The valid times of a series that are asked for, the newest first. */
function timesOf(
  timeline: TimelineQueries,
  series: number,
  { knownAt, validAt, validFrom, validTo = OPEN_END }: SeriesQuestion,
  today: LocalDate,
): Iterable<SpokenTime> {
  if (validAt !== undefined) return standingTime(timeline, series, knownAt, validAt);
  const asked = { knownAt, from: validFrom ?? '', to: validTo, today };
  const span = spanOf(timeline, series, asked);
  return span === undefined ? [] : newestFirst(timeline, span);
}

function standingTime(
  timeline: TimelineQueries,
  series: number,
  knownAt: number,
  validAt: LocalDate,
): SpokenTime[] {
  const standing = timeline.standing(series, validAt, knownAt);
  if (standing === undefined || standing.status === 'withdrawn') return [];
  const { position } = standing;
  const day = validOn(timeline.observationAt(position).data.time);
  return spokenOn(timeline, { series, knownAt, day }).filter((time) => {
    return lastOf(time).position === position;
  });
}

type Statement = StatementRow & { live: boolean };

/** Reads on until the limit is reached and one more is seen, which tells that some are left out. */
function shownPoints(
  timeline: TimelineQueries,
  times: Iterable<SpokenTime>,
  view: TimelineView,
  most: number,
): Shown[] {
  const statements: Statement[] = [];
  let isCut = false;
  for (const time of times) {
    const found = withLife(time).filter(({ live }) => live || view === 'asReported');
    if (found.length === 0) continue;
    isCut = statements.length + found.length > most;
    const room = most - statements.length;
    if (room > 0) statements.push(...found.slice(-room));
    if (isCut) break;
  }
  if (statements.length === 0) return [];
  const facts = statements
    .sort((left, right) => left.position - right.position)
    .map(({ position, live }) => ({ fact: timeline.observationAt(position), live }));
  const points = facts.map(({ fact, live }) => pointOf(fact, live));
  if (view === 'latest') points.sort(byValidDay);
  return [
    {
      key: facts[0]?.fact.data.series ?? {},
      points,
      olderThan: isCut ? (points.map((point) => point.validOn).sort()[0] ?? null) : null,
    },
  ];
}

/** Points of one day stay in the order of their recording. */
const byValidDay = (left: SeriesPoint, right: SeriesPoint): number =>
  left.validOn === right.validOn ? 0 : left.validOn < right.validOn ? -1 : 1;

/** A statement is live when none came after it for its valid time and it withdraws nothing. */
export function withLife(rows: readonly StatementRow[]): Statement[] {
  const lastPositions = new Map<string, number>();
  for (const { validTime, position } of rows) {
    lastPositions.set(validTime, Math.max(position, lastPositions.get(validTime) ?? 0));
  }
  return rows.map((row) => {
    const live = !row.isWithdrawal && lastPositions.get(row.validTime) === row.position;
    return { ...row, live };
  });
}
