import type { Refusal } from '../decision.js';
import { canonical, convertExactly, Decimal, maximumDigits } from './decimal.js';
import { integerOfChinese, type PrintedNumeral } from './numeral.js';
import { qualifierOfWord } from './marks.js';
import type { PrintedQuantity } from './piece.js';
import type { Quantity } from './quantity.js';
import * as refuse from './refusals.js';
import { renderPrinted } from './parse.js';
import { unitsOfWord, type MeasureUnit } from './units.js';

/** What a print says, in the unit asked for; basis and print itself are the caller's to add. */
export type Reading = Omit<Quantity, 'printed' | 'basis' | 'basisInferred'>;
export type Read = { reading: Reading } | { refusals: [Refusal, ...Refusal[]] };

/**
 * Turns a printed quantity into amount, qualifier and resolution in the unit of its metric, which
 * also says what 个 means. A text without unit word is taken in that unit (近百). `ownWord` is a
 * unit word that only this metric uses.
 *
 * The resolution is the size of the last printed digit. Counts have one only where 百/千/万/亿 or
 * decimals were printed; of 余, 超, 以上, 近 and ranges the bounds say all, so they have none.
 * Refusals, all at "": UNIT_OF_OTHER_DIMENSION, QUANTITY_NOT_EXACT_IN_UNIT, RANGE_MALFORMED,
 * QUANTITY_UNREADABLE.
 */
export function readPrinted(form: PrintedQuantity, expected: MeasureUnit, ownWord?: string): Read {
  const printed = renderPrinted(form);
  const unit = unitOf(form, expected, ownWord);
  if (unit === undefined) return refused(refuse.unitOfOtherDimension('', printed, expected));
  const inUnit = (decimal: Decimal) => convertExactly(decimal, unit.toBase, expected.toBase);
  const upper = inUnit(scaled(form.numeral.value, form.prefix));
  const inexact = () => refused(refuse.notExactInUnit('', printed, unit, expected));
  if (upper === undefined) return inexact();
  if (isTooLong(upper)) return refused(refuse.tooManyDigits(printed));
  if (form.from !== undefined) {
    const lower = inUnit(lowerEnd(form, form.from));
    if (lower === undefined) return inexact();
    if (lower.gt(upper)) return refused(refuse.rangeMalformed('', printed));
    const ends = { lower: canonical(lower), upper: canonical(upper) };
    return { reading: { unit: expected.code, qualifier: 'range', ...ends } };
  }
  const qualifier = (form.mark && qualifierOfWord(form.mark.word)) ?? 'exact';
  const reading: Reading = { amount: canonical(upper), unit: expected.code, qualifier };
  if (!hasResolution(form, qualifier, expected)) return { reading };
  const resolution = inUnit(scaled(form.numeral.lastDigit, form.prefix));
  if (resolution === undefined || isTooLong(resolution)) return inexact();
  return { reading: { ...reading, resolution: canonical(resolution) } };
}

const refused = (reason: Refusal): Read => ({ refusals: [reason] });

/** The unit that the print means where one is expected; undefined if it measures other things. */
function unitOf(
  form: PrintedQuantity,
  expected: MeasureUnit,
  ownWord?: string,
): MeasureUnit | undefined {
  const { per, percentBefore, from, unitWord } = form;
  if (percentBefore !== '') {
    return per + unitWord === '' ? ofDimension(unitsOfWord('%'), expected) : undefined;
  }
  // Both ends of a range are of one unit: 3人-5人, and never 3人-5千克.
  if (from !== undefined && from.unitWord !== '' && from.unitWord !== unitWord) return undefined;
  if (unitWord === '') return per === '' || isMonthly(expected) ? expected : undefined;
  if (unitWord === ownWord) return expected;
  const word = per !== '' && !unitWord.endsWith('/月') ? `${unitWord}/月` : unitWord;
  return ofDimension(unitsOfWord(word), expected);
}

const isMonthly = ({ words }: MeasureUnit): boolean => words.some((word) => word.endsWith('/月'));

const ofDimension = (
  candidates: readonly MeasureUnit[],
  expected: MeasureUnit,
): MeasureUnit | undefined =>
  candidates.find(({ code }) => code === expected.code) ??
  candidates.find(({ dimension }) => dimension === expected.dimension);

/** In 3-5万人 the prefix is of both ends; an end with a prefix or unit of its own stands alone. */
function lowerEnd(form: PrintedQuantity, from: NonNullable<PrintedQuantity['from']>): Decimal {
  const alone = from.prefix !== '' || from.unitWord !== '' || scalesItself(from.numeral);
  return scaled(from.numeral.value, alone ? from.prefix : form.prefix);
}

const scalesItself = ({ style, text }: PrintedNumeral): boolean =>
  style === 'chinese' && /[万亿]/.test(text);

const scaled = (value: string, prefix: string): Decimal =>
  new Decimal(value).times(prefixFactor(prefix));

/** 万 is 10000; '' is 1. Prefixes are few, so each is read once. */
export function prefixFactor(prefix: string): string {
  const known = factors.get(prefix);
  if (known !== undefined) return known;
  const factor = String(integerOfChinese(prefix) ?? '1');
  factors.set(prefix, factor);
  return factor;
}

const factors = new Map([['', '1']]);

const hasResolution = (
  { numeral, prefix }: PrintedQuantity,
  qualifier: Quantity['qualifier'],
  { nature }: MeasureUnit,
): boolean =>
  (qualifier === 'exact' || qualifier === 'about') &&
  (nature === 'continuous' || prefix !== '' || numeral.scaled);

const isTooLong = (decimal: Decimal): boolean =>
  canonical(decimal).replace(/\D/g, '').length > maximumDigits;
