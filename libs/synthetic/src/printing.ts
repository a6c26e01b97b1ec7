import type { Basis, Quantity } from '@ledger/domain';

/** What figures of a metric count, and the word that is printed for it. */
export type Measure = {
  unit: string;
  word: string;
  nature: 'counted' | 'continuous';
  basis?: Basis;
};

/** How a source words a figure: in full, in 万, or with 余, 超, 近, 以上, 约, or as a range. */
export type Style =
  'full' | 'tenThousands' | 'moreThan' | 'over' | 'nearly' | 'atLeast' | 'about' | 'range';

/**
 * A whole number as a source might print it, as the domain reads that print. Every print is true of
 * the number: rounded figures are rounded half up, 余 lies below it and 近 above it. A style that
 * does not suit the number (近 of a round one) gives way to all its digits.
 */
export function printAmount(count: number, measure: Measure, style: Style): Quantity {
  if (style === 'full' || count < 20) return inFull(count, measure);
  if (style === 'tenThousands') return inTenThousands(count, measure);
  if (style === 'range') return asRange(count, measure);
  const step = 10 ** Math.max(1, String(count).length - 2);
  const below = count - (count % step);
  if (below === count) return inFull(count, measure);
  const { word } = measure;
  switch (style) {
    case 'moreThan':
      return inexact(below, 'moreThan', `${short(below)}余${word}`, measure);
    case 'over':
      return inexact(below, 'over', `超${short(below)}${word}`, measure);
    case 'nearly':
      return inexact(below + step, 'nearly', `近${short(below + step)}${word}`, measure);
    case 'atLeast':
      return inexact(below, 'atLeast', `${short(below)}${word}以上`, measure);
    case 'about':
      return about(count, step, measure);
  }
}

function inFull(count: number, measure: Measure): Quantity {
  const isContinuous = measure.nature === 'continuous';
  return {
    amount: String(count),
    unit: measure.unit,
    qualifier: 'exact',
    ...(isContinuous && { resolution: '1' }),
    printed: `${count}${measure.word}`,
    ...basisOf(measure),
  };
}

/** 68.1万, 9.36亿: one or two decimals, and the last of them is the resolution. */
function inTenThousands(count: number, measure: Measure): Quantity {
  if (count < 10_000) return inFull(count, measure);
  const [scale, prefix] = count < 100_000_000 ? [10_000, '万'] : [100_000_000, '亿'];
  const decimals = count < 100 * scale ? 2 : 1;
  const size = scale / 10 ** decimals;
  const digits = Math.floor(count / size + 0.5);
  return {
    amount: String(digits * size),
    unit: measure.unit,
    qualifier: 'exact',
    resolution: String(size),
    printed: `${withDecimals(digits, decimals)}${prefix}${measure.word}`,
    ...basisOf(measure),
  };
}

function asRange(count: number, measure: Measure): Quantity {
  if (count > 500) return inFull(count, measure);
  const width = count < 100 ? 5 : 20;
  const lower = count - (count % width);
  const upper = lower + width;
  return {
    unit: measure.unit,
    qualifier: 'range',
    lower: String(lower),
    upper: String(upper),
    printed: `${lower}-${upper}${measure.word}`,
    ...basisOf(measure),
  };
}

function about(count: number, step: number, measure: Measure): Quantity {
  const rounded = Math.floor(count / step + 0.5) * step;
  const text = short(rounded);
  const isShort = text.endsWith('万');
  const lastDigit = text.includes('.') ? '1000' : '10000';
  const isRounded = isShort || measure.nature === 'continuous';
  return {
    amount: String(rounded),
    unit: measure.unit,
    qualifier: 'about',
    ...(isRounded && { resolution: isShort ? lastDigit : '1' }),
    printed: `约${text}${measure.word}`,
    ...basisOf(measure),
  };
}

function inexact(
  amount: number,
  qualifier: Quantity['qualifier'],
  printed: string,
  measure: Measure,
): Quantity {
  return { amount: String(amount), unit: measure.unit, qualifier, printed, ...basisOf(measure) };
}

const basisOf = ({ basis }: Measure): { basis?: Basis } => (basis === undefined ? {} : { basis });

/** 16万, 1.6万, 5300: 万 where it leaves at most one decimal. */
function short(count: number): string {
  if (count < 10_000 || count % 1_000 !== 0) return String(count);
  if (count % 10_000 === 0) return `${count / 10_000}万`;
  return `${withDecimals(count / 1_000, 1)}万`;
}

/** 681 with one decimal is 68.1. */
function withDecimals(digits: number, decimals: number): string {
  const factor = 10 ** decimals;
  const rest = digits % factor;
  return `${(digits - rest) / factor}.${String(rest).padStart(decimals, '0')}`;
}

/** Whole parts, numerator not above denominator. */
export type Parts = { numerator: number; denominator: number };

/** A percentage with so many decimals, rounded half up; or with 以上, cut off. */
export function printPercent(parts: Parts, decimals: 1 | 2, style: 'full' | 'atLeast'): Quantity {
  const { numerator, denominator } = parts;
  const hundredfold = numerator * 100 * 10 ** decimals;
  const rounded =
    style === 'full'
      ? quotient(2 * hundredfold + denominator, 2 * denominator)
      : quotient(hundredfold, denominator);
  const text = withDecimals(rounded, decimals);
  const amount = text.replace(/\.?0+$/, '');
  if (style === 'atLeast') {
    return { amount, unit: 'percent', qualifier: 'atLeast', printed: `${text}%以上` };
  }
  const resolution = decimals === 1 ? '0.1' : '0.01';
  return { amount, unit: 'percent', qualifier: 'exact', resolution, printed: `${text}%` };
}

/** Whole division without the rounding of binary fractions. */
const quotient = (dividend: number, divisor: number): number =>
  (dividend - (dividend % divisor)) / divisor;
