import type { Refusal } from '../decision.js';
import { canonical, Decimal, powerOfTen } from './decimal.js';
import type { Quantity } from './quantity.js';
import * as refuse from './arithmetic-refusals.js';
import { findUnit } from './units.js';

/** One end of what is certainly so; `inclusive` says whether the value itself is possible. */
export type Bound = { value: string; inclusive: boolean };
/** What a figure certainly lies between, in its unit. A side that nothing limits is absent. */
export type Bounds = { lower?: Bound; upper?: Bound };
/** Physical limits of what is measured: no count below 0, no ratio above 100. */
export type PhysicalLimits = { floor?: string; cap?: string };

/**
 * A figure to compare or add: a stored quantity, or one that the ledger derived. A derived figure
 * has no print and brings its bounds, which then count instead of those of its qualifier.
 */
export type Figure = Omit<Quantity, 'printed'> & { printed?: string; bounds?: Bounds };
export type Comparison = 'certainlyLess' | 'certainlyGreater' | 'equal' | 'cannotTell';
export type Compared = { comparison: Comparison } | { refusals: [Refusal, ...Refusal[]] };

/** The limits that a metric's kind puts on its figures, for `certainBounds`. */
export function physicalLimits(kind: string): PhysicalLimits {
  if (kind === 'ratio' || kind === 'progress') return { floor: '0', cap: '100' };
  return kind === 'parameter' ? {} : { floor: '0' };
}

/**
 * What a figure certainly says:
 *
 * | qualifier          | lower                    | upper                     |
 * |--------------------|--------------------------|---------------------------|
 * | exact              | amount − resolution / 2  | amount + resolution / 2   |
 * | moreThan, over     | amount, exclusive        | –                         |
 * | atLeast            | amount, inclusive        | –                         |
 * | nearly             | –                        | amount, exclusive         |
 * | about              | –                        | –                         |
 * | range              | lower, inclusive         | upper, inclusive          |
 *
 * Both ends of a rounded figure count as possible, because sources do not say how they round.
 * `limits` then cut off what cannot be (99.6% 以上 ends at 100).
 */
export function certainBounds(quantity: Figure, limits: PhysicalLimits = {}): Bounds {
  return clipped(quantity.bounds ?? statedBounds(quantity), limits);
}

function statedBounds({ amount, qualifier, lower, upper, resolution }: Figure): Bounds {
  switch (qualifier) {
    case 'exact':
      return amount === undefined ? {} : roundedBounds(amount, resolution);
    case 'moreThan':
    case 'over':
      return amount === undefined ? {} : { lower: { value: amount, inclusive: false } };
    case 'atLeast':
      return amount === undefined ? {} : { lower: { value: amount, inclusive: true } };
    case 'nearly':
      return amount === undefined ? {} : { upper: { value: amount, inclusive: false } };
    case 'about':
      return {};
    case 'range':
      return {
        ...(lower !== undefined && { lower: { value: lower, inclusive: true } }),
        ...(upper !== undefined && { upper: { value: upper, inclusive: true } }),
      };
  }
}

function roundedBounds(amount: string, resolution = '0'): Bounds {
  const half = new Decimal(resolution).times('0.5');
  const value = new Decimal(amount);
  return {
    lower: { value: canonical(value.minus(half)), inclusive: true },
    upper: { value: canonical(value.plus(half)), inclusive: true },
  };
}

function clipped({ lower, upper }: Bounds, { floor, cap }: PhysicalLimits): Bounds {
  const lowest =
    floor !== undefined && (lower === undefined || new Decimal(lower.value).lt(floor))
      ? { value: floor, inclusive: true }
      : lower;
  const highest =
    cap !== undefined && (upper === undefined || new Decimal(upper.value).gt(cap))
      ? { value: cap, inclusive: true }
      : upper;
  return {
    ...(lowest !== undefined && { lower: lowest }),
    ...(highest !== undefined && { upper: highest }),
  };
}

/**
 * Where a reader stops expecting a 余 or 超 figure: one more of its last non-zero digit (80余 is
 * read as below 90, 5000余 below 6000, 16万余 below 17万). A habit of reading, never evidence: no
 * comparison and no sum uses it. Undefined for other qualifiers and for 0.
 */
export function conventionalUpper({ amount, qualifier }: Figure): string | undefined {
  if (amount === undefined || (qualifier !== 'moreThan' && qualifier !== 'over')) return undefined;
  const value = new Decimal(amount);
  if (value.eq('0')) return undefined;
  const lastDigit = value.e - (value.c.length - 1);
  return canonical(value.plus(powerOfTen(lastDigit)));
}

/**
 * Compares what is certain of two figures of one unit and basis. `equal` only when both are known
 * to the point; two figures rounded alike may still differ, so they `cannotTell`.
 */
export function compareIntervals(left: Bounds, right: Bounds): Comparison {
  if (liesBelow(left, right)) return 'certainlyLess';
  if (liesBelow(right, left)) return 'certainlyGreater';
  const [leftPoint, rightPoint] = [pointOf(left), pointOf(right)];
  const isEqual = leftPoint !== undefined && rightPoint !== undefined && leftPoint.eq(rightPoint);
  return isEqual ? 'equal' : 'cannotTell';
}

function liesBelow({ upper }: Bounds, { lower }: Bounds): boolean {
  if (upper === undefined || lower === undefined) return false;
  const order = new Decimal(upper.value).cmp(lower.value);
  return order < 0 || (order === 0 && !(upper.inclusive && lower.inclusive));
}

function pointOf({ lower, upper }: Bounds): Decimal | undefined {
  if (lower === undefined || upper === undefined) return undefined;
  const value = new Decimal(lower.value);
  return lower.inclusive && upper.inclusive && value.eq(upper.value) ? value : undefined;
}

/**
 * Compares two figures of one dimension and one basis, whatever their units. Refuses others:
 * UNITS_DIFFER, BASIS_DIFFERS, pointing at '/1', the right one.
 */
export function compareBounds(left: Figure, right: Figure, limits: PhysicalLimits = {}): Compared {
  const [leftUnit, rightUnit] = [findUnit(left.unit), findUnit(right.unit)];
  if (leftUnit === undefined || leftUnit.dimension !== rightUnit?.dimension) {
    return { refusals: [refuse.unitsDiffer('/1', right.unit, left.unit)] };
  }
  if (left.basis !== right.basis) {
    return { refusals: [refuse.basesDiffer('/1', right.basis ?? null, left.basis ?? null)] };
  }
  // Both are blown up by what makes their units equal, so that no factor is ever rounded (亩).
  const leftFactor = leftUnit.toBase.numerator * rightUnit.toBase.denominator;
  const rightFactor = rightUnit.toBase.numerator * leftUnit.toBase.denominator;
  return {
    comparison: compareIntervals(
      magnified(certainBounds(left, limits), leftFactor),
      magnified(certainBounds(right, limits), rightFactor),
    ),
  };
}

function magnified({ lower, upper }: Bounds, factor: bigint): Bounds {
  const times = ({ value, inclusive }: Bound): Bound => ({
    value: canonical(new Decimal(value).times(factor)),
    inclusive,
  });
  return {
    ...(lower !== undefined && { lower: times(lower) }),
    ...(upper !== undefined && { upper: times(upper) }),
  };
}
