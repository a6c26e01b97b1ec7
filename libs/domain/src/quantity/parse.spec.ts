import * as fc from 'fast-check';
import { printedSeed } from './fixtures.js';
import { findQuantities, parsePrinted, renderPrinted } from './parse.js';
import { readPrinted, type Reading } from './read.js';
import { findUnit } from './units.js';

function read(printed: string, unitCode: string): Reading | string {
  const unit = findUnit(unitCode);
  if (unit === undefined) throw new Error(unitCode);
  const parsed = parsePrinted(printed);
  if ('refusals' in parsed) return parsed.refusals[0].code;
  const answer = readPrinted(parsed.form, unit);
  return 'refusals' in answer ? answer.refusals[0].code : answer.reading;
}

describe('a printed quantity', () => {
  it.each([
    ['68.1万平方米', 'm2', '681000', 'exact', '1000'],
    ['68.10万㎡', 'm2', '681000', 'exact', '100'],
    ['115万平方米', 'm2', '1150000', 'exact', '10000'],
    ['约1.96平方公里', 'km2', '1.96', 'about', '0.01'],
    ['约1.96平方公里', 'm2', '1960000', 'about', '10000'],
    ['约 1.96 平方公里', 'km2', '1.96', 'about', '0.01'],
    ['2公顷', 'm2', '20000', 'exact', '10000'],
    ['5千克', 't', '0.005', 'exact', '0.001'],
    ['5千平方米', 'm2', '5000', 'exact', '1000'],
    ['2000平方米', 'mu', '3', 'exact', '0.0015'],
    ['1,150,000平方米', 'm2', '1150000', 'exact', '1'],
    ['1，150，000平方米', 'm2', '1150000', 'exact', '1'],
    ['６３．５％', 'percent', '63.5', 'exact', '0.1'],
    ['-3.2%', 'percent', '-3.2', 'exact', '0.1'],
    ['三百万平方米', 'm2', '3000000', 'exact', '1000000'],
    ['九十九点六万元', 'cny', '996000', 'exact', '1000'],
    ['1.1万件/月', 'event-per-month', '11000', 'exact', '1000'],
    ['月均1.1万件', 'event-per-month', '11000', 'exact', '1000'],
    ['8万张', 'certificate', '80000', 'exact', '10000'],
    ['5万千克', 'kg', '50000', 'exact', '10000'],
    ['月均1.1万', 'event-per-month', '11000', 'exact', '1000'],
    ['三点五亿元', 'cny', '350000000', 'exact', '10000000'],
    ['约-5元', 'cny', '-5', 'about', '1'],
    ['约百人', 'person', '100', 'about', '100'],
  ])('%s in %s is %s, %s, to %s', (printed, unit, amount, qualifier, resolution) => {
    expect(read(printed, unit)).toEqual({ amount, unit, qualifier, resolution });
  });

  it.each([
    ['80余条', 'measure', '80', 'moreThan'],
    ['80多条', 'measure', '80', 'moreThan'],
    ['16万余次', 'call', '160000', 'moreThan'],
    ['16余万次', 'call', '160000', 'moreThan'],
    ['百余名', 'person', '100', 'moreThan'],
    ['三百多万人', 'person', '3000000', 'moreThan'],
    ['万余亿元', 'cny', '1000000000000', 'moreThan'],
    ['80%多', 'percent', '80', 'moreThan'],
    ['3余亩', 'm2', '2000', 'moreThan'],
    ['超8万张', 'certificate', '80000', 'over'],
    ['超过8万张', 'certificate', '80000', 'over'],
    ['逾8万张', 'certificate', '80000', 'over'],
    ['99.6%以上', 'percent', '99.6', 'atLeast'],
    ['百分之九十九点六以上', 'percent', '99.6', 'atLeast'],
    ['至少30人', 'person', '30', 'atLeast'],
    ['不少于30人', 'person', '30', 'atLeast'],
    ['不低于30%', 'percent', '30', 'atLeast'],
    ['近百名', 'person', '100', 'nearly'],
    ['近百', 'person', '100', 'nearly'],
    ['大约30人', 'person', '30', 'about'],
    ['30人左右', 'person', '30', 'about'],
    ['两批', 'batch', '2', 'exact'],
    ['三个', 'channel', '3', 'exact'],
    ['四免', 'kind', '4', 'exact'],
    ['十五个', 'institute', '15', 'exact'],
    ['10家', 'agreement', '10', 'exact'],
    ['10家', 'enterprise', '10', 'exact'],
    ['6个方面', 'work-area', '6', 'exact'],
    ['5大领域', 'field', '5', 'exact'],
    ['9985', 'case', '9985', 'exact'],
  ])('%s in %s is %s, %s, with no resolution', (printed, unit, amount, qualifier) => {
    expect(read(printed, unit)).toEqual({ amount, unit, qualifier });
  });

  it.each([
    ['3-5人', '3', '5'],
    ['3—5人', '3', '5'],
    ['3~5人', '3', '5'],
    ['3至5人', '3', '5'],
    ['三至五人', '3', '5'],
    ['3人-5人', '3', '5'],
    ['3 - 5人', '3', '5'],
    ['3-5万人', '30000', '50000'],
    ['8000-1万人', 'RANGE_MALFORMED', ''],
    ['8000人-1万人', '8000', '10000'],
    ['2020-2025人', '2020', '2025'],
    ['5-3人', 'RANGE_MALFORMED', ''],
  ])('%s is a range from %s to %s', (printed, lower, upper) => {
    const answer = read(printed, 'person');
    const range = { unit: 'person', qualifier: 'range', lower, upper };
    expect(answer).toEqual(upper === '' ? lower : range);
  });

  it.each([
    ['第十二次', 'QUANTITY_IS_LABEL'],
    ['第二批', 'QUANTITY_IS_LABEL'],
    ['首批', 'QUANTITY_IS_LABEL'],
    ['1+15+15+5', 'QUANTITY_IS_LABEL'],
    ['1+4+N', 'QUANTITY_IS_LABEL'],
    ['2020-2025', 'QUANTITY_IS_LABEL'],
    ['2020-2025年', 'QUANTITY_IS_LABEL'],
    ['一主两副', 'QUANTITY_IS_LABEL'],
    ['3.0', 'QUANTITY_IS_LABEL'],
    ['13号线', 'QUANTITY_IS_LABEL'],
    ['5G', 'QUANTITY_IS_LABEL'],
    ['2021年', 'QUANTITY_IS_LABEL'],
    ['2021-08-26', 'QUANTITY_IS_LABEL'],
    ['30余人增长到100余人', 'SEVERAL_QUANTITIES'],
    ['3头', 'UNIT_UNKNOWN'],
    ['3个月', 'UNIT_UNKNOWN'],
    ['3个百分点', 'UNIT_UNKNOWN'],
    ['80余条。', 'QUANTITY_UNREADABLE'],
    ['共80余条', 'QUANTITY_UNREADABLE'],
    ['约30余人', 'QUANTITY_UNREADABLE'],
    ['约3-5人', 'QUANTITY_UNREADABLE'],
    ['不超过100人', 'QUANTITY_UNREADABLE'],
    ['100人以下', 'QUANTITY_UNREADABLE'],
    ['上百人', 'QUANTITY_UNREADABLE'],
    ['百人', 'QUANTITY_UNREADABLE'],
    ['二三十人', 'QUANTITY_UNREADABLE'],
    ['三分之一', 'QUANTITY_UNREADABLE'],
    ['', 'QUANTITY_UNREADABLE'],
    ['若干', 'QUANTITY_UNREADABLE'],
    ['5'.repeat(201), 'QUANTITY_UNREADABLE'],
    [`${'9'.repeat(30)}亿人`, 'QUANTITY_UNREADABLE'],
    ['5\u0000人', 'TEXT_NOT_CLEAN'],
    ['5\ud800人', 'TEXT_NOT_CLEAN'],
    ['e\u0301', 'TEXT_NOT_CLEAN'],
    ['3平方米', 'UNIT_OF_OTHER_DIMENSION'],
    ['月均5人', 'UNIT_OF_OTHER_DIMENSION'],
    ['百分之3人', 'UNIT_OF_OTHER_DIMENSION'],
    ['2千克-5人', 'UNIT_OF_OTHER_DIMENSION'],
    ['3人-5', 'UNIT_OF_OTHER_DIMENSION'],
    ['百-200人', 'QUANTITY_UNREADABLE'],
    ['亿余百人', 'UNIT_UNKNOWN'],
    ['万余万人', 'UNIT_UNKNOWN'],
    ['-5余人', 'QUANTITY_UNREADABLE'],
  ])('%j is refused as %s', (printed, code) => {
    expect(read(printed, 'person')).toBe(code);
  });

  it('is refused where its unit or resolution is no decimal of the metric', () => {
    expect(read('1亩', 'm2')).toBe('QUANTITY_NOT_EXACT_IN_UNIT');
    expect(read('3亩', 'm2')).toBe('QUANTITY_NOT_EXACT_IN_UNIT');
    expect(read('3亩', 'mu')).toMatchObject({ amount: '3', resolution: '1' });
  });

  it('has 百分之 before both ends of a range, or none', () => {
    const range = { unit: 'percent', qualifier: 'range', lower: '30', upper: '50' };
    expect(read('百分之三十至百分之五十', 'percent')).toEqual(range);
    expect(read('30%-50%', 'percent')).toEqual(range);
    expect(read('30至百分之五十', 'percent')).toBe('QUANTITY_UNREADABLE');
  });

  it('says in a refusal what was found and where', () => {
    const parsed = parsePrinted('30余人增长到100余人');
    expect(parsed).toMatchObject({
      refusals: [
        {
          pointer: '',
          received: '30余人增长到100余人',
          facts: {
            quantities: [
              { text: '30余人', start: 0, end: 4 },
              { text: '100余人', start: 7, end: 12 },
            ],
          },
        },
      ],
    });
  });
});

