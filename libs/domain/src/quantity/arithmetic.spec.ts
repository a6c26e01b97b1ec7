import * as fc from 'fast-check';
import {
  addQuantities,
  ratioPercent,
  subtractQuantities,
  sumQuantities,
  type Derived,
  type DerivedQuantity,
  type Operand,
} from './arithmetic.js';
import { certainBounds, type Figure } from './bounds.js';
import { articleFigures, printedSeed } from './fixtures.js';
import type { Qualifier } from './quantity.js';
import { understandQuantity } from './understand.js';

/** A figure of the article by its metric; areas of the land funnel get their basis. */
function article(metric: string, basis?: 'floorArea' | 'landArea'): Figure {
  const figure = articleFigures.find((each) => each.metric === metric);
  if (figure === undefined) throw new Error(metric);
  const { printed, unit, kind } = figure;
  const answer = understandQuantity({ printed }, { unit, kind, basis });
  if ('refusals' in answer) throw new Error(JSON.stringify(answer.refusals));
  return answer.quantity;
}
const signed = article('relocation-agreement-signed-floor-area', 'floorArea');
const vacated: Figure = {
  ...article('vacated-premises-handed-over-area', 'floorArea'),
  basisInferred: true,
};
const demolished = article('demolished-floor-area', 'floorArea');
const land = article('depot-construction-land-handed-over-area', 'landArea');

const people = (qualifier: Qualifier, amount = '30'): Figure =>
  qualifier === 'range'
    ? { unit: 'person', qualifier, lower: '3', upper: '5' }
    : { amount, unit: 'person', qualifier };

const quantity = (derived: Derived): DerivedQuantity => {
  if ('refusals' in derived) throw new Error(JSON.stringify(derived.refusals));
  return derived.quantity;
};
const refusals = (derived: Derived): string[] =>
  'refusals' in derived ? derived.refusals.map((each) => `${each.code} ${each.pointer}`) : [];

describe('sums', () => {
  it('add the basic and the extended grid event items to 196', () => {
    const [basic, extended] = [
      article('grid-event-items-basic'),
      article('grid-event-items-extended'),
    ];
    expect(quantity(addQuantities(basic, extended))).toEqual({
      amount: '196',
      unit: 'item',
      qualifier: 'exact',
      bounds: {
        lower: { value: '196', inclusive: true },
        upper: { value: '196', inclusive: true },
      },
    });
  });

  it('carry the uncertainty of rounding: 68.1万 − 63万 is 5.1万 ± 0.55万', () => {
    expect(quantity(subtractQuantities(vacated, demolished))).toEqual({
      amount: '51000',
      unit: 'm2',
      qualifier: 'exact',
      resolution: '11000',
      basis: 'floorArea',
      basisInferred: true,
      bounds: {
        lower: { value: '45500', inclusive: true },
        upper: { value: '56500', inclusive: true },
      },
    });
  });

  it.each<[Qualifier[], Qualifier, string | undefined, string | undefined]>([
    [['exact', 'exact'], 'exact', '60', '60'],
    [['exact', 'moreThan'], 'moreThan', '60', undefined],
    [['exact', 'over'], 'over', '60', undefined],
    [['exact', 'atLeast'], 'atLeast', '60', undefined],
    [['atLeast', 'over'], 'over', '60', undefined],
    [['over', 'moreThan', 'atLeast'], 'moreThan', '90', undefined],
    [['exact', 'nearly'], 'nearly', undefined, '60'],
    [['moreThan', 'nearly'], 'about', undefined, undefined],
    [['exact', 'about'], 'about', undefined, undefined],
    [['exact', 'range'], 'range', '33', '35'],
    [['range', 'range'], 'range', '6', '10'],
    [['range', 'moreThan'], 'moreThan', '33', undefined],
    [['range', 'nearly'], 'nearly', undefined, '35'],
  ])('of %j are %s, between %s and %s', (parts, qualifier, lower, upper) => {
    const sum = quantity(sumQuantities(parts.map((each) => people(each))));
    expect(sum.qualifier).toBe(qualifier);
    expect(sum.bounds.lower?.value).toBe(lower);
    expect(sum.bounds.upper?.value).toBe(upper);
    expect(sum.bounds.lower?.inclusive).toBe(
      lower === undefined ? undefined : !parts.some((part) => /moreThan|over/.test(part)),
    );
  });

  it('keep a bound of an about sum where every part has it', () => {
    const parts = [people('moreThan'), people('nearly')];
    expect(quantity(sumQuantities(parts, { floor: '0' })).bounds).toEqual({
      lower: { value: '30', inclusive: false },
    });
  });

  it('can be added again with their own bounds', () => {
    const [first, second] = [quantity(addQuantities(signed, vacated)), demolished];
    const nested = quantity(addQuantities(first, second));
    expect(nested).toEqual(quantity(sumQuantities([signed, vacated, demolished])));
    expect(certainBounds(nested)).toEqual(nested.bounds);
  });

  it('say of the growth from 30余 to 100余 that it has no certain bound', () => {
    const growth = subtractQuantities(people('moreThan', '100'), people('moreThan', '30'));
    expect(quantity(growth)).toEqual({
      amount: '70',
      unit: 'person',
      qualifier: 'about',
      bounds: {},
    });
    const fromExact = subtractQuantities(people('moreThan', '100'), people('exact', '30'));
    expect(quantity(fromExact)).toMatchObject({ amount: '70', qualifier: 'moreThan' });
    expect(quantity(subtractQuantities(people('exact', '100'), people('range')))).toMatchObject({
      qualifier: 'range',
      lower: '95',
      upper: '97',
    });
    expect(quantity(subtractQuantities(people('exact'), people('atLeast')))).toMatchObject({
      qualifier: 'about',
      bounds: { upper: { value: '0', inclusive: true } },
    });
  });

  it('are refused for labels, other units, another basis and nothing at all', () => {
    const label = { printed: '1+15+15+5' };
    expect(refusals(sumQuantities([people('exact'), label]))).toEqual(['LABEL_IN_ARITHMETIC /1']);
    expect(refusals(subtractQuantities(label, label))).toEqual([
      'LABEL_IN_ARITHMETIC /0',
      'LABEL_IN_ARITHMETIC /1',
    ]);
    expect(refusals(addQuantities(signed, people('exact')))).toEqual(['UNITS_DIFFER /1']);
    expect(refusals(addQuantities(vacated, land))).toEqual(['BASIS_DIFFERS /1']);
    expect(refusals(sumQuantities([]))).toEqual(['NOTHING_TO_ADD ']);
    expect(refusals(addQuantities(people('range'), people('about')))).toEqual([
      'RESULT_NOT_STATABLE ',
    ]);
  });

  it('of 10,000 random decimals equal the sum of whole numbers', () => {
    const decimal = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 10_000, maxLength: 10_000 }), (decimals) => {
        // given
        const parts = decimals.map(([digits, places]): Operand => {
          const [sign, all] = [
            digits < 0n ? '-' : '',
            digits
              .toString()
              .replace('-', '')
              .padStart(places + 1, '0'),
          ];
          const point = all.length - places;
          const fraction = places === 0 ? '' : `.${all.slice(point)}`;
          return {
            amount: `${sign}${all.slice(0, point)}${fraction}`,
            unit: 'cny',
            qualifier: 'exact',
          };
        });

        // when
        const { amount = '' } = quantity(sumQuantities(parts));

        // then
        const expected = decimals.reduce(
          (total, [digits, places]) => total + digits * 10n ** BigInt(9 - places),
          0n,
        );
        const [whole = '', fraction = ''] = amount.split('.');
        expect(BigInt(`${whole}${fraction.padEnd(9, '0')}`)).toBe(expected);
        expect(amount).toMatch(/^(0|-?(?:0|[1-9]\d*)(\.\d*[1-9])?)$/);
      }),
      { seed: printedSeed('sums'), numRuns: 1 },
    );
  });
});

