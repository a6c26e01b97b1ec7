import type { Refusal } from '../decision.js';
import { canonical, Decimal, isDecimal } from '../quantity/decimal.js';
import type { Quantity, Value, ValueInput } from '../quantity/quantity.js';
import { understandQuantity } from '../quantity/understand.js';
import { missingField, moved, refused, refusedFor, type Refused } from '../refusals.js';
import { same } from '../same.js';
import { isWritten } from '../text.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import { validateTime } from '../time/validate.js';
import type { MetricDefinition, RatioParts, SeriesKey } from './events.js';
import * as refuse from './observation-refusals.js';

/** A series key names every declared dimension, and no other. */
export function seriesRefusals(series: SeriesKey, definition: MetricDefinition): Refusal[] {
  const declared = definition.seriesDimensions;
  const given = Object.keys(series);
  const fits = given.length === declared.length && declared.every((name) => given.includes(name));
  if (!fits) return [refuse.seriesKeyMismatch(series, declared)];
  return Object.entries(series)
    .filter(([, member]) => !isWritten(member))
    .map(([name, member]) => missingField(`/series/${name}`, 'TEXT_MISSING', member));
}

/** The metric says what kind of time its figures have; the time itself must be sound and past. */
export function timeRefusals(
  time: ValidTime,
  definition: MetricDefinition,
  today: LocalDate,
): Refusal[] {
  if (time.type !== definition.timeSemantics) {
    return [refuse.timeSemanticsMismatch(time.type, definition.timeSemantics)];
  }
  return validateTime(time, today).map((refusal) => moved(refusal, '/time'));
}

export type StatedFigure = { value: Value; parts?: RatioParts };

/** The figure that a reporter means, in the metric's unit; or everything wrong with it. */
export function understandFigure(
  input: { value: ValueInput; parts?: RatioParts },
  definition: MetricDefinition,
): { figure: StatedFigure } | Refused {
  const { value: given, parts } = input;
  if ('label' in given) {
    const refusal = refusedFor([
      ...labelRefusals(given.label.printed, definition),
      ...(parts === undefined ? [] : [refuse.partsOnlyForRatios(parts)]),
    ]);
    return refusal ?? { figure: { value: { label: { printed: given.label.printed.trim() } } } };
  }
  const { kind, unit, unitPrinted, basis, basisInferred } = definition;
  if (unit === undefined) return refused(refuse.quantityNotAllowed(given.quantity));
  const expected = { unit, unitPrinted, basis, basisInferred, kind };
  const understood = understandQuantity(given.quantity, expected);
  if ('refusals' in understood) {
    const [first, ...others] = understood.refusals;
    return refused(inQuantity(first), ...others.map(inQuantity));
  }
  const { quantity } = understood;
  const refusal = refusedFor([
    ...amountRefusals(quantity, definition),
    ...(parts === undefined ? [] : partsRefusals(parts, quantity, definition)),
  ]);
  return (
    refusal ?? {
      figure: { value: { quantity }, ...(parts !== undefined && { parts: canonicalParts(parts) }) },
    }
  );
}

const inQuantity = (refusal: Refusal): Refusal => moved(refusal, '/value/quantity');

const canonicalParts = ({ numerator, denominator }: RatioParts): RatioParts => ({
  numerator: canonical(new Decimal(numerator)),
  denominator: canonical(new Decimal(denominator)),
});

/** Whether two figures say the same; how a figure's resolution or basis was known is no matter. */
export const sameFigure = (left: StatedFigure, right: StatedFigure): boolean =>
  same([whatIsSaid(left.value), left.parts], [whatIsSaid(right.value), right.parts]);

function whatIsSaid(value: Value) {
  if ('label' in value) return value;
  const { resolution: _resolution, basisInferred: _inferred, ...said } = value.quantity;
  return said;
}