describe('quantities in a text', () => {
  it('are found with their place, and labels, dates and compounds are passed over', () => {
    // given
    const text =
      '5月27日第十二次会议审议6项，2020-2025年签约154家，近百名干部，附近3个站，从30余人增长到100余人，' +
      '轨道13号线，99.6%以上，1+15+15+5，三分之一，不超过5人，约27.6平方公里，升3个百分点，月均1.1万件，11:02';

    // when
    const found = findQuantities(text);

    // then
    expect(found.map((each) => each.text)).toEqual([
      '6项',
      '154家',
      '近百名',
      '3个',
      '30余人',
      '100余人',
      '99.6%以上',
      '约27.6平方公里',
      '月均1.1万件',
    ]);
    for (const { start, end, text: part, form } of found) {
      expect(text.slice(start, end)).toBe(part);
      expect(renderPrinted(form)).toBe(part);
    }
  });

  it('may use unit words that only one metric has', () => {
    expect(findQuantities('清出3块地')).toEqual([]);
    expect(findQuantities('清出3块地', { unitWords: ['块'] })).toMatchObject([{ text: '3块' }]);
  });
});

// Texts made of pieces that a newspaper may print, with the amount worked out by whole numbers.
const arabic = fc
  .tuple(fc.bigInt(0n, 10n ** 12n), fc.integer({ min: 0, max: 4 }), fc.constantFrom('', ',', '，'))
  .map(([digits, places, mark]) => {
    const all = digits.toString().padStart(places + 1, '0');
    const whole = all.slice(0, all.length - places).replace(/\B(?=(\d{3})+$)/g, mark);
    const text = places === 0 ? whole : `${whole}.${all.slice(all.length - places)}`;
    return { text, digits, places };
  });
