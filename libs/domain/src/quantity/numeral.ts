import { canonical, Decimal, maximumDigits, powerOfTen } from './decimal.js';

export type DigitStyle = 'arabic' | 'fullWidth' | 'chinese';

/**
 * A numeral as printed, before any prefix of its own. `value` is the canonical decimal and
 * `lastDigit` the size of the last digit that was written: 0.1 in 68.1, 1 in 5000, but 1000 in
 * 五千, whose zeros are not written. `scaled` says that decimals or a scale word were written, so
 * that even a count was rounded. `bare` is a scale word alone (百 in 近百).
 */
export type PrintedNumeral = {
  text: string;
  style: DigitStyle;
  value: string;
  lastDigit: string;
  scaled: boolean;
  bare: boolean;
};

/** Characters of Chinese numerals, for patterns that must not cut a numeral in two. */
export const chineseNumeralCharacters = '零〇一二两三四五六七八九十百千万亿';

const thousands = '0|[1-9]\\d{0,2}(?:,\\d{3})+|[1-9]\\d{0,2}(?:，\\d{3})+|[1-9]\\d*';
const arabicAt = new RegExp(`[-−]?(?:${thousands})(?:\\.\\d+)?(?![.,，]?\\d)`, 'y');
const fullWidthAt =
  /[－−]?(?:０|[１-９][０-９]{0,2}(?:，[０-９]{3})+|[１-９][０-９]*)(?:．[０-９]+)?(?![．，]?[０-９])/y;
const chineseAt = new RegExp(
  `([${chineseNumeralCharacters}]+)(?:点([零〇一二三四五六七八九]+))?`,
  'y',
);

/** The numeral that starts at a place of a text; undefined where none does or none is well made. */
export function numeralAt(text: string, start: number): PrintedNumeral | undefined {
  return (
    digitsAt(arabicAt, 'arabic', text, start) ??
    digitsAt(fullWidthAt, 'fullWidth', text, start) ??
    chineseNumeralAt(text, start)
  );
}

function digitsAt(
  pattern: RegExp,
  style: DigitStyle,
  text: string,
  start: number,
): PrintedNumeral | undefined {
  pattern.lastIndex = start;
  const printed = pattern.exec(text)?.[0];
  if (printed === undefined) return undefined;
  const plain = printed.normalize('NFKC').replace('−', '-').replaceAll(',', '');
  if (plain.replace(/\D/g, '').length > maximumDigits) return undefined;
  const decimals = plain.split('.')[1]?.length ?? 0;
  return {
    text: printed,
    style,
    value: canonical(new Decimal(plain)),
    lastDigit: canonical(powerOfTen(-decimals)),
    scaled: decimals > 0,
    bare: false,
  };
}

function chineseNumeralAt(text: string, start: number): PrintedNumeral | undefined {
  chineseAt.lastIndex = start;
  const match = chineseAt.exec(text);
  const [printed, whole, decimals = ''] = match ?? [];
  if (printed === undefined || whole === undefined) return undefined;
  const value = integerOfChinese(whole);
  if (value === undefined) return undefined;
  const fraction = Array.from(decimals, (digit) => digitValue(digit)).join('');
  return {
    text: printed,
    style: 'chinese',
    value: canonical(new Decimal(fraction === '' ? `${value}` : `${value}.${fraction}`)),
    lastDigit: canonical(
      fraction === '' ? new Decimal(`${trailingScale(whole)}`) : powerOfTen(-fraction.length),
    ),
    scaled: fraction !== '' || /[百千万亿]$/.test(whole),
    bare: fraction === '' && /^[百千万亿]+$/.test(whole),
  };
}

const scales: ReadonlyMap<string, bigint> = new Map([
  ['十', 10n],
  ['百', 100n],
  ['千', 1000n],
  ['万', 10_000n],
  ['亿', 100_000_000n],
]);
const digits = '零一二三四五六七八九';
const digitValue = (digit: string): number => digits.indexOf(ordinary(digit));
const ordinary = (text: string): string => text.replaceAll('两', '二').replaceAll('〇', '零');

/** The first whole number beyond 9999 9999 亿, where everyday numerals end. */
const chineseLimit = 10n ** 16n;

/**
 * Reads a Chinese whole number. Only the regular spelling counts (三百零五), so that approximate
 * (二三十), clipped (三百二) and positional (二〇二一) ones are never read as what they are not.
 * The inverse is `chineseOfInteger`.
 */
export function integerOfChinese(text: string): bigint | undefined {
  if (/两(?![百千万亿]|$)|.两$/.test(text)) return undefined;
  const regular = ordinary(text).replace(/^(?=[百千万亿])/, '一');
  const value = scaledSum(regular);
  return value < chineseLimit && chineseOfInteger(value) === regular.replace(/^一十/, '十')
    ? value
    : undefined;
}

function scaledSum(text: string): bigint {
  let [total, section, digit] = [0n, 0n, 0n];
  for (const character of text) {
    const scale = scales.get(character);
    if (scale === undefined) {
      digit = BigInt(digits.indexOf(character));
    } else if (scale < 10_000n) {
      section += (digit === 0n ? 1n : digit) * scale;
      digit = 0n;
    } else {
      // 亿 closes everything before it (一万亿), 万 only what stands since the last 亿.
      const closed = section + digit + (scale > 10_000n ? total : 0n);
      total = closed * scale + (scale > 10_000n ? 0n : total);
      [section, digit] = [0n, 0n];
    }
  }
  return total + section + digit;
}

/** The regular Chinese spelling of a whole number from 0 up to 9999 9999 9999 9999. */
export function chineseOfInteger(value: bigint): string {
  if (value === 0n) return '零';
  return group(value, [100_000_000n, 10_000n, 1000n, 100n, 10n]).replace(/^一十/, '十');
}

const names = new Map([...scales].map(([name, scale]) => [scale, name]));

/** Writes value as head × scale + tail, with 零 where the tail does not reach the next scale. */
function group(value: bigint, [scale, ...smaller]: readonly bigint[]): string {
  if (scale === undefined) return digits[Number(value)] ?? '';
  if (value < scale) return group(value, smaller);
  const [head, tail] = [value / scale, value % scale];
  const written = group(head, scale >= 10_000n ? [10_000n, 1000n, 100n, 10n] : []);
  const gap = tail !== 0n && tail < scale / 10n ? '零' : '';
  return `${written}${names.get(scale)}${gap}${tail === 0n ? '' : group(tail, smaller)}`;
}

const trailingScale = (text: string): bigint =>
  Array.from(/[十百千万亿]*$/.exec(text)?.[0] ?? '').reduce(
    (product, character) => product * (scales.get(character) ?? 1n),
    1n,
  );
