import type { Refusal } from '../decision.js';
import { isCleanText } from '../text.js';
import { Decimal, exponentOfTen, isDecimal } from './decimal.js';
import type { Basis, QuantityInput } from './quantity.js';
import * as refuse from './refusals.js';
import { measureUnits, type MeasureUnit } from './units.js';

/**
 * What can be said of a reported quantity before its print is read: clean texts, known units of
 * the right dimension (`unit` is the metric's, `stated` the input's), the metric's basis, decimals
 * that are decimals, and keys that belong together.
 */
export function inputRefusals(
  input: QuantityInput,
  unit: MeasureUnit,
  stated: MeasureUnit | undefined,
  basis: Basis | undefined,
): Refusal[] {
  return [
    ...uncleanTexts(input),
    ...unitRefusals(input, unit, stated),
    ...basisRefusals(input, basis),
    ...decimalRefusals(input),
    ...shapeRefusals(input),
  ];
}

function uncleanTexts(input: QuantityInput): Refusal[] {
  return Object.entries(input).flatMap(([key, value]) =>
    value === undefined || isCleanText(value) ? [] : [refuse.textNotClean(`/${key}`, value)],
  );
}

function unitRefusals(
  input: QuantityInput,
  unit: MeasureUnit,
  stated: MeasureUnit | undefined,
): Refusal[] {
  const named = input.unit;
  if (named === undefined) {
    const isAmountAlone = input.printed === undefined && hasFigure(input);
    return isAmountAlone ? [refuse.unitMissing(unit)] : [];
  }
  if (stated === undefined) {
    const known = measureUnits.filter(({ dimension }) => dimension === unit.dimension);
    return [
      refuse.unitUnknown(
        '/unit',
        named,
        known.map(({ code }) => code),
      ),
    ];
  }
  return stated.dimension === unit.dimension
    ? []
    : [refuse.unitOfOtherDimension('/unit', named, unit)];
}

const hasFigure = ({ amount, lower, upper }: QuantityInput): boolean =>
  amount !== undefined || lower !== undefined || upper !== undefined;

function basisRefusals(input: QuantityInput, basis: Basis | undefined): Refusal[] {
  if (input.basis === undefined || input.basis === basis) return [];
  return [refuse.basisDiffers(input.basis, basis ?? null)];
}

/** The keys of an input that hold decimals. */
export const decimalKeys = ['amount', 'lower', 'upper', 'resolution'] as const;

function decimalRefusals(input: QuantityInput): Refusal[] {
  return decimalKeys.flatMap((key) => {
    const value = input[key];
    return value === undefined || isDecimal(value)
      ? []
      : [refuse.amountNotDecimal(`/${key}`, value)];
  });
}

/** Which keys belong together; what stands in them is checked elsewhere. */
function shapeRefusals(input: QuantityInput): Refusal[] {
  const { printed, amount, qualifier, lower, upper, resolution } = input;
  const isRange = qualifier === 'range';
  const hasEnds = lower !== undefined || upper !== undefined;
  if (hasEnds && !isRange && !(qualifier === undefined && printed !== undefined)) {
    return [refuse.rangeMalformed(lower === undefined ? '/upper' : '/lower', lower ?? upper ?? '')];
  }
  if (isRange && amount !== undefined) return [refuse.rangeMalformed('/amount', amount)];
  if (isRange && printed === undefined) {
    if (lower === undefined) return [refuse.rangeMalformed('/lower', null)];
    if (upper === undefined) return [refuse.rangeMalformed('/upper', null)];
  }
  if (lower !== undefined && upper !== undefined && isDecimal(lower) && isDecimal(upper)) {
    if (new Decimal(lower).gt(upper)) return [refuse.rangeMalformed('/lower', lower)];
  }
  if (printed === undefined && !isRange && amount === undefined) {
    return [refuse.amountMissing(input.unit ?? null)];
  }
  return resolution === undefined ? [] : resolutionRefusals(input, resolution);
}

/** Beside a print the resolution must agree with it, which is checked there. */
function resolutionRefusals(input: QuantityInput, resolution: string): Refusal[] {
  const { amount, qualifier = 'exact', printed } = input;
  if (!isDecimal(resolution) || (amount !== undefined && !isDecimal(amount))) return [];
  if (printed !== undefined) return [];
  const size = new Decimal(resolution);
  const usable =
    (qualifier === 'exact' || qualifier === 'about') &&
    exponentOfTen(size) !== undefined &&
    (amount === undefined || new Decimal(amount).mod(size).eq('0'));
  return usable ? [] : [refuse.resolutionUnusable(resolution)];
}
