import { shanghaiDate, validOn, type LocalDate } from '@ledger/domain';
import type {
  Board,
  BoardHighlight,
  BoardItem,
  BoardMetric,
  BoardMilestone,
} from '../../answers.js';
import { toKey, toPosition } from '../../tables/positions.js';
import type { ActivityQueries } from '../activity/queries.js';
import type { MilestoneDocument } from '../catalogue/documents.js';
import { allInForce } from '../catalogue/in-force.js';
import type { CatalogueQueries, Known } from '../catalogue/queries.js';
import { positionsBehind } from '../lineage/chain.js';
import { definitionPositions, turnPositions } from '../lineage/definitions.js';
import { figureOf, observationOf } from '../timeline/entry.js';
import { OPEN_END, type Standing, type TimelineQueries } from '../timeline/queries.js';
import { turnAt } from './milestone-status.js';

export type BoardQueries = {
  activity: ActivityQueries;
  catalogue: CatalogueQueries;
  timeline: TimelineQueries;
};

/**
 * What is known at `knownAt` about the state at `validAt` (absent: the latest of each). It has no
 * tables: definitions and statements already hold everything, and a third copy could only disagree.
 */
export function board(
  queries: BoardQueries,
  { knownAt, validAt }: { knownAt: number; validAt?: LocalDate },
): Board {
  const moment = { knownAt, validAt: validAt ?? OPEN_END };
  const day = validAt ?? dayOf(queries, knownAt);
  const reforms = allInForce(queries, 'reform', { knownAt, validAt });
  const standings = allInForce(queries, 'metric', { knownAt, validAt })
    .filter(({ document }) => !isRetired(document.retiredOn, day))
    .map((metric) => ({ metric, standing: standingsOf(queries.timeline, metric.id, moment) }));
  queries.activity.foresee(standings.flatMap(({ standing }) => standing.flatMap(standingAt)));
  const metrics = standings.map(({ metric, standing }) =>
    metricItem(queries, metric, standing, knownAt),
  );
  const milestones = [...queries.catalogue.all('milestone', '', knownAt)].map((milestone) =>
    milestoneItem(queries, milestone, moment),
  );
  const items = [...metrics, ...milestones];
  const newest = Math.max(0, ...items.map(({ restsOn }) => restsOn), ...reforms.map(positionOf));
  const figures = metrics.flatMap(({ item }) => item.values);
  return {
    knownAt: toPosition(knownAt),
    validAt: validAt ?? null,
    dataAsOf:
      figures
        .map(({ validOn }) => validOn)
        .sort()
        .at(-1) ?? null,
    recordedAt: queries.activity.recordedAt(newest) ?? null,
    counts: {
      metrics: metrics.length,
      milestones: milestones.length,
      withValue: metrics.filter(({ item }) => item.values.length > 0).length,
    },
    synthetic: items.some(({ synthetic }) => synthetic),
    highlights: grouped(
      items.map(({ item }) => item),
      reforms,
      (reform) => definitionPositions(queries, 'reform', reform),
    ),
  };
}

type Moment = { knownAt: number; validAt: LocalDate };
/** An item, with the position of the newest event that it rests on. */
type Shown<I extends BoardItem> = { item: I; restsOn: number; synthetic: boolean };

/**
 * The day on which the ledger stood at this position. A retirement may lie ahead, and the clock must
 * not change an answer, so the log's own time decides whether it has come.
 */
export function dayOf({ activity }: Pick<BoardQueries, 'activity'>, knownAt: number): LocalDate {
  const recordedAt = activity.recordedAt(knownAt);
  return recordedAt === undefined ? '' : shanghaiDate(recordedAt);
}

/** A retired metric leaves the board on the day of its retirement. */
const isRetired = (retiredOn: LocalDate | undefined, validAt: LocalDate): boolean =>
  retiredOn !== undefined && retiredOn <= validAt;

const positionOf = ({ position }: { position: number }): number => position;

/** A metric that is split further is a matter for its series; a board must stay bounded. */
const BOARD_SERIES = 24;

type SeriesStanding = Standing & { series: number };

/**
 * What stands in the series of a metric that had a statement by then, in the order of their first
 * ones, until one value more stands than the board shows.
 */
function standingsOf(
  timeline: TimelineQueries,
  metric: string,
  { knownAt, validAt }: Moment,
): SeriesStanding[] {
  const standings: SeriesStanding[] = [];
  let values = 0;
  for (const series of timeline.seriesOf(metric)) {
    const found = timeline.standing(series, validAt, knownAt);
    if (found === undefined) continue;
    standings.push({ series, ...found });
    values += found.status === 'stands' ? 1 : 0;
    if (values > BOARD_SERIES) break;
  }
  return standings;
}

const standingAt = (standing: Standing): number[] =>
  standing.status === 'stands' ? [standing.position] : [];

