import type { Refusal } from '../decision.js';
import {
  certainBounds,
  type Bound,
  type Bounds,
  type Figure,
  type PhysicalLimits,
} from './bounds.js';
import { canonical, Decimal, powerOfTen } from './decimal.js';
import type { Label, Qualifier } from './quantity.js';
import * as refuse from './arithmetic-refusals.js';

/** A figure that the ledger worked out: never printed, with bounds of its own. */
export type DerivedQuantity = Omit<Figure, 'printed' | 'bounds'> & { bounds: Bounds };
/** What arithmetic is asked for; a label among the operands is refused. */
export type Operand = Figure | Label;
export type Derived = { quantity: DerivedQuantity } | { refusals: [Refusal, ...Refusal[]] };

/**
 * The exact sum of figures of one unit and one basis. Bounds are added side by side, and one side
 * is kept where every part has it; `limits` bound each part physically. How qualifiers add up:
 *
 * - all exact: exact, with the sum of the resolutions (68.1万 and 63万: 1.1万)
 * - with 余, 超 or 以上: the strictest of them; with 近: `nearly`; with a range: `range`
 * - 余, 超 or 以上 together with 近, or any 约: `about`
 *
 * Refusals point at the operand (`/1`): LABEL_IN_ARITHMETIC, UNITS_DIFFER, BASIS_DIFFERS, or at
 * '' NOTHING_TO_ADD, and RESULT_NOT_STATABLE for an `about` sum with a range, which has no amount.
 */
export function sumQuantities(parts: readonly Operand[], limits: PhysicalLimits = {}): Derived {
  const alike = figuresOfOneKind(parts);
  if ('refusals' in alike) return alike;
  const { figures, first } = alike;
  const qualifier = qualifierOfSum(figures.map((figure) => figure.qualifier));
  const bounds = sumOfBounds(figures.map((figure) => certainBounds(figure, limits)));
  if (qualifier === 'range') return { quantity: { ...rangeOf(first, bounds), bounds } };
  const amounts = figures.map((figure) => amountInSum(figure, qualifier));
  const stated = amounts.filter((amount) => amount !== undefined);
  if (stated.length < amounts.length) return { refusals: [refuse.resultNotStatable()] };
  return {
    quantity: {
      amount: sum(stated),
      unit: first.unit,
      qualifier,
      ...resolutionOfSum(figures, qualifier),
      ...basisOf(figures),
      bounds,
    },
  };
}

/** left + right, see `sumQuantities`. */
export const addQuantities = (left: Operand, right: Operand, limits?: PhysicalLimits): Derived =>
  sumQuantities([left, right], limits);

/**
 * left − right, as the sum of left and the negative of right: what bounds right from below bounds
 * its negative from above, so 100余 − 30余 is `about` and has no bound.
 */
export const subtractQuantities = (left: Operand, right: Operand): Derived =>
  sumQuantities([left, isLabel(right) ? right : negative(right)]);

/**
 * left / right in percent, rounded half up to `decimals` places (0 to 20). The bounds come from
 * those of both figures and are rounded outwards, two places finer. Refuses like `sumQuantities`,
 * and RATIO_NOT_DEFINED for a negative left or a right that is not above 0.
 */
export function ratioPercent(left: Operand, right: Operand, decimals: number): Derived {
  const alike = figuresOfOneKind([left, right]);
  if ('refusals' in alike) return alike;
  const [part, whole] = alike.figures;
  if (part === undefined || whole === undefined) return { refusals: [refuse.nothingToAdd()] };
  const undefinedAt = isNegative(part) ? '/0' : isPositive(whole) ? undefined : '/1';
  if (undefinedAt !== undefined) return { refusals: [refuse.ratioNotDefined(undefinedAt)] };
  const qualifier = qualifierOfSum([part.qualifier, opposite[whole.qualifier]]);
  const limits = { floor: '0' };
  const bounds = boundsOfRatio(
    certainBounds(part, limits),
    certainBounds(whole, limits),
    decimals + 2,
  );
  const percent = { unit: 'percent' };
  if (qualifier === 'range') return { quantity: { ...rangeOf(percent, bounds), bounds } };
  if (part.amount === undefined || whole.amount === undefined) {
    return { refusals: [refuse.resultNotStatable()] };
  }
  const hasResolution = qualifier === 'exact' || qualifier === 'about';
  return {
    quantity: {
      amount: canonical(percentOf(part.amount, whole.amount).round(decimals, Decimal.roundHalfUp)),
      unit: 'percent',
      qualifier,
      ...(hasResolution && { resolution: canonical(powerOfTen(-decimals)) }),
      bounds,
    },
  };
}

const isLabel = (operand: Operand): operand is Label => !('qualifier' in operand);

function figuresOfOneKind(
  operands: readonly Operand[],
): { figures: Figure[]; first: Figure } | { refusals: [Refusal, ...Refusal[]] } {
  const refusals: Refusal[] = [];
  const figures: Figure[] = [];
  operands.forEach((operand, index) => {
    const pointer = `/${index}`;
    if (isLabel(operand)) {
      refusals.push(refuse.labelInArithmetic(pointer, operand.printed));
      return;
    }
    figures.push(operand);
    const [first = operand] = figures;
    if (operand.unit !== first.unit) {
      refusals.push(refuse.unitsDiffer(pointer, operand.unit, first.unit));
    } else if (operand.basis !== first.basis) {
      refusals.push(refuse.basesDiffer(pointer, operand.basis ?? null, first.basis ?? null));
    }
  });
  const [refusal, ...others] = refusals;
  if (refusal !== undefined) return { refusals: [refusal, ...others] };
  const [first] = figures;
  return first === undefined ? { refusals: [refuse.nothingToAdd()] } : { figures, first };
}

