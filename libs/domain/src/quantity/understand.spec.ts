import * as fc from 'fast-check';
import { printedSeed } from './fixtures.js';
import type { QuantityInput } from './quantity.js';
import { understandQuantity, type ExpectedQuantity } from './understand.js';

const area: ExpectedQuantity = { unit: 'm2', kind: 'cumulative' };
const people: ExpectedQuantity = { unit: 'person', kind: 'stock', unitPrinted: '名' };
const rate: ExpectedQuantity = { unit: 'percent', kind: 'ratio' };

const quantityOf = (input: QuantityInput, expected: ExpectedQuantity) => {
  const answer = understandQuantity(input, expected);
  if ('refusals' in answer) throw new Error(JSON.stringify(answer.refusals));
  return answer.quantity;
};
const refusalsOf = (input: QuantityInput, expected: ExpectedQuantity) => {
  const answer = understandQuantity(input, expected);
  return 'quantity' in answer
    ? []
    : answer.refusals.map(({ code, pointer }) => [code, pointer].join(' '));
};

describe('a reported quantity', () => {
  it('may be the printed text alone, and takes the basis of its metric', () => {
    // given
    const vacated: ExpectedQuantity = { ...area, basis: 'floorArea', basisInferred: true };

    // when
    const quantity = quantityOf({ printed: '68.1万平方米' }, vacated);

    // then
    expect(quantity).toStrictEqual({
      amount: '681000',
      unit: 'm2',
      qualifier: 'exact',
      resolution: '1000',
      printed: '68.1万平方米',
      basis: 'floorArea',
      basisInferred: true,
    });
    expect(Object.keys(quantity)).toEqual([
      'amount',
      'unit',
      'qualifier',
      'resolution',
      'printed',
      'basis',
      'basisInferred',
    ]);
  });

  it.each<[QuantityInput, ExpectedQuantity, object]>([
    [
      { amount: '681000', unit: 'm2', resolution: '1000' },
      area,
      { amount: '681000', resolution: '1000', printed: '68.1万平方米' },
    ],
    [{ amount: '681000', unit: 'm2' }, area, { resolution: '1', printed: '681000平方米' }],
    [
      { amount: '1.50', unit: 'm2' },
      area,
      { amount: '1.5', resolution: '0.01', printed: '1.50平方米' },
    ],
    [
      { amount: '1.96', unit: 'km2', qualifier: 'about' },
      area,
      { amount: '1960000', unit: 'm2', resolution: '10000', printed: '约1.96平方公里' },
    ],
    [{ amount: '-0', unit: 'm2' }, area, { amount: '0', printed: '0平方米' }],
    [{ amount: '376', unit: 'person' }, people, { amount: '376', printed: '376名' }],
    [{ amount: '376', unit: 'person', resolution: '1' }, people, { printed: '376名' }],
    [
      { amount: '100', unit: 'person', qualifier: 'nearly' },
      people,
      { qualifier: 'nearly', printed: '近100名' },
    ],
    [
      { lower: '3', upper: '5', unit: 'person', qualifier: 'range' },
      people,
      { lower: '3', upper: '5', printed: '3-5名' },
    ],
    [
      { amount: '160000', unit: 'call', qualifier: 'moreThan' },
      { unit: 'call', kind: 'cumulative', unitPrinted: '万次' },
      { printed: '16万余次' },
    ],
    [{ printed: '5块' }, { unit: 'count', kind: 'stock', unitPrinted: '块' }, { amount: '5' }],
    [
      { printed: '68.1万平方米', amount: '0.681', unit: 'km2', resolution: '0.001' },
      area,
      { amount: '681000', resolution: '1000', printed: '68.1万平方米' },
    ],
    [{ printed: '3-5人', lower: '3', upper: '5' }, people, { lower: '3', upper: '5' }],
  ])('%j is understood', (input, expected, says) => {
    expect(quantityOf(input, expected)).toMatchObject(says);
  });

  it.each<[QuantityInput, ExpectedQuantity, string[]]>([
    [{ amount: '1e5', unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: '1/3', unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: 'NaN', unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: ' 5', unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: '1,000', unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: '9'.repeat(31), unit: 'm2' }, area, ['AMOUNT_NOT_DECIMAL /amount']],
    [{ amount: '9'.repeat(30), unit: 'km2' }, area, ['QUANTITY_UNREADABLE /amount']],
    [{ amount: '5' }, area, ['UNIT_UNKNOWN /unit']],
    [{ amount: '5', unit: 'furlong' }, area, ['UNIT_UNKNOWN /unit']],
    [{ amount: '5', unit: 'person' }, area, ['UNIT_OF_OTHER_DIMENSION /unit']],
    [{ printed: '5人' }, area, ['UNIT_OF_OTHER_DIMENSION /printed']],
    [{ amount: '3', unit: 'mu' }, area, ['QUANTITY_NOT_EXACT_IN_UNIT /amount']],
    [{ printed: '3亩' }, area, ['QUANTITY_NOT_EXACT_IN_UNIT /printed']],
    [{ printed: '5平方米', basis: 'landArea' }, area, ['BASIS_DIFFERS /basis']],
    [
      { printed: '5平方米', basis: 'landArea' },
      { ...area, basis: 'floorArea' },
      ['BASIS_DIFFERS /basis'],
    ],
    [{ printed: '68.1万平方米', amount: '68.1' }, area, ['PRINTED_DISAGREES /amount']],
    [
      { printed: '80余名', amount: '81', qualifier: 'exact', resolution: '10' },
      people,
      [
        'PRINTED_DISAGREES /amount',
        'PRINTED_DISAGREES /resolution',
        'PRINTED_DISAGREES /qualifier',
      ],
    ],
    [{ printed: '80名', lower: '80' }, people, ['PRINTED_DISAGREES /lower']],
    [{ printed: '5-3名' }, people, ['RANGE_MALFORMED /printed']],
    [
      { lower: '5', upper: '3', unit: 'person', qualifier: 'range' },
      people,
      ['RANGE_MALFORMED /lower'],
    ],
    [{ lower: '5', unit: 'person', qualifier: 'range' }, people, ['RANGE_MALFORMED /upper']],
    [{ upper: '5', unit: 'person', qualifier: 'range' }, people, ['RANGE_MALFORMED /lower']],
    [{ amount: '5', upper: '9', unit: 'person' }, people, ['RANGE_MALFORMED /upper']],
    [{ amount: '5', unit: 'person', qualifier: 'range' }, people, ['RANGE_MALFORMED /amount']],
    [{ amount: '5', unit: 'm2', resolution: '2' }, area, ['RESOLUTION_UNUSABLE /resolution']],
    [{ amount: '5', unit: 'm2', resolution: '10' }, area, ['RESOLUTION_UNUSABLE /resolution']],
    [
      { amount: '0', unit: 'm2', resolution: '1' + '0'.repeat(20) },
      area,
      ['RESOLUTION_UNUSABLE /resolution'],
    ],
    [
      { amount: '50', unit: 'm2', qualifier: 'over', resolution: '10' },
      area,
      ['RESOLUTION_UNUSABLE /resolution'],
    ],
    [{}, people, ['QUANTITY_UNREADABLE ']],
    [{ unit: 'person' }, people, ['QUANTITY_UNREADABLE ']],
    [{ printed: '第十二次' }, people, ['QUANTITY_IS_LABEL /printed']],
    [{ printed: '30余人增长到100余人' }, people, ['SEVERAL_QUANTITIES /printed']],
    [{ printed: '若干' }, people, ['QUANTITY_UNREADABLE /printed']],
    [{ printed: '5\u0000人' }, people, ['TEXT_NOT_CLEAN /printed']],
    [{ printed: '120%' }, rate, ['PERCENT_OUT_OF_RANGE /printed']],
    [{ printed: '超100%' }, rate, ['PERCENT_OUT_OF_RANGE /printed']],
    [{ amount: '-1', unit: 'percent' }, rate, ['PERCENT_OUT_OF_RANGE /amount']],
    [
      { lower: '90', upper: '101', unit: 'percent', qualifier: 'range' },
      rate,
      ['PERCENT_OUT_OF_RANGE /upper'],
    ],
    [
      { amount: 'x', unit: 'person', basis: 'landArea' },
      area,
      ['UNIT_OF_OTHER_DIMENSION /unit', 'BASIS_DIFFERS /basis', 'AMOUNT_NOT_DECIMAL /amount'],
    ],
  ])('%j is refused', (input, expected, codes) => {
    expect(refusalsOf(input, expected)).toEqual(codes);
  });

  it('keeps 100% and 99.6%以上 of a rate, and more than 100% of other figures', () => {
    expect(quantityOf({ printed: '100%' }, rate).amount).toBe('100');
    expect(quantityOf({ printed: '99.6%以上' }, rate).qualifier).toBe('atLeast');
    expect(quantityOf({ printed: '120%' }, { ...rate, kind: 'parameter' }).amount).toBe('120');
  });

  it('says in both languages what is wrong and what to do, with what was received', () => {
    const answer = understandQuantity({ amount: '1e5', unit: 'm2' }, area);
    if (!('refusals' in answer)) throw new Error('understood');
    const [{ message, hint, received }] = answer.refusals;
    for (const each of [message, hint]) {
      expect(each.zh).toMatch(/\p{Script=Han}/u);
      expect(each.en).toMatch(/[a-z]/);
    }
    expect(received).toBe('1e5');
  });

  it('is understood again from its own print, and never throws on any text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom(
            ...Array.from(
              '0123456789.,，-—+%％零一两十百千万亿点余多约近超以上至个人条名第首N月均/ ',
            ),
          ),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (printed) => {
        const answer = understandQuantity({ printed }, people);
        if ('refusals' in answer) return;
        expect(answer.quantity.printed).toBe(printed);
        expect(understandQuantity(answer.quantity, people)).toEqual(answer);
      }),
      { seed: printedSeed('any text'), numRuns: 5000 },
    );
  });
});
