import {
  certainBounds,
  compareBounds,
  physicalLimits,
  ratioPercent,
  type Bounds,
  type Figure,
  type LocalDate,
  type Operand,
} from '@ledger/domain';
import type { NotWorkedOut } from '../difference/shapes.js';
import { figureAbsent, notWorkedOut, operandOf } from '../difference/worked-out.js';
import type { FunnelPair, FunnelStage, Verdict } from './shapes.js';

/** Decimals of a share in percent, as the board shows them. */
const DECIMALS = 1;

/** A stage beside a later one: the share, and whether the order of the funnel holds (rule I9). */
export function pairOf(whole: FunnelStage, part: FunnelStage): FunnelPair {
  const absent = absenceOf(whole) ?? absenceOf(part);
  const [larger, smaller] = [comparable(whole), comparable(part)];
  const days = [whole.value?.validOn, part.value?.validOn];
  const pair = {
    whole: whole.metric,
    part: part.metric,
    datesDiffer: absent === undefined && days[0] !== days[1],
    basisInferred: [whole, part].some(({ basisInferred }) => basisInferred === true),
  };
  if (absent !== undefined || larger === undefined || smaller === undefined) {
    const why = absent ?? figureAbsent(nameOf(whole), { absence: 'missing' });
    return { ...pair, noPercent: why, verdict: 'cannotTell', why };
  }
  return { ...pair, ...shareOf(smaller, larger), ...verdictOf(larger, smaller) };
}

/** The verdict on all pairs of one funnel. */
export function verdictOfAll(pairs: readonly FunnelPair[]): Verdict {
  if (pairs.some(({ verdict }) => verdict === 'certainlyBroken')) return 'certainlyBroken';
  return pairs.every(({ verdict }) => verdict === 'holds') ? 'holds' : 'cannotTell';
}

type Comparable = { operand: Operand; day: LocalDate; kind: FunnelStage['kind'] };

/** A quantity that names no basis has that of its metric. */
function comparable({ value, basis, kind }: FunnelStage): Comparable | undefined {
  const operand = value && operandOf(value.figure);
  if (value === undefined || operand === undefined) return undefined;
  const own = 'qualifier' in operand && operand.basis === undefined && basis !== undefined;
  return { operand: own ? { ...operand, basis } : operand, day: value.validOn, kind };
}

function absenceOf(stage: FunnelStage): NotWorkedOut | undefined {
  const { absence } = stage;
  return absence === undefined ? undefined : figureAbsent(nameOf(stage), { absence });
}

const nameOf = ({ names, metric }: FunnelStage) => ({
  zh: `“${names?.zh ?? metric}”`,
  en: `"${names?.en ?? metric}":`,
});

const inexact: NotWorkedOut = {
  code: 'FIGURE_NOT_EXACT',
  message: {
    zh: '数值带有“余、超、近、约”或为区间，不计算比率。',
    en: 'A figure is a bound, an approximation or a range: no single ratio follows from it.',
  },
};

/** The domain refuses labels, units and bases that differ; here a figure that is not exact. */
function shareOf(part: Comparable, whole: Comparable): Pick<FunnelPair, 'percent' | 'noPercent'> {
  const share = ratioPercent(part.operand, whole.operand, DECIMALS);
  if ('refusals' in share) return { noPercent: notWorkedOut(share.refusals[0]) };
  return isExact(part.operand) && isExact(whole.operand)
    ? { percent: share.quantity }
    : { noPercent: inexact };
}

const isFigure = (operand: Operand): operand is Figure => 'qualifier' in operand;
const isExact = (operand: Operand): boolean => isFigure(operand) && operand.qualifier === 'exact';

/**
 * Certainly broken only when the upper bound of the larger stage lies below the lower bound of the
 * smaller one; holds only when its lower bound reaches the other's upper bound.
 */
function verdictOf(larger: Comparable, smaller: Comparable): Pick<FunnelPair, 'verdict' | 'why'> {
  if (!isFigure(larger.operand) || !isFigure(smaller.operand)) {
    const refused = ratioPercent(smaller.operand, larger.operand, DECIMALS);
    const why = 'refusals' in refused ? notWorkedOut(refused.refusals[0]) : inexact;
    return { verdict: 'cannotTell', why };
  }
  const day = larger.day < smaller.day ? smaller.day : larger.day;
  const above = { ...larger.operand, bounds: boundsOn(day, larger, larger.operand) };
  const below = { ...smaller.operand, bounds: boundsOn(day, smaller, smaller.operand) };
  const broken = compareBounds(above, below);
  if ('refusals' in broken) {
    return { verdict: 'cannotTell', why: notWorkedOut(broken.refusals[0]) };
  }
  if (broken.comparison === 'certainlyLess') return { verdict: 'certainlyBroken' };
  const reached = compareBounds(above, { ...below, bounds: justBelow(below.bounds) });
  const holds = 'comparison' in reached && reached.comparison === 'certainlyGreater';
  return holds
    ? { verdict: 'holds' }
    : { verdict: 'cannotTell', why: larger.day === smaller.day ? tooRough : daysDiffer };
}

/**
 * What a figure says about a later day than its own: a cumulative one has not fallen since, which
 * keeps its lower bound; any other says nothing.
 */
function boundsOn(day: LocalDate, { day: own, kind }: Comparable, figure: Figure): Bounds {
  const bounds = certainBounds(figure, physicalLimits(kind ?? ''));
  if (own === day) return bounds;
  const { lower } = bounds;
  return kind === 'cumulative' && lower !== undefined ? { lower } : {};
}

/** Its upper end made exclusive, so that reaching it counts as lying above. */
const justBelow = ({ upper, ...rest }: Bounds): Bounds => ({
  ...rest,
  ...(upper !== undefined && { upper: { ...upper, inclusive: false } }),
});

const tooRough: NotWorkedOut = {
  code: 'BOUNDS_OVERLAP',
  message: {
    zh: '两个数值的确定范围有重叠，无法断定大小。',
    en: 'What is certain of the two figures overlaps: either may be the larger one.',
  },
};

const daysDiffer: NotWorkedOut = {
  code: 'DATES_DIFFER',
  message: {
    zh: '两个数值的截至日期不同，无法断定同一日的大小。',
    en: 'The figures stand for different days, which leaves open how they compare on one day.',
  },
};
