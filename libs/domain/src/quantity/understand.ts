import type { Refusal } from '../decision.js';
import { canonical, convertExactly, Decimal, powerOfTen } from './decimal.js';
import { decimalKeys, inputRefusals } from './input.js';
import { parsePrinted } from './parse.js';
import type { Basis, Quantity, QuantityInput } from './quantity.js';
import { readPrinted, type Reading } from './read.js';
import * as refuse from './refusals.js';
import { renderQuantity, type Unprinted } from './render.js';
import { findUnit, unitsOfWord, type MeasureUnit } from './units.js';

/** What the metric says of its figures. Kinds `ratio` and `progress` keep percents in 0..100. */
export type ExpectedQuantity = {
  unit: string;
  unitPrinted?: string | undefined;
  basis?: Basis | undefined;
  basisInferred?: true | undefined;
  kind: string;
};
export type Understood = { quantity: Quantity } | { refusals: [Refusal, ...Refusal[]] };

/**
 * What a reporter's figure means in the unit of its metric. Given is `printed` alone, or an amount
 * (or both ends of a range) with its unit, which is then printed by `renderQuantity`, or both,
 * which must agree. An amount of a continuous unit that names no resolution states its last digit.
 *
 * Refusals point into the quantity (`/printed`, `/amount`, `/lower`, `/upper`, `/resolution`,
 * `/unit`, `/basis`, or '' for the whole): TEXT_NOT_CLEAN, UNIT_UNKNOWN, UNIT_OF_OTHER_DIMENSION,
 * BASIS_DIFFERS, AMOUNT_NOT_DECIMAL, RANGE_MALFORMED, RESOLUTION_UNUSABLE, QUANTITY_UNREADABLE,
 * QUANTITY_IS_LABEL, SEVERAL_QUANTITIES, QUANTITY_NOT_EXACT_IN_UNIT, PRINTED_DISAGREES,
 * PERCENT_OUT_OF_RANGE.
 */
export function understandQuantity(input: QuantityInput, expected: ExpectedQuantity): Understood {
  const unit = findUnit(expected.unit);
  if (unit === undefined) return refused([refuse.unitUnknown('/unit', expected.unit, [])]);
  const statedUnit = input.unit === undefined ? unit : findUnit(input.unit);
  const refusals = inputRefusals(input, unit, statedUnit, expected.basis);
  if (statedUnit === undefined || refusals.length > 0) return refused(refusals);
  const word = unitWordOf(expected, unit);
  const printed = input.printed ?? printStated(input, statedUnit, unit, word);
  if (typeof printed !== 'string') return refused([printed]);
  const read = readText(printed, unit, word);
  if ('refusals' in read) return refused(placed(read.refusals, input));
  const { reading } = read;
  const disagreements = [
    ...(input.printed === undefined ? [] : disagreeing(input, statedUnit, unit, reading, printed)),
    ...percentRefusals(input, expected, reading),
  ];
  return disagreements.length > 0
    ? refused(disagreements)
    : { quantity: assemble(reading, printed, expected) };
}

function refused(refusals: readonly Refusal[]): Understood {
  const [first = refuse.amountMissing(null), ...others] = refusals;
  return { refusals: [first, ...others] };
}

function assemble(reading: Reading, printed: string, expected: ExpectedQuantity): Quantity {
  const { amount, unit, qualifier, lower, upper, resolution } = reading;
  return {
    ...(amount !== undefined && { amount }),
    unit,
    qualifier,
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(resolution !== undefined && { resolution }),
    printed,
    ...(expected.basis !== undefined && { basis: expected.basis }),
    ...(expected.basisInferred !== undefined && { basisInferred: expected.basisInferred }),
  };
}

/** Refusals of the print, or of the amount from which the print was made, as the caller sent it. */
function placed(refusals: readonly Refusal[], input: QuantityInput): Refusal[] {
  if (input.printed !== undefined) return refuse.under('/printed', refusals);
  const key = input.amount === undefined ? 'lower' : 'amount';
  return refuse
    .under(`/${key}`, refusals)
    .map((refusal) => ({ ...refusal, received: input[key] ?? null }));
}

function readText(printed: string, unit: MeasureUnit, word: string) {
  const parsed = parsePrinted(printed, { unitWords: [word] });
  return 'refusals' in parsed ? parsed : readPrinted(parsed.form, unit, word);
}

