import * as fc from 'fast-check';
import { barLength, compareDecimals, groupDigits, movePointLeft, percentage } from './decimal.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`decimal.spec fast-check seed ${seed}`);

describe('exact decimals of the page', () => {
  it('divides the areas of the land funnel exactly', () => {
    expect(percentage('681000', '1150000')).toBe('59.2');
    expect(percentage('630000', '1150000')).toBe('54.8');
    expect(percentage('630000', '681000')).toBe('92.5');
  });

  it('rounds halves up where a binary float falls short', () => {
    // given 1.005, which as a float lies just below the half
    // when / then
    expect(percentage('1.005', '100', 2)).toBe('1.01');
    expect(percentage('0.0005', '1', 1)).toBe('0.1');
    expect(percentage('0.00049', '1', 1)).toBe('0.0');
  });

  it('gives no percentage of nothing', () => {
    expect(percentage('1', '0')).toBeUndefined();
    expect(percentage('-1', '5')).toBeUndefined();
    expect(percentage('0', '5')).toBe('0.0');
  });

  it('moves the point without inventing or losing digits', () => {
    expect(movePointLeft('681000', 4)).toBe('68.1');
    expect(movePointLeft('1150000', 4)).toBe('115');
    expect(movePointLeft('5', 4)).toBe('0.0005');
    expect(movePointLeft('0', 4)).toBe('0');
  });

  it('keeps all digits of an amount that no float holds', () => {
    expect(groupDigits('12345678901234567890.120')).toBe('12,345,678,901,234,567,890.120');
    expect(groupDigits('-1150000')).toBe('-1,150,000');
    expect(groupDigits('0.5')).toBe('0.5');
  });

  it('refuses what is no plain decimal', () => {
    expect(() => groupDigits('1e6')).toThrow(RangeError);
    expect(() => percentage('近百', '1')).toThrow(RangeError);
  });

  it('draws bars inside the scale', () => {
    expect(barLength('681000', '1150000')).toBe(59.22);
    expect(barLength('2', '1')).toBe(100);
  });

  it('agrees with integer arithmetic for random decimals', () => {
    const decimal = fc.tuple(fc.bigInt(0n, 10n ** 18n), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const left = a[0] * 10n ** BigInt(b[1]);
        const right = b[0] * 10n ** BigInt(a[1]);
        expect(compareDecimals(text(a), text(b))).toBe(left < right ? -1 : left > right ? 1 : 0);
        expect(groupDigits(text(a)).replaceAll(',', '')).toBe(text(a));
        if (right === 0n) return;
        const tenths = BigInt((percentage(text(a), text(b)) ?? '').replace('.', ''));
        // Half up: the exact share lies in [tenths − ½, tenths + ½).
        expect(2n * tenths * right - right <= 2000n * left).toBe(true);
        expect(2000n * left < 2n * tenths * right + right).toBe(true);
      }),
      { seed },
    );
  });
});

/** A decimal written from its integer and its number of fraction digits. */
function text([digits, places]: [bigint, number]): string {
  const padded = digits.toString().padStart(places + 1, '0');
  return places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
