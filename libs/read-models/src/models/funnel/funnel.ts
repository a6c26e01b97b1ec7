import type { LocalDate, SeriesKey } from '@ledger/domain';
import { toPosition } from '../../tables/positions.js';
import { inForce } from '../catalogue/in-force.js';
import type { FigureAbsence } from '../difference/shapes.js';
import { standingFigure } from '../series/point.js';
import type { SeriesQueries } from '../series/series.js';
import type { StandingFigure } from '../series/shapes.js';
import { OPEN_END } from '../timeline/queries.js';
import { seriesText } from '../timeline/statement.js';
import { pairOf, verdictOfAll } from './pair.js';
import type { Funnel, FunnelOfSeries, FunnelStage } from './shapes.js';

export type FunnelQuestion = { metrics: readonly string[]; knownAt: number; validAt?: LocalDate };

/** Series keys beyond these are counted and left out. */
export const MOST_SERIES_KEYS = 100;
/** Series of one metric that are looked at for a stage. */
const MOST_SERIES_OF_METRIC = 1_000;

/** The metrics as stages of a funnel, in the order asked for, at one moment of both clocks. */
export function funnel(queries: SeriesQueries, question: FunnelQuestion): Funnel {
  const { metrics, knownAt, validAt } = question;
  const stages = metrics.map((metric) => stageOf(queries, metric, question));
  const keys = new Map<string, SeriesKey>();
  for (const { bySeries } of stages) {
    for (const [text, { key }] of bySeries) keys.set(text, key);
  }
  if (keys.size === 0) keys.set('', {});
  const shown = [...keys].slice(0, MOST_SERIES_KEYS);
  return {
    metrics: [...metrics],
    knownAt: toPosition(knownAt),
    validAt: validAt ?? null,
    funnels: shown.map(([text, key]) => ofSeries(stages, text, key)),
    seriesLeftOut: keys.size - shown.length,
  };
}

type Standing = { value: StandingFigure } | FigureAbsence;
type StageOfAll = {
  stage: FunnelStage;
  bySeries: Map<string, { key: SeriesKey; standing: Standing }>;
};

function stageOf(
  queries: SeriesQueries,
  metric: string,
  { knownAt, validAt }: FunnelQuestion,
): StageOfAll {
  const known = queries.catalogue.one('metric', metric, knownAt);
  if (known === undefined) {
    return { stage: { metric, absence: 'notDefined' }, bySeries: new Map() };
  }
  const { document } = inForce(queries, 'metric', known, { knownAt, validAt });
  const { names, kind, unit, basis, basisInferred } = document;
  const stage: FunnelStage = {
    metric,
    names,
    kind,
    ...(unit !== undefined && { unit }),
    ...(basis !== undefined && { basis }),
    ...(basisInferred !== undefined && { basisInferred }),
    absence: 'missing',
  };
  const bySeries: StageOfAll['bySeries'] = new Map();
  const { timeline } = queries;
  for (const series of timeline.seriesOf(metric).slice(0, MOST_SERIES_OF_METRIC)) {
    const standing = timeline.standing(series, validAt ?? OPEN_END, knownAt);
    if (standing === undefined) continue;
    const stands = standing.status === 'stands';
    const fact = timeline.observationAt(stands ? standing.position : standing.restsOn);
    bySeries.set(seriesText(fact.data.series), {
      key: fact.data.series,
      standing: stands ? { value: standingFigure(fact) } : { absence: 'withdrawn' },
    });
  }
  return { stage, bySeries };
}

function ofSeries(all: readonly StageOfAll[], text: string, series: SeriesKey): FunnelOfSeries {
  const stages = all.map(({ stage, bySeries }) =>
    withStanding(stage, bySeries.get(text)?.standing),
  );
  const pairs = stages.flatMap((whole, index) => {
    return stages.slice(index + 1).map((part) => pairOf(whole, part));
  });
  return { series, stages, pairs, verdict: verdictOfAll(pairs) };
}

function withStanding(stage: FunnelStage, standing: Standing | undefined): FunnelStage {
  if (standing === undefined) return stage;
  if ('absence' in standing) return { ...stage, absence: standing.absence };
  const { absence: _absence, ...defined } = stage;
  const inferred = standing.value.figure.quantity?.basisInferred;
  return {
    ...defined,
    ...(inferred !== undefined && { basisInferred: inferred }),
    value: standing.value,
  };
}