function metricItem(
  queries: BoardQueries,
  known: Known<'metric'>,
  standing: readonly SeriesStanding[],
  knownAt: number,
): Shown<BoardMetric> {
  const { timeline } = queries;
  const { id, position, document } = known;
  const standingValues = standing.flatMap((one) => (one.status === 'stands' ? [one] : []));
  const values = standingValues
    .slice(0, BOARD_SERIES)
    .map((one) => boardValue(timeline, one, knownAt));
  const { kind, names, reform, place, unit, basis, basisInferred, relations, note } = document;
  const absence = standing.length === 0 ? 'missing' : 'withdrawn';
  return {
    item: {
      kind: 'metric',
      id,
      metricKind: kind,
      names,
      reform,
      ...(place !== undefined && { place }),
      ...(unit !== undefined && { unit }),
      ...(basis !== undefined && { basis }),
      ...(basisInferred !== undefined && { basisInferred }),
      direction: document.direction,
      frequency: document.frequency,
      relations,
      ...(note !== undefined && { note }),
      values,
      ...(standingValues.length > BOARD_SERIES && { moreSeries: true as const }),
      positions: definitionPositions(queries, 'metric', known),
      ...(values.length === 0 && { absence }),
    },
    restsOn: Math.max(position, ...standing.map(({ restsOn }) => restsOn)),
    synthetic: isSynthetic(document) || values.some(({ synthetic }) => synthetic === true),
  };
}

function boardValue(
  timeline: TimelineQueries,
  { series, position }: { series: number; position: number },
  knownAt: number,
): BoardMetric['values'][number] {
  const fact = timeline.observationAt(position);
  if (fact.type === 'ObservationWithdrawn') {
    throw new TypeError(`The withdrawal at position ${position} cannot stand as a value.`);
  }
  const figure = figureOf(fact);
  const { recordedAt, synthetic } = fact.metadata;
  return {
    series: fact.data.series,
    figure,
    printed: figure.quantity?.printed ?? figure.label?.printed ?? '',
    time: fact.data.time,
    validOn: validOn(fact.data.time),
    corrected: fact.type === 'ObservationCorrected',
    observation: observationOf(fact),
    eventId: fact.id,
    position: fact.position,
    recordedAt,
    positions: positionsBehind(timeline, series, { knownAt, fact }),
    ...(synthetic !== undefined && { synthetic }),
  };
}

function milestoneItem(
  queries: BoardQueries,
  known: Known<'milestone'>,
  { validAt }: Moment,
): Shown<BoardMilestone> {
  const { id, position, document } = versionAt(queries, known, validAt);
  const { names, reform, place, status, on, label, relations, note, provenance } = document;
  return {
    item: {
      kind: 'milestone',
      id,
      names,
      reform,
      ...(place !== undefined && { place }),
      status,
      ...(on !== undefined && { on }),
      ...(label !== undefined && { printed: label.printed }),
      relations,
      ...(note !== undefined && { note }),
      eventId: provenance.eventId,
      position: provenance.position,
      recordedAt: provenance.recordedAt,
      positions: turnPositions(document),
      ...(provenance.synthetic !== undefined && { synthetic: provenance.synthetic }),
    },
    restsOn: position,
    synthetic: isSynthetic(document),
  };
}

/** The version that the deciding turn made: it says what the milestone was on that day. */
function versionAt(
  { catalogue }: BoardQueries,
  latest: Known<'milestone'>,
  validAt: LocalDate,
): Known<'milestone'> {
  const turn = turnAt(latest.document.history, validAt);
  if (turn === undefined || turn.position === toPosition(latest.position)) return latest;
  return catalogue.one('milestone', latest.id, toKey(turn.position)) ?? latest;
}

const isSynthetic = ({ provenance }: Pick<MilestoneDocument, 'provenance'>): boolean =>
  provenance.synthetic === true;

/** Groups by highlight, null last; inside by the item's number, then by id. */
function grouped(
  items: BoardItem[],
  reforms: Known<'reform'>[],
  positionsOfReform: (reform: Known<'reform'>) => string[],
): BoardHighlight[] {
  const highlightOfReform = new Map(reforms.map(({ id, document }) => [id, document.highlight]));
  const groups = new Map<number | null, BoardHighlight>();
  const groupOf = (highlight: number | null): BoardHighlight => {
    const group = groups.get(highlight) ?? { highlight, reforms: [], items: [] };
    groups.set(highlight, group);
    return group;
  };
  for (const reform of reforms) {
    const { names, stage, highlight } = reform.document;
    const entry = {
      id: reform.id,
      names,
      ...(stage !== undefined && { stage }),
      positions: positionsOfReform(reform),
    };
    groupOf(highlight ?? null).reforms.push(entry);
  }
  for (const item of items) {
    groupOf(item.place?.highlight ?? highlightOfReform.get(item.reform) ?? null).items.push(item);
  }
  for (const { items } of groups.values()) items.sort(inReadingOrder);
  return [...groups.values()].sort((a, b) => orLast(a.highlight) - orLast(b.highlight));
}

const inReadingOrder = (a: BoardItem, b: BoardItem): number =>
  orLast(a.place?.item) - orLast(b.place?.item) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Finite, because Infinity - Infinity is not a number. */
const orLast = (value: number | null | undefined): number => value ?? Number.MAX_SAFE_INTEGER;