/** Before 100 percent is claimed the milestone that completes the work must stand as reached. */
export function completionRefusals(
  { value }: StatedFigure,
  definition: MetricDefinition,
  facts: { completionMilestoneReached: boolean },
): Refusal[] {
  const milestone = definition.completionMilestone;
  if (definition.kind !== 'progress' || milestone === undefined) return [];
  if (facts.completionMilestoneReached || !('quantity' in value)) return [];
  const { qualifier, amount, lower } = value.quantity;
  if (qualifier === 'nearly' || qualifier === 'about') return [];
  const claimed = amount ?? lower ?? '0';
  return new Decimal(claimed).gte('100') ? [refuse.progressNeedsMilestone(milestone, claimed)] : [];
}

function labelRefusals(printed: string, { kind }: MetricDefinition): Refusal[] {
  if (kind !== 'parameter') return [refuse.labelNotAllowed(kind, printed)];
  return isWritten(printed) ? [] : [missingField('/value/label/printed', 'TEXT_MISSING', printed)];
}

/** Amounts of things are never below zero; a number of "nearly 0" would be. */
function amountRefusals(quantity: Quantity, { kind }: MetricDefinition): Refusal[] {
  if (kind !== 'cumulative' && kind !== 'stock' && kind !== 'flow') return [];
  const field = quantity.amount === undefined ? 'lower' : 'amount';
  const least = quantity[field];
  if (least === undefined) return [];
  const amount = new Decimal(least);
  const negative = quantity.qualifier === 'nearly' ? amount.lte('0') : amount.lt('0');
  return negative ? [refuse.amountNegative(kind, least, `/value/quantity/${field}`)] : [];
}

function partsRefusals(parts: RatioParts, rate: Quantity, { kind }: MetricDefinition): Refusal[] {
  if (kind !== 'ratio') return [refuse.partsOnlyForRatios(parts)];
  const malformed = (['numerator', 'denominator'] as const)
    .filter((part) => !isDecimal(parts[part]) || parts[part].startsWith('-'))
    .map((part) => refuse.partNotDecimal(parts[part], `/parts/${part}`));
  if (malformed.length > 0) return malformed;
  const [part, whole] = [new Decimal(parts.numerator), new Decimal(parts.denominator)];
  if (whole.eq('0') || part.gt(whole)) return [refuse.partsInvalid(parts)];
  return agrees(parts, rate) ? [] : [refuse.partsDisagree(parts, rate.printed)];
}

/**
 * Whether 100 * numerator / denominator is what the rate states. Exact by cross-multiplication:
 * nothing is divided. A rate of resolution r may have been rounded, so up to r/2 to either side,
 * or cut off, so up to r above it; without a resolution the last digit of the amount counts.
 */
function agrees(parts: RatioParts, rate: Quantity): boolean {
  const whole = new Decimal(parts.denominator);
  const hundredfold = new Decimal(parts.numerator).times('100');
  const against = (percent: Decimal) => hundredfold.cmp(whole.times(percent));
  const { qualifier, lower, upper } = rate;
  if (qualifier === 'range') {
    return against(new Decimal(lower ?? '0')) >= 0 && against(new Decimal(upper ?? '100')) <= 0;
  }
  const amount = new Decimal(rate.amount ?? '0');
  switch (qualifier) {
    case 'exact': {
      const resolution = new Decimal(rate.resolution ?? lastDigit(rate.amount ?? '0'));
      const least = amount.minus(resolution.times('0.5'));
      return against(least) >= 0 && against(amount.plus(resolution)) < 0;
    }
    case 'moreThan':
    case 'over':
      return against(amount) > 0;
    case 'atLeast':
      return against(amount) >= 0;
    case 'nearly':
      return against(amount) < 0;
    case 'about':
      return true;
  }
}

/** The size of the last digit of a decimal text: 0.01 for 99.87, 1 for 76. */
const lastDigit = (amount: string): string => {
  const decimals = amount.split('.')[1]?.length ?? 0;
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
};
