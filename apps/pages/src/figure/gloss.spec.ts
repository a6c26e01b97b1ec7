import type { Quantity } from '../board-types.js';
import { areaInWords, englishGloss, unitInEnglish } from './gloss.js';

const quantity = (parts: Partial<Quantity>): Quantity => ({
  unit: 'item',
  qualifier: 'exact',
  printed: 'as printed',
  ...parts,
});

describe('the English gloss of a printed figure', () => {
  it.each([
    [{ amount: '80', unit: 'measure', qualifier: 'moreThan' }, 'more than 80 measures'],
    [{ amount: '100', unit: 'person', qualifier: 'nearly' }, 'nearly 100 people'],
    [{ amount: '99.6', unit: 'percent', qualifier: 'atLeast' }, 'at least 99.6%'],
    [{ amount: '80000', unit: 'certificate', qualifier: 'over' }, 'over 80,000 certificates'],
    [{ amount: '1.96', unit: 'km2', qualifier: 'about' }, 'about 1.96 km²'],
    [{ amount: '681000', unit: 'm2' }, '681,000 m²'],
    [{ amount: '9985', unit: 'case' }, '9,985 cases'],
    [{ amount: '1', unit: 'laboratory' }, '1 laboratory'],
    [{ amount: '30', unit: 'laboratory' }, '30 laboratories'],
    [{ amount: '2', unit: 'batch' }, '2 batches'],
    [{ lower: '3', upper: '5', unit: 'person', qualifier: 'range' }, '3–5 people'],
    [{ amount: '11000', unit: 'event-per-month' }, '11,000 events per month'],
    [{ amount: '1', unit: 'km2-per-grid' }, '1 km² per grid'],
    [{ amount: '6', unit: 'work-area' }, '6 areas of work'],
    [{ amount: '7', unit: 'category' }, '7 categories'],
    [{ amount: '45', unit: 'branch' }, '45 branches'],
    [{ amount: '8', unit: 'count' }, '8'],
  ] satisfies [Partial<Quantity>, string][])('%o reads %s', (parts, words) => {
    expect(englishGloss(quantity(parts))).toBe(words);
  });

  it('keeps digits that a float would lose', () => {
    expect(englishGloss(quantity({ amount: '9007199254740993.10', unit: 't' }))).toBe(
      '9,007,199,254,740,993.10 t',
    );
  });

  it('says nothing where there is no amount', () => {
    expect(englishGloss(quantity({}))).toBeUndefined();
    expect(englishGloss(quantity({ qualifier: 'range', lower: '3' }))).toBeUndefined();
  });

  it('names a unit of several words', () => {
    expect(unitInEnglish('service-item', false)).toBe(' service items');
  });
});

describe('an area in the headline', () => {
  it.each([
    [{ amount: '681000' }, '68.1万㎡', '681,000 m²'],
    [{ amount: '9999' }, '9999㎡', '9,999 m²'],
    [{ amount: '800000', qualifier: 'moreThan' }, '80余万㎡', 'more than 800,000 m²'],
    [{ amount: '800000', qualifier: 'atLeast' }, '80万㎡以上', 'at least 800,000 m²'],
    [{ amount: '800000', qualifier: 'about' }, '约80万㎡', 'about 800,000 m²'],
    [{ amount: '800000', qualifier: 'nearly' }, '近80万㎡', 'nearly 800,000 m²'],
    [{ amount: '800000', qualifier: 'over' }, '超80万㎡', 'over 800,000 m²'],
    [{ lower: '500000', upper: '600000', qualifier: 'range' }, '50–60万㎡', '500,000–600,000 m²'],
  ] satisfies [Partial<Quantity>, string, string][])('%o', (parts, chinese, english) => {
    const area = quantity({ unit: 'm2', ...parts });
    expect(areaInWords(area, 'zh')).toBe(chinese);
    expect(areaInWords(area, 'en')).toBe(english);
  });

  it('leaves another unit as printed', () => {
    const area = quantity({ amount: '1.96', unit: 'km2', printed: '约1.96平方公里' });
    expect(areaInWords(area, 'zh')).toBe('约1.96平方公里');
  });
});
