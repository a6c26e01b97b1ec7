import * as fc from 'fast-check';
import { canonical, Decimal } from './decimal.js';
import { printedSeed, qualifiers } from './fixtures.js';
import { renderQuantity, type Unprinted } from './render.js';
import { understandQuantity } from './understand.js';
import { findUnit, measureUnits } from './units.js';

describe('a quantity without print', () => {
  it.each<[Unprinted, string, string]>([
    [
      { amount: '681000', unit: 'm2', qualifier: 'exact', resolution: '1000' },
      '68.1万平方米',
      '681 thousand m²',
    ],
    [
      { amount: '1150000', unit: 'm2', qualifier: 'exact', resolution: '10000' },
      '115万平方米',
      '1.15 million m²',
    ],
    [
      { amount: '10000', unit: 'm2', qualifier: 'exact', resolution: '1' },
      '10000平方米',
      '10,000 m²',
    ],
    [
      { amount: '5000', unit: 'm2', qualifier: 'exact', resolution: '100' },
      '0.50万平方米',
      '5.0 thousand m²',
    ],
    [{ amount: '9985', unit: 'case', qualifier: 'exact' }, '9985宗', '9,985 cases'],
    [{ amount: '1', unit: 'laboratory', qualifier: 'exact' }, '1个', '1 laboratory'],
    [
      { amount: '160000', unit: 'call', qualifier: 'moreThan' },
      '16万余次',
      'more than 160,000 calls',
    ],
    [
      { amount: '123456', unit: 'person', qualifier: 'moreThan' },
      '123456余人',
      'more than 123,456 people',
    ],
    [
      { amount: '80000', unit: 'certificate', qualifier: 'over' },
      '超8万张',
      'over 80,000 certificates',
    ],
    [{ amount: '99.6', unit: 'percent', qualifier: 'atLeast' }, '99.6%以上', 'at least 99.6%'],
    [{ amount: '100', unit: 'person', qualifier: 'nearly' }, '近100人', 'nearly 100 people'],
    [
      { amount: '1.96', unit: 'km2', qualifier: 'about', resolution: '0.01' },
      '约1.96平方公里',
      'about 1.96 km²',
    ],
    [{ unit: 'person', qualifier: 'range', lower: '3', upper: '5' }, '3-5人', '3–5 people'],
    [
      { amount: '11000', unit: 'event-per-month', qualifier: 'exact', resolution: '1000' },
      '1.1万件/月',
      '11 thousand events per month',
    ],
  ])('%j is %s, %s', (quantity, zh, en) => {
    expect(renderQuantity(quantity, 'zh')).toBe(zh);
    expect(renderQuantity(quantity, 'en')).toBe(en);
  });

  it('takes the unit word of its metric', () => {
    const quantity: Unprinted = { amount: '10', unit: 'agreement', qualifier: 'exact' };
    expect(renderQuantity(quantity, 'zh', '家')).toBe('10家');
    expect(renderQuantity({ ...quantity, unit: 'count' }, 'zh', '块')).toBe('10块');
  });

  it('keeps all digits where a derived figure cannot be printed as a source would', () => {
    const sum: Unprinted = { amount: '51000', unit: 'm2', qualifier: 'exact', resolution: '11000' };
    expect(renderQuantity(sum, 'zh')).toBe('51000平方米');
    expect(renderQuantity({ amount: '0.25', unit: 'm2', qualifier: 'exact' }, 'zh')).toBe(
      '0.25平方米',
    );
  });

  it('of a unit that does not exist is a mistake of the caller', () => {
    const unknown: Unprinted = { amount: '1', unit: 'furlong', qualifier: 'exact' };
    expect(() => renderQuantity(unknown, 'zh')).toThrow(RangeError);
  });
});

/** Any canonical quantity of a known unit, as the ledger would store it without its print. */
const quantity = fc
  .record({
    unit: fc.constantFrom(...measureUnits),
    qualifier: fc.constantFrom(...qualifiers),
    digits: fc.bigInt(0n, 10n ** 9n),
    more: fc.bigInt(0n, 10n ** 6n),
    exponent: fc.integer({ min: -4, max: 12 }),
    hasResolution: fc.boolean(),
  })
  .map(({ unit, qualifier, digits, more, exponent, hasResolution }): Unprinted => {
    const isCount = unit.nature === 'discrete';
    const power = isCount && !hasResolution ? Math.max(0, exponent) : exponent;
    const write = (value: bigint) => canonical(new Decimal(`${value}e${power}`));
    if (qualifier === 'range') {
      return { unit: unit.code, qualifier, lower: write(digits), upper: write(digits + more) };
    }
    const rounded = qualifier === 'exact' || qualifier === 'about';
    return {
      amount: write(digits),
      unit: unit.code,
      qualifier,
      ...(rounded && (hasResolution || !isCount) && { resolution: write(1n) }),
    };
  });

describe('any canonical quantity', () => {
  it('is the same when its Chinese text is read again', () => {
    fc.assert(
      fc.property(quantity, (given) => {
        const printed = renderQuantity(given, 'zh');
        const again = understandQuantity({ printed }, { unit: given.unit, kind: 'parameter' });
        expect(again).toEqual({ quantity: { ...given, printed } });
      }),
      { seed: printedSeed('Chinese texts'), numRuns: 2000 },
    );
  });

  it('loses no digit in its English text', () => {
    const scales = new Map([
      ['thousand', '1e3'],
      ['million', '1e6'],
      ['billion', '1e9'],
    ]);
    fc.assert(
      fc.property(quantity, (given) => {
        const text = renderQuantity(given, 'en');
        const scale = scales.get(/ (thousand|million|billion)/.exec(text)?.[1] ?? '') ?? '1';
        const numbers = text.replaceAll(',', '').match(/\d+(\.\d+)?/g) ?? [];
        const values = numbers
          .slice(0, given.qualifier === 'range' ? 2 : 1)
          .map((number) => canonical(new Decimal(number).times(scale)));
        const expected = given.qualifier === 'range' ? [given.lower, given.upper] : [given.amount];
        expect(values).toEqual(expected);
        expect(text).toContain(findUnit(given.unit)?.english[given.amount === '1' ? 0 : 1]);
      }),
      { seed: printedSeed('English texts'), numRuns: 2000 },
    );
  });
});