const fullWidth = arabic
  .filter(({ text }) => !text.includes(','))
  .map((each) => ({
    ...each,
    text: each.text.replace(/[0-9.]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  }));
const prefixes = new Map([
  ['', 1n],
  ['百', 100n],
  ['千', 1000n],
  ['万', 10_000n],
  ['百万', 1_000_000n],
  ['亿', 10n ** 8n],
  ['万亿', 10n ** 12n],
]);
const frame = fc.constantFrom(
  ['', '', '', ''],
  ['约', '', '', ''],
  ['近 ', '', '', ''],
  ['不少于', '', '', ''],
  ['', '余', '', ''],
  ['', '', '余', ''],
  ['', '', '', '以上'],
  ['', '', '', '左右'],
);

describe('any printed quantity', () => {
  it('renders back exactly and has the amount that its digits say', () => {
    fc.assert(
      fc.property(
        fc.oneof(arabic, fullWidth),
        fc.constantFrom(...prefixes.keys()),
        fc.constantFrom('平方米', '㎡', ' 平方米', ''),
        frame,
        ({ text: numeral, digits, places }, prefix, word, [front, middle, last, back]) => {
          // given
          const behindPrefix = prefix === '' ? '' : last;
          const printed = `${front}${numeral}${middle}${prefix}${behindPrefix}${word}${back}`;

          // when
          const parsed = parsePrinted(printed);
          const reading = read(printed, 'm2');

          // then
          if (/^\d\.0$/.test(printed)) return expect(reading).toBe('QUANTITY_IS_LABEL');
          expect('form' in parsed && renderPrinted(parsed.form)).toBe(printed);
          const shifted = digits * (prefixes.get(prefix) ?? 0n) * 10n ** BigInt(20 - places);
          expect(typeof reading === 'string' ? reading : scaled(reading.amount, 20)).toBe(shifted);
        },
      ),
      { seed: printedSeed('printed quantities'), numRuns: 3000 },
    );
  });
});

/** The decimal as a whole number of 10^-places. */
function scaled(decimal: string | undefined, places: number): bigint {
  const [whole = '', fraction = ''] = (decimal ?? '').split('.');
  return BigInt(`${whole}${fraction.padEnd(places, '0')}`);
}
