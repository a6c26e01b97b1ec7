import * as fc from 'fast-check';
import { printedSeed } from '../quantity/fixtures.js';
import { isLocalDate } from './calendar.js';
import { codeOfPeriod, periodFromCode, periodsOverlap } from './period.js';

describe('a period code', () => {
  it.each([
    ['2021', '2021-01-01', '2021-12-31'],
    ['2021H1', '2021-01-01', '2021-06-30'],
    ['2021H2', '2021-07-01', '2021-12-31'],
    ['2021Q1', '2021-01-01', '2021-03-31'],
    ['2021Q3', '2021-07-01', '2021-09-30'],
    ['2021-07', '2021-07-01', '2021-07-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2020-2025', '2020-01-01', '2025-12-31'],
  ])('%s is %s to %s, and back', (code, start, end) => {
    expect(periodFromCode(code)).toEqual({ type: 'period', start, end });
    expect(codeOfPeriod({ start, end })).toBe(code);
  });

  it('of the year to date has a start, and its end comes with the figure', () => {
    expect(periodFromCode('2021YTD')).toEqual({ type: 'yearToDate', start: '2021-01-01' });
  });

  it.each([
    '2021H3',
    '2021Q5',
    '2021-13',
    '2021-1',
    '21H1',
    '2021h1',
    '2025-2020',
    '2021-2021',
    '0000',
    '上半年',
    '',
  ])('%j is none', (code) => {
    expect(periodFromCode(code)).toBeUndefined();
  });

  it('is not made for other periods', () => {
    expect(codeOfPeriod({ start: '2021-05-27', end: '2021-05-27' })).toBeUndefined();
    expect(codeOfPeriod({ start: '2021-01-01', end: '2021-08-26' })).toBeUndefined();
    expect(codeOfPeriod({ start: '2021-04-01', end: '2021-09-30' })).toBeUndefined();
  });

  it('covers real days and renders back, whatever code it is', () => {
    const code = fc.tuple(
      fc.integer({ min: 1, max: 9999 }).map((year) => String(year).padStart(4, '0')),
      fc.constantFrom('', 'H1', 'H2', 'Q1', 'Q2', 'Q3', 'Q4', '-01', '-02', '-11', '-12'),
    );
    fc.assert(
      fc.property(code, ([year, part]) => {
        const coded = periodFromCode(`${year}${part}`);
        if (coded?.type !== 'period') throw new Error(`${year}${part}`);
        expect([isLocalDate(coded.start), isLocalDate(coded.end)]).toEqual([true, true]);
        expect(coded.start < coded.end).toBe(true);
        expect(codeOfPeriod(coded)).toBe(`${year}${part}`);
      }),
      { seed: printedSeed('period codes') },
    );
  });
});

describe('periods', () => {
  const firstHalf = { start: '2021-01-01', end: '2021-06-30' };
  it.each([
    [{ start: '2021-06-30', end: '2021-07-31' }, true],
    [{ start: '2021-07-01', end: '2021-12-31' }, false],
    [{ start: '2021-03-01', end: '2021-03-01' }, true],
    [{ start: '2020-01-01', end: '2022-12-31' }, true],
    [{ start: '2020-01-01', end: '2020-12-31' }, false],
  ])('%j shares a day with the first half of 2021: %s', (other, overlaps) => {
    expect(periodsOverlap(firstHalf, other)).toBe(overlaps);
    expect(periodsOverlap(other, firstHalf)).toBe(overlaps);
  });
});