const ratio = (left: Operand, right: Operand) => quantity(ratioPercent(left, right, 1));

describe('ratios in percent', () => {
  it('of the land funnel are 59.2, 54.8 and 92.5', () => {
    expect(ratio(vacated, signed).amount).toBe('59.2');
    expect(ratio(demolished, signed).amount).toBe('54.8');
    expect(ratio(demolished, vacated).amount).toBe('92.5');
  });

  it('state bounds that hold whatever the printed figures were rounded from', () => {
    expect(ratio(vacated, signed)).toEqual({
      amount: '59.2',
      unit: 'percent',
      qualifier: 'exact',
      resolution: '0.1',
      bounds: {
        lower: { value: '58.917', inclusive: true },
        upper: { value: '59.52', inclusive: true },
      },
    });
  });

  it('turn a lower-bounded whole into an upper-bounded ratio', () => {
    expect(ratio(people('exact', '13'), people('moreThan', '40'))).toEqual({
      amount: '32.5',
      unit: 'percent',
      qualifier: 'nearly',
      bounds: { upper: { value: '32.5', inclusive: false } },
    });
    expect(ratio(people('moreThan', '40'), people('exact', '80')).qualifier).toBe('moreThan');
    expect(ratio(people('moreThan', '40'), people('moreThan', '80')).qualifier).toBe('about');
    expect(ratio(people('range'), people('exact', '10'))).toMatchObject({
      qualifier: 'range',
      lower: '30',
      upper: '50',
    });
  });

  it('are refused across bases, for labels, and without a whole', () => {
    expect(refusals(ratioPercent(land, signed, 1))).toEqual(['BASIS_DIFFERS /1']);
    expect(refusals(ratioPercent({ printed: '1+4+N' }, signed, 1))).toEqual([
      'LABEL_IN_ARITHMETIC /0',
    ]);
    expect(refusals(ratioPercent(people('exact'), people('exact', '0'), 1))).toEqual([
      'RATIO_NOT_DEFINED /1',
    ]);
    expect(refusals(ratioPercent(people('exact', '-1'), people('exact'), 1))).toEqual([
      'RATIO_NOT_DEFINED /0',
    ]);
  });

  it('round half up to the places asked for', () => {
    expect(ratio(people('exact', '1'), people('exact', '16')).amount).toBe('6.3');
    const resolved = ratioPercent(people('exact', '9985'), people('exact', '9998'), 2);
    expect(quantity(resolved).amount).toBe('99.87');
  });
});
