import type { Label, Quantity } from '@ledger/domain';
import fc from 'fast-check';
import type { StandingFigure } from '../series/shapes.js';
import { differenceOf } from './worked-out.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`worked-out.spec: FC_SEED=${seed}`);

const standing = (figure: StandingFigure['figure'], asOf = '2021-08-26'): StandingFigure => ({
  figure,
  printed: figure.quantity?.printed ?? figure.label?.printed ?? '',
  time: { type: 'asOf', asOf },
  validOn: asOf,
  corrected: false,
  observation: 'a',
  eventId: 'a',
  position: '1',
  recordedAt: '2021-08-26T03:02:00.000Z',
});

const area = (amount: string, more: Partial<Quantity> = {}): StandingFigure['figure'] => ({
  quantity: {
    amount,
    unit: 'm2',
    qualifier: 'exact',
    resolution: '1000',
    printed: '',
    basis: 'floorArea',
    ...more,
  },
});
const codes = (worked: ReturnType<typeof differenceOf>) =>
  'refused' in worked ? worked.refused.map(({ code }) => code) : undefined;

describe('the difference of two figures', () => {
  it('is exact, and as certain as the digits that were printed: 68.1万 to 70.5万', () => {
    const worked = differenceOf(standing(area('681000')), standing(area('705000')));

    expect(worked).toEqual({
      quantity: {
        amount: '24000',
        unit: 'm2',
        qualifier: 'exact',
        resolution: '2000',
        basis: 'floorArea',
        bounds: {
          lower: { value: '23000', inclusive: true },
          upper: { value: '25000', inclusive: true },
        },
      },
    });
  });

  it('may be below zero: 115万 corrected to 63万', () => {
    const worked = differenceOf(
      standing(area('1150000', { resolution: '10000' })),
      standing(area('630000', { resolution: '10000' })),
    );

    expect(worked).toMatchObject({
      quantity: { amount: '-520000', bounds: { lower: { value: '-530000' } } },
    });
  });

  it('of 30余 and 100余 has no bound, of 100 and 100余 one from below', () => {
    const { resolution: _resolution, ...people } = area('100', { unit: 'person' }).quantity ?? {};
    const count = (amount: string, qualifier: Quantity['qualifier']) =>
      standing({ quantity: { printed: '', unit: 'person', ...people, amount, qualifier } });

    expect(differenceOf(count('30', 'moreThan'), count('100', 'moreThan'))).toMatchObject({
      quantity: { amount: '70', qualifier: 'about', bounds: {} },
    });
    expect(differenceOf(count('100', 'exact'), count('100', 'moreThan'))).toMatchObject({
      quantity: { amount: '0', bounds: { lower: { value: '0', inclusive: false } } },
    });
  });

  it.each<[string, StandingFigure['figure'], string]>([
    ['of another basis', area('255000', { basis: 'landArea' }), 'BASIS_DIFFERS'],
    ['of another unit', area('1.96', { unit: 'km2' }), 'UNITS_DIFFER'],
    ['that is a label', { label: { printed: '1+15+15+5' } }, 'LABEL_IN_ARITHMETIC'],
  ])('is refused for a figure %s', (_what, figure, code) => {
    const worked = differenceOf(standing(area('681000')), standing(figure));

    expect(codes(worked)).toEqual([code]);
    expect('refused' in worked && worked.refused[0]?.message.zh).toMatch(/\S/);
  });

  it.each(['missing', 'withdrawn', 'notDefined'] as const)(
    'is refused where a side is %s, and says which',
    (absence) => {
      const figure = standing(area('681000'));

      const before = differenceOf({ absence }, figure);
      const after = differenceOf(figure, { absence });

      expect(codes(before)).toEqual(['FIGURE_ABSENT']);
      expect(JSON.stringify(before)).toContain('前一时点');
      expect(JSON.stringify(after)).toContain('后一时点');
    },
  );

  it('is refused across a series break: 1734 grids to 126 is no fall', () => {
    const grids = (amount: string, asOf: string) =>
      standing({ quantity: { amount, unit: 'grid', qualifier: 'exact', printed: '' } }, asOf);
    const [before, after] = [grids('1734', '2020-12-31'), grids('126', '2021-06-30')];

    expect(codes(differenceOf(before, after, ['2021-01-01']))).toEqual(['SERIES_BREAK_BETWEEN']);
    expect(codes(differenceOf(after, before, ['2021-06-30']))).toEqual(['SERIES_BREAK_BETWEEN']);
    expect(differenceOf(before, after, ['2020-12-31', '2021-07-01'])).toMatchObject({
      quantity: { amount: '-1608' },
    });
  });

  it('turned round is its negative, bound by bound', () => {
    const amount = fc.integer({ min: 0, max: 10_000 }).map(String);
    const inexact = ['moreThan', 'over', 'atLeast', 'nearly', 'about'] as const;
    const exact = fc.record({ amount, resolution: fc.constantFrom('1', '10', '1000') });
    const quantity: fc.Arbitrary<Partial<Quantity>> = fc.oneof(
      exact.map((one) => ({ ...one, qualifier: 'exact' as const })),
      fc.record({ amount, qualifier: fc.constantFrom(...inexact) }),
      fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 100, max: 999 })).map(([lower, upper]) => ({
        lower: String(lower),
        upper: String(upper),
        qualifier: 'range' as const,
      })),
    );
    const label: fc.Arbitrary<{ label: Label }> = fc.constant({ label: { printed: '3.0' } });
    const figure: fc.Arbitrary<StandingFigure['figure']> = fc.oneof(
      { weight: 9, arbitrary: quantity.map((one) => ({ quantity: figureOf(one) })) },
      { weight: 1, arbitrary: label },
    );
    let compared = 0;
    fc.assert(
      fc.property(figure, figure, (left, right) => {
        const there = differenceOf(standing(left), standing(right));
        const back = differenceOf(standing(right), standing(left));
        if ('refused' in there || 'refused' in back) {
          // A label is refused both ways; a range beside 以上 can be stated one way only.
          if ('label' in left || 'label' in right) expect(codes(there)).toEqual(codes(back));
          return;
        }
        compared += 1;
        const { bounds } = there.quantity;
        expect(back.quantity.bounds).toEqual({
          ...(bounds.upper && { lower: { ...bounds.upper, value: negated(bounds.upper.value) } }),
          ...(bounds.lower && { upper: { ...bounds.lower, value: negated(bounds.lower.value) } }),
        });
        expect(back.quantity.amount).toEqual(
          there.quantity.amount === undefined ? undefined : negated(there.quantity.amount),
        );
      }),
      { seed, numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});

const figureOf = (one: Partial<Quantity>): Quantity => ({
  unit: 'm2',
  qualifier: 'exact',
  printed: '',
  ...one,
});

const negated = (value: string): string =>
  value === '0' ? '0' : value.startsWith('-') ? value.slice(1) : `-${value}`;
