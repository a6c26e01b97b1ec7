// Exact decimals as strings. A figure never becomes a binary float on its way to the screen; only
// the length of a bar does.

type Scaled = { digits: bigint; places: number };

const decimalForm = /^-?\d+(\.\d+)?$/;

/** The decimal as an integer and the number of its fraction digits; throws on anything else. */
function scaled(amount: string): Scaled {
  if (!decimalForm.test(amount)) throw new RangeError(`not a plain decimal: ${amount}`);
  const [whole = '', fraction = ''] = amount.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

function aligned(left: string, right: string): [bigint, bigint] {
  const a = scaled(left);
  const b = scaled(right);
  const places = Math.max(a.places, b.places);
  const raised = (value: Scaled) => value.digits * 10n ** BigInt(places - value.places);
  return [raised(a), raised(b)];
}

function written(digits: bigint, places: number): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** Negative, zero or positive as `left` is below, equal to or above `right`. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * `part` as a percentage of `whole`, computed exactly and rounded half up to `places` digits:
 * `percentage('681000', '1150000')` is `59.2`. Undefined unless both are positive or `part` is 0.
 */
export function percentage(part: string, whole: string, places = 1): string | undefined {
  const [a, b] = aligned(part, whole);
  if (a < 0n || b <= 0n) return undefined;
  const scale = 100n * 10n ** BigInt(places);
  return written((2n * a * scale + b) / (2n * b), places);
}

/** The decimal point moved to the left: `movePointLeft('681000', 4)` is `68.1`. */
export function movePointLeft(amount: string, by: number): string {
  const { digits, places } = scaled(amount);
  const text = written(digits, places + by);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Digits in groups of three, every digit kept: `groupDigits('1150000.50')` is `1,150,000.50`. */
export function groupDigits(amount: string): string {
  const { digits, places } = scaled(amount);
  const [whole = '', fraction] = written(digits, places).split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const grouped = new Intl.NumberFormat('en').format(BigInt(whole.replace('-', '')));
  return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** Length of a bar on a scale from 0 to `whole`, in percent with two digits, within 0..100. */
export function barLength(part: string, whole: string): number {
  const share = Number(percentage(part, whole, 2) ?? '0');
  return Math.min(100, share);
}