/** From the strictest statement down: an exclusive lower bound says more than an inclusive one. */
const lowerBounded = ['moreThan', 'over', 'atLeast'] as const;

function qualifierOfSum(parts: readonly Qualifier[]): Qualifier {
  const present = new Set(parts);
  const strictest = lowerBounded.find((qualifier) => present.has(qualifier));
  const isUpperBounded = present.has('nearly');
  if (present.has('about') || (strictest !== undefined && isUpperBounded)) return 'about';
  if (strictest !== undefined) return strictest;
  if (isUpperBounded) return 'nearly';
  return present.has('range') ? 'range' : 'exact';
}

/** The negative of a lower-bounded figure is bounded above, and the other way round. */
const opposite: Record<Qualifier, Qualifier> = {
  exact: 'exact',
  moreThan: 'nearly',
  over: 'nearly',
  // No qualifier says "at most", and `nearly` would exclude the limit itself: the bound says it.
  atLeast: 'about',
  nearly: 'moreThan',
  about: 'about',
  range: 'range',
};

function negative(figure: Figure): Figure {
  const { amount, lower, upper, qualifier, printed: _printed, ...kept } = figure;
  const bounds = certainBounds(figure);
  return {
    ...kept,
    ...(amount !== undefined && { amount: negated(amount) }),
    qualifier: opposite[qualifier],
    ...(upper !== undefined && { lower: negated(upper) }),
    ...(lower !== undefined && { upper: negated(lower) }),
    bounds: {
      ...(bounds.upper && { lower: { ...bounds.upper, value: negated(bounds.upper.value) } }),
      ...(bounds.lower && { upper: { ...bounds.lower, value: negated(bounds.lower.value) } }),
    },
  };
}

const negated = (value: string): string => canonical(new Decimal(value).neg());

/** A range lends its end to a sum that is bounded on that side only. */
function amountInSum({ amount, lower, upper }: Figure, sumIs: Qualifier): string | undefined {
  if (amount !== undefined || sumIs === 'about') return amount;
  return sumIs === 'nearly' ? upper : lower;
}

const sum = (values: readonly string[]): string =>
  canonical(values.reduce((total, value) => total.plus(value), new Decimal('0')));

const sumOfBounds = (parts: readonly Bounds[]): Bounds =>
  boundsOf(sumOfEnds(parts.map(({ lower }) => lower)), sumOfEnds(parts.map(({ upper }) => upper)));

function sumOfEnds(ends: readonly (Bound | undefined)[]): Bound | undefined {
  const known = ends.filter((end) => end !== undefined);
  if (known.length < ends.length) return undefined;
  return {
    value: sum(known.map(({ value }) => value)),
    inclusive: known.every(({ inclusive }) => inclusive),
  };
}

const boundsOf = (lower: Bound | undefined, upper: Bound | undefined): Bounds => ({
  ...(lower !== undefined && { lower }),
  ...(upper !== undefined && { upper }),
});

function rangeOf(first: { unit: string } & Partial<Figure>, { lower, upper }: Bounds) {
  return {
    unit: first.unit,
    qualifier: 'range' as const,
    ...(lower !== undefined && { lower: lower.value }),
    ...(upper !== undefined && { upper: upper.value }),
    ...basisOf([first]),
  };
}

function resolutionOfSum(figures: readonly Figure[], qualifier: Qualifier) {
  const resolutions = figures.flatMap(({ resolution }) => resolution ?? []);
  const isMeant = qualifier === 'exact' || qualifier === 'about';
  return isMeant && resolutions.length > 0 ? { resolution: sum(resolutions) } : {};
}

/** The common basis; inferred as soon as one part's is. */
function basisOf(figures: readonly Partial<Figure>[]): Pick<Figure, 'basis' | 'basisInferred'> {
  const basis = figures[0]?.basis;
  return {
    ...(basis !== undefined && { basis }),
    ...(figures.some(({ basisInferred }) => basisInferred) && { basisInferred: true as const }),
  };
}

const isNegative = ({ amount, lower }: Figure): boolean =>
  new Decimal(amount ?? lower ?? '0').lt('0');
const isPositive = ({ amount, lower }: Figure): boolean =>
  new Decimal(amount ?? lower ?? '0').gt('0');

const percentOf = (part: string, whole: string): Decimal =>
  new Decimal(part).times('100').div(whole);

function boundsOfRatio(part: Bounds, whole: Bounds, places: number): Bounds {
  const end = (top: Bound | undefined, bottom: Bound | undefined, isLower: boolean) => {
    if (top === undefined || bottom === undefined) return undefined;
    // A whole that may be 0 leaves the ratio without an upper bound.
    if (!new Decimal(bottom.value).gt('0')) return undefined;
    const ratio = percentOf(top.value, bottom.value);
    const value = ratio.round(places, Decimal.roundDown);
    const isExact = value.times(bottom.value).eq(new Decimal(top.value).times('100'));
    return {
      value: canonical(isLower || isExact ? value : value.plus(powerOfTen(-places))),
      inclusive: top.inclusive && bottom.inclusive,
    };
  };
  return boundsOf(end(part.lower, whole.upper, true), end(part.upper, whole.lower, false));
}
