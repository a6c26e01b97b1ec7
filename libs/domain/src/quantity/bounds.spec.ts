import {
  certainBounds,
  compareBounds,
  compareIntervals,
  conventionalUpper,
  physicalLimits,
  type Figure,
} from './bounds.js';

const area = (amount: string, resolution: string): Figure => ({
  amount,
  unit: 'm2',
  qualifier: 'exact',
  resolution,
  basis: 'floorArea',
});
const people = (amount: string, qualifier: Figure['qualifier'] = 'exact'): Figure => ({
  amount,
  unit: 'person',
  qualifier,
});
const signed = area('1150000', '10000');
const vacated = area('681000', '1000');
const demolished = area('630000', '10000');

const mu = (amount: string): Figure => ({ amount, unit: 'mu', qualifier: 'exact' });
const squareMetres = (amount: string): Figure => ({ amount, unit: 'm2', qualifier: 'exact' });
const upTo = (inclusive: boolean) => ({ upper: { value: '5', inclusive } });
const from = (inclusive: boolean) => ({ lower: { value: '5', inclusive } });

const comparison = (left: Figure, right: Figure) => {
  const compared = compareBounds(left, right);
  return 'comparison' in compared ? compared.comparison : compared.refusals[0].code;
};

describe('certain bounds', () => {
  it('lie half a resolution around a rounded figure, and are a point for a count', () => {
    expect(certainBounds(vacated)).toEqual({
      lower: { value: '680500', inclusive: true },
      upper: { value: '681500', inclusive: true },
    });
    expect(certainBounds(people('376'))).toEqual({
      lower: { value: '376', inclusive: true },
      upper: { value: '376', inclusive: true },
    });
  });

  it.each<[Figure['qualifier'], object]>([
    ['moreThan', { lower: { value: '80', inclusive: false } }],
    ['over', { lower: { value: '80', inclusive: false } }],
    ['atLeast', { lower: { value: '80', inclusive: true } }],
    ['nearly', { upper: { value: '80', inclusive: false } }],
    ['about', {}],
  ])('of %s are those of its qualifier', (qualifier, bounds) => {
    expect(certainBounds(people('80', qualifier))).toEqual(bounds);
  });

  it('of a range are its ends', () => {
    const range: Figure = { unit: 'person', qualifier: 'range', lower: '3', upper: '5' };
    expect(certainBounds(range)).toEqual({
      lower: { value: '3', inclusive: true },
      upper: { value: '5', inclusive: true },
    });
  });

  it('end at the physical limits of the kind', () => {
    const rate: Figure = { amount: '99.6', unit: 'percent', qualifier: 'atLeast' };
    expect(certainBounds(rate, physicalLimits('ratio')).upper).toEqual({
      value: '100',
      inclusive: true,
    });
    const nearlyAll: Figure = {
      amount: '100',
      unit: 'percent',
      qualifier: 'exact',
      resolution: '1',
    };
    expect(certainBounds(nearlyAll, physicalLimits('progress'))).toEqual({
      lower: { value: '99.5', inclusive: true },
      upper: { value: '100', inclusive: true },
    });
    expect(certainBounds(people('100', 'nearly'), physicalLimits('stock')).lower).toEqual({
      value: '0',
      inclusive: true,
    });
    expect(certainBounds(people('100', 'nearly'), physicalLimits('parameter')).lower).toBe(
      undefined,
    );
  });
});

describe('the conventional upper bound', () => {
  it.each([
    ['80', 'moreThan', '90'],
    ['5000', 'moreThan', '6000'],
    ['100', 'moreThan', '200'],
    ['160000', 'moreThan', '170000'],
    ['80000', 'over', '90000'],
    ['1.5', 'moreThan', '1.6'],
    ['0', 'over', undefined],
    ['99.6', 'atLeast', undefined],
    ['80', 'exact', undefined],
  ] as const)('of %s %s is %s', (amount, qualifier, upper) => {
    expect(conventionalUpper(people(amount, qualifier))).toBe(upper);
  });
});

describe('comparing', () => {
  it('orders the land funnel with certainty: 115 >= 68.1 >= 63', () => {
    expect(comparison(signed, vacated)).toBe('certainlyGreater');
    expect(comparison(demolished, vacated)).toBe('certainlyLess');
  });

  it('is equal only to the point', () => {
    expect(comparison(people('196'), people('196'))).toBe('equal');
    expect(comparison(signed, signed)).toBe('cannotTell');
    expect(comparison(people('80', 'about'), people('80'))).toBe('cannotTell');
  });

  it('knows that 40余 is above 13 and above 40, but not whether it is below 50', () => {
    const selected = people('40', 'moreThan');
    expect(comparison(selected, people('13'))).toBe('certainlyGreater');
    expect(comparison(selected, people('40'))).toBe('certainlyGreater');
    expect(comparison(selected, people('50'))).toBe('cannotTell');
    expect(comparison(people('40', 'nearly'), people('40'))).toBe('certainlyLess');
    expect(comparison(people('40', 'atLeast'), people('40'))).toBe('cannotTell');
  });

  it('crosses units of one dimension without rounding a factor', () => {
    expect(comparison(mu('1'), squareMetres('666.66666666666666'))).toBe('certainlyGreater');
    expect(comparison(mu('1'), squareMetres('666.66666666666667'))).toBe('certainlyLess');
    expect(comparison(mu('3'), squareMetres('2000'))).toBe('equal');
  });

  it('refuses another dimension and another basis', () => {
    expect(comparison(signed, people('3'))).toBe('UNITS_DIFFER');
    expect(comparison(signed, { ...signed, basis: 'landArea' })).toBe('BASIS_DIFFERS');
    const { basis: _basis, ...unnamed } = signed;
    expect(comparison(signed, unnamed)).toBe('BASIS_DIFFERS');
  });

  it('of intervals that touch depends on whether the ends belong to them', () => {
    expect(compareIntervals(upTo(true), from(true))).toBe('cannotTell');
    expect(compareIntervals(upTo(true), from(false))).toBe('certainlyLess');
    expect(compareIntervals(from(true), upTo(false))).toBe('certainlyGreater');
    expect(compareIntervals({}, from(true))).toBe('cannotTell');
  });
});
