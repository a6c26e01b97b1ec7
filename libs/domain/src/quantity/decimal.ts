import { Big } from 'big.js';

/**
 * Exact decimals. A constructor of our own, so that no other user of the package can change its
 * settings; strict, so that a binary float can never enter. Sums, differences and products of
 * decimals are exact; only `div` rounds, to 60 places, and callers check what it returns.
 */
export const Decimal = Big();
Decimal.strict = true;
Decimal.DP = 60;
Decimal.RM = Decimal.roundHalfUp;

export type Decimal = Big;

/** Digits an amount may have, before and after the point together. */
export const maximumDigits = 30;

/** Whether a text is a decimal as the ledger takes it: `-?\d+(\.\d+)?`, at most 30 digits. */
export const isDecimal = (text: string): boolean =>
  /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= maximumDigits;

/** The one spelling of a decimal: no exponent, no superfluous zeros, no `-0`. */
export const canonical = (decimal: Decimal): string => (decimal.eq('0') ? '0' : decimal.toFixed());

/** 10 to a whole power, which may be negative. */
export const powerOfTen = (exponent: number): Decimal => new Decimal(`1e${exponent}`);

/** The exponent of a power of ten, undefined for any other decimal. */
export const exponentOfTen = (decimal: Decimal): number | undefined =>
  decimal.s === 1 && decimal.c.length === 1 && decimal.c[0] === 1 ? decimal.e : undefined;

export type Fraction = { numerator: bigint; denominator: bigint };

/**
 * decimal × from ÷ to, where it is a decimal of at most 60 places; undefined where it is none
 * (1 m² in mu is 0.0015, 1 mu in m² is 666.66…): a rounded factor never enters the ledger.
 */
export function convertExactly(
  decimal: Decimal,
  from: Fraction,
  to: Fraction,
): Decimal | undefined {
  const [up, down] = [from.numerator * to.denominator, from.denominator * to.numerator];
  if (up === down) return decimal;
  const product = decimal.times(up);
  const divisor = new Decimal(down);
  const quotient = product.div(divisor);
  return quotient.times(divisor).eq(product) ? quotient : undefined;
}