/**
 * The metric's own unit word without 万 or 亿: the printed one where it is known to mean the unit,
 * or an unknown word that only this metric has (块). Any other print leaves the usual word.
 */
function unitWordOf({ unitPrinted = '' }: ExpectedQuantity, unit: MeasureUnit): string {
  const bare = unitPrinted.replace(/^[百千万亿]+/, '');
  const known = [unitPrinted, bare].find((word) => unitsOfWord(word).includes(unit));
  const isOwn = /^\p{L}/u.test(bare) && unitsOfWord(bare).length === 0;
  return known ?? (isOwn ? bare : (unit.words[0] ?? ''));
}

/** The print of a figure that came as amount and unit; it is read again like any other. */
function printStated(
  input: QuantityInput,
  stated: MeasureUnit,
  expected: MeasureUnit,
  word: string,
): string | Refusal {
  const { qualifier = 'exact', amount, lower, upper } = input;
  const [amountText, lowerText, upperText] = [amount, lower, upper].map(spelled);
  const resolution = statedResolution(input, stated);
  const figure: Unprinted = {
    ...(amountText !== undefined && { amount: amountText }),
    unit: stated.code,
    qualifier,
    ...(lowerText !== undefined && { lower: lowerText }),
    ...(upperText !== undefined && { upper: upperText }),
    ...(resolution !== undefined && { resolution }),
  };
  const printed = renderQuantity(figure, 'zh', stated === expected ? word : undefined);
  const again = readText(printed, stated, stated === expected ? word : '');
  const isKept = 'reading' in again && again.reading.resolution === resolution;
  return isKept || resolution === undefined ? printed : refuse.resolutionUnusable(resolution);
}

const spelled = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : canonical(new Decimal(value));

/** The resolution given, else the size of the last digit given; whole counts have none. */
function statedResolution(
  { amount = '', qualifier = 'exact', resolution }: QuantityInput,
  { nature }: MeasureUnit,
): string | undefined {
  if (qualifier !== 'exact' && qualifier !== 'about') return undefined;
  const isWholeCount = nature === 'discrete' && /^-?\d+(\.0+)?$/.test(amount);
  if (resolution === undefined) {
    return isWholeCount ? undefined : canonical(powerOfTen(-(amount.split('.')[1]?.length ?? 0)));
  }
  const given = canonical(new Decimal(resolution));
  return isWholeCount && given === '1' ? undefined : given;
}

/** Where the parts given beside a print say something else than the print. */
function disagreeing(
  input: QuantityInput,
  stated: MeasureUnit,
  expected: MeasureUnit,
  reading: Reading,
  printed: string,
): Refusal[] {
  const refusals = decimalKeys.flatMap((key) => {
    const given = input[key];
    if (given === undefined) return [];
    const converted = convertExactly(new Decimal(given), stated.toBase, expected.toBase);
    if (converted === undefined) return [refuse.notExactInUnit(`/${key}`, given, stated, expected)];
    const says = reading[key] ?? null;
    return says === canonical(converted)
      ? []
      : [refuse.printedDisagrees(`/${key}`, given, printed, says)];
  });
  const { qualifier } = input;
  return qualifier === undefined || qualifier === reading.qualifier
    ? refusals
    : [...refusals, refuse.printedDisagrees('/qualifier', qualifier, printed, reading.qualifier)];
}

function percentRefusals(
  input: QuantityInput,
  { kind, unit }: ExpectedQuantity,
  { amount, lower, upper, qualifier }: Reading,
): Refusal[] {
  if (unit !== 'percent' || (kind !== 'ratio' && kind !== 'progress')) return [];
  const beyond = qualifier === 'over' || qualifier === 'moreThan' ? '100' : undefined;
  const below = qualifier === 'nearly' ? '0' : undefined;
  const impossible = amount !== undefined && (amount === beyond || amount === below);
  if (![amount, lower, upper].some(isNoPercent) && !impossible) return [];
  const ends = isNoPercent(lower) ? 'lower' : 'upper';
  const key = (['printed', 'amount'] as const).find((name) => input[name] !== undefined) ?? ends;
  return [refuse.percentOutOfRange(`/${key}`, input[key] ?? null)];
}

const isNoPercent = (value: string | undefined): boolean =>
  value !== undefined && (new Decimal(value).lt('0') || new Decimal(value).gt('100'));
