import { canonical, Decimal, exponentOfTen, powerOfTen } from './decimal.js';
import { parsePrinted } from './parse.js';
import type { Quantity } from './quantity.js';
import { prefixFactor, readPrinted, type Reading } from './read.js';
import { findUnit, type MeasureUnit } from './units.js';

/** A quantity that came without a print. */
export type Unprinted = Omit<Quantity, 'printed'>;

/**
 * Words for a canonical quantity that came without a print: "68.1万平方米", "681 thousand m²".
 * No digit is lost, and the last one written is that of the resolution: read again in its unit, a
 * Chinese text gives the same quantity. `unitWord` replaces the usual Chinese word of the unit.
 *
 * A quantity whose resolution cannot be printed (11000, of a sum) or that lacks one (a derived
 * area) is written with all its digits instead. Throws a RangeError for an unknown unit code.
 */
export function renderQuantity(
  quantity: Unprinted,
  language: 'zh' | 'en',
  unitWord?: string,
): string {
  const unit = findUnit(quantity.unit);
  if (unit === undefined) throw new RangeError(`No unit has the code "${quantity.unit}"`);
  if (language === 'en') return renderEnglish(quantity, unit);
  const word = unitWord ?? unit.words[0] ?? '';
  return (
    chinesePrefixes(quantity)
      .map((prefix) => renderChinese(quantity, prefix, word))
      .find((text) => saysTheSame(text, quantity, unit, word)) ?? renderChinese(quantity, '', word)
  );
}

/** Prefixes worth trying, the one that a newspaper would print first. */
function chinesePrefixes({ amount, upper, resolution, qualifier }: Unprinted): string[] {
  const size = new Decimal(amount ?? upper ?? '0').abs();
  const everyday = ['亿', '万'].filter((prefix) => size.gte(prefixFactor(prefix)));
  const rest = ['', '万', '百', '千', '百万', '千万', '亿', '百亿', '千亿', '万亿'];
  if (resolution !== undefined) {
    const coarse = new Decimal(resolution).gt('1');
    return coarse ? [...everyday, ...rest] : ['', ...everyday, ...rest];
  }
  if (qualifier === 'exact' || qualifier === 'about') return rest;
  // Without a resolution a prefix must pay: 16万 for 160000, but never 12.3456万.
  return [...everyday.filter((prefix) => decimalsOf(size.div(prefixFactor(prefix))) <= 2), ...rest];
}

const decimalsOf = (decimal: Decimal): number => canonical(decimal).split('.')[1]?.length ?? 0;

function renderChinese(quantity: Unprinted, prefix: string, word: string): string {
  const { amount, lower, upper, qualifier, resolution } = quantity;
  const write = (value: string | undefined) =>
    digitsUpTo(value ?? '0', new Decimal(prefixFactor(prefix)), resolution) + prefix;
  const figure = write(amount);
  switch (qualifier) {
    case 'exact':
      return `${figure}${word}`;
    case 'about':
      return `约${figure}${word}`;
    case 'nearly':
      return `近${figure}${word}`;
    case 'over':
      return `超${figure}${word}`;
    case 'atLeast':
      return `${figure}${word}以上`;
    case 'moreThan':
      return word === '%' ? `${figure}${word}多` : `${figure}余${word}`;
    case 'range':
      return `${write(lower)}-${write(upper)}${word}`;
  }
}

/** A decimal in units of `scale`, written up to the digit of the resolution where there is one. */
function digitsUpTo(value: string, scale: Decimal, resolution?: string): string {
  const decimal = new Decimal(value).div(scale);
  const last = resolution === undefined ? undefined : exponentOfTen(new Decimal(resolution));
  const scaleExponent = exponentOfTen(scale) ?? 0;
  const places = last === undefined ? 0 : Math.max(0, scaleExponent - last);
  return decimal.toFixed(Math.max(places, decimalsOf(decimal)));
}

function saysTheSame(text: string, quantity: Unprinted, unit: MeasureUnit, word: string): boolean {
  const parsed = parsePrinted(text, { unitWords: [word] });
  if ('refusals' in parsed) return false;
  const read = readPrinted(parsed.form, unit, word);
  return 'reading' in read && figuresAgree(read.reading, quantity);
}

const figuresAgree = (left: Reading, right: Unprinted): boolean =>
  (['amount', 'qualifier', 'lower', 'upper', 'resolution'] as const).every(
    (key) => left[key] === right[key],
  );

const englishScales = [
  { word: ' billion', exponent: 9 },
  { word: ' million', exponent: 6 },
  { word: ' thousand', exponent: 3 },
] as const;

function renderEnglish(quantity: Unprinted, unit: MeasureUnit): string {
  const { amount, lower, upper, qualifier, resolution } = quantity;
  const scale = englishScale(new Decimal(amount ?? upper ?? '0').abs(), resolution);
  const factor = powerOfTen(scale?.exponent ?? 0);
  const write = (value: string | undefined) =>
    grouped(digitsUpTo(value ?? '0', factor, resolution)) + (scale?.word ?? '');
  const [one, many] = unit.english;
  const noun = amount === '1' ? one : many;
  const counted = (figure: string) => (noun === '%' ? `${figure}%` : `${figure} ${noun}`);
  switch (qualifier) {
    case 'exact':
      return counted(write(amount));
    case 'about':
      return `about ${counted(write(amount))}`;
    case 'nearly':
      return `nearly ${counted(write(amount))}`;
    case 'over':
      return `over ${counted(write(amount))}`;
    case 'atLeast':
      return `at least ${counted(write(amount))}`;
    case 'moreThan':
      return `more than ${counted(write(amount))}`;
    case 'range':
      return counted(`${write(lower)}–${write(upper)}`);
  }
}

/** A scale word only where the digits it hides were never printed. */
function englishScale(size: Decimal, resolution: string | undefined) {
  const last = resolution === undefined ? 0 : (exponentOfTen(new Decimal(resolution)) ?? 0);
  if (last <= 0) return undefined;
  return (
    englishScales.find(({ exponent }) => size.gte(powerOfTen(exponent)) && last <= exponent) ??
    englishScales.findLast(({ exponent }) => last <= exponent)
  );
}

const grouped = (digits: string): string => {
  const [whole = '', decimals] = digits.split('.');
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? marked : `${marked}.${decimals}`;
};
