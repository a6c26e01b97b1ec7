import type { Board, BoardMetric, BoardValue, Quantity } from '../board-types.js';
import { barLength, compareDecimals, percentage } from '../figure/decimal.js';

/** The land funnel of the programme: which metric plays which part. */
export const funnelMetrics = {
  signed: 'relocation-agreement-signed-floor-area',
  vacated: 'vacated-premises-handed-over-area',
  demolished: 'demolished-floor-area',
  land: 'depot-construction-land-handed-over-area',
} as const;

export type FunnelPart = keyof typeof funnelMetrics;
export type FunnelStage = {
  part: FunnelPart;
  metric: BoardMetric;
  value?: BoardValue;
  quantity?: Quantity;
  /** Length of the bar in percent of the longest one; 0 where there is no amount. */
  bar: number;
  inferred: boolean;
};
export type FunnelRatio = {
  part: FunnelPart;
  whole: FunnelPart;
  /** In percent with one digit; absent where `why` says that there can be none. */
  percent?: string;
  why?: 'missing' | 'inexact' | 'basis';
  /** One of the two figures has a basis that the source does not name. */
  inferred: boolean;
  /** The two figures stand for different days. */
  datesDiffer: boolean;
};
export type LandFunnel = {
  stages: FunnelStage[];
  ratios: FunnelRatio[];
  /** Counted on another basis: shown apart, never divided by a stage. */
  apart?: FunnelStage;
};

/** Absent unless the ledger has all three stages. */
export function landFunnel(board: Board): LandFunnel | undefined {
  const signed = stage(board, 'signed');
  const vacated = stage(board, 'vacated');
  const demolished = stage(board, 'demolished');
  const apart = stage(board, 'land');
  if (signed === undefined || vacated === undefined || demolished === undefined) return undefined;
  const stages = onOneScale([signed, vacated, demolished]);
  const ratios = [
    ratioOf(vacated, signed),
    ratioOf(demolished, signed),
    ratioOf(demolished, vacated),
  ];
  return apart === undefined ? { stages, ratios } : { stages, ratios, apart };
}

/**
 * The share of one stage in another. Only exact figures in one unit and on one basis are divided;
 * a figure that is a bound or an approximation has no ratio of one number.
 */
export function ratioOf(part: FunnelStage, whole: FunnelStage): FunnelRatio {
  const ratio = {
    part: part.part,
    whole: whole.part,
    inferred: part.inferred || whole.inferred,
    datesDiffer: part.value?.validOn !== whole.value?.validOn,
  };
  const above = part.quantity;
  const below = whole.quantity;
  if (above === undefined || below === undefined) {
    return { ...ratio, datesDiffer: false, why: 'missing' };
  }
  if (basisOf(part) !== basisOf(whole) || above.unit !== below.unit) {
    return { ...ratio, why: 'basis' };
  }
  if (above.qualifier !== 'exact' || below.qualifier !== 'exact') {
    return { ...ratio, why: 'inexact' };
  }
  const percent = percentage(above.amount ?? '0', below.amount ?? '0');
  return percent === undefined ? { ...ratio, why: 'missing' } : { ...ratio, percent };
}

export function basisOf({ metric, quantity }: FunnelStage): Quantity['basis'] {
  return quantity?.basis ?? metric.basis;
}

function stage(board: Board, part: FunnelPart): FunnelStage | undefined {
  const metric = findMetric(board, funnelMetrics[part]);
  if (metric === undefined) return undefined;
  // A metric that is split into series has no single figure for a stage.
  const value = metric.values.length === 1 ? metric.values[0] : undefined;
  const quantity = value?.figure.quantity;
  const inferred = quantity?.basisInferred === true || metric.basisInferred === true;
  return {
    part,
    metric,
    bar: 0,
    inferred,
    ...(value === undefined ? {} : { value }),
    ...(quantity === undefined ? {} : { quantity }),
  };
}

export function findMetric(board: Board, id: string): BoardMetric | undefined {
  for (const { items } of board.highlights) {
    const found = items.find((item) => item.id === id);
    if (found?.kind === 'metric') return found;
  }
  return undefined;
}

function onOneScale(stages: FunnelStage[]): FunnelStage[] {
  const size = ({ quantity }: FunnelStage) => quantity?.amount ?? quantity?.upper ?? '0';
  const longest = stages.map(size).reduce((a, b) => (compareDecimals(a, b) < 0 ? b : a));
  return stages.map((one) => ({ ...one, bar: barLength(size(one), longest) }));
}
