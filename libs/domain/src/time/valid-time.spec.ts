import * as fc from 'fast-check';
import { printedSeed } from '../quantity/fixtures.js';
import type { ValidTime } from './time.js';
import { compareTimes, timeKey, validOn } from './valid-time.js';

const asOf: ValidTime = { type: 'asOf', asOf: '2021-08-26', phrase: '截至目前' };
const firstHalf: ValidTime = {
  type: 'period',
  start: '2021-01-01',
  end: '2021-06-30',
  code: '2021H1',
  phrase: '上半年',
};
const yearToDate: ValidTime = { type: 'yearToDate', start: '2021-01-01', end: '2021-08-26' };
const monthly: ValidTime = { type: 'averagePerPeriod', per: 'month', asOf: '2021-08-26' };

describe('the valid time of a figure', () => {
  it('speaks for its as-of date or its last day', () => {
    expect([asOf, firstHalf, yearToDate, monthly].map(validOn)).toEqual([
      '2021-08-26',
      '2021-06-30',
      '2021-08-26',
      '2021-08-26',
    ]);
  });

  it('is the same whatever its wording, scope and code', () => {
    const { phrase: _phrase, code: _code, ...plain } = firstHalf;
    expect(timeKey(plain)).toBe(timeKey(firstHalf));
    expect(timeKey({ type: 'asOf', asOf: '2021-08-26' })).toBe(timeKey(asOf));
    const scope = { start: '2021-01-01', end: '2021-12-31' };
    expect(timeKey({ ...asOf, scope })).toBe(timeKey(asOf));
  });

  it('differs by semantics, dates, span of the average and its window', () => {
    const times: ValidTime[] = [
      asOf,
      firstHalf,
      yearToDate,
      monthly,
      { ...monthly, per: 'year' },
      { ...monthly, window: { start: '2021-01-01', end: '2021-08-26' } },
      { ...asOf, asOf: '2021-08-27' },
      { ...firstHalf, end: '2021-07-31' },
      { type: 'period', start: '2021-01-01', end: '2021-08-26' },
    ];
    expect(new Set(times.map(timeKey)).size).toBe(times.length);
  });

  it('is ordered by the day it speaks for, then by its start', () => {
    const later: ValidTime = { type: 'asOf', asOf: '2021-09-01' };
    expect(compareTimes(firstHalf, asOf)).toBe(-1);
    expect(compareTimes(later, asOf)).toBe(1);
    expect(compareTimes(yearToDate, asOf)).toBe(-1);
    expect(compareTimes(asOf, { ...asOf, phrase: '目前' })).toBe(0);
  });

  it('is in a total order that agrees with its key', () => {
    const date = fc.constantFrom('2021-01-01', '2021-06-30', '2021-08-26');
    const time = fc.oneof(
      date.map((day): ValidTime => ({ type: 'asOf', asOf: day })),
      fc
        .tuple(fc.constantFrom('period' as const, 'yearToDate' as const), date, date)
        .map(([type, start, end]): ValidTime => ({ type, start, end })),
      fc
        .tuple(fc.constantFrom('month' as const, 'year' as const), date)
        .map(([per, day]): ValidTime => ({ type: 'averagePerPeriod', per, asOf: day })),
    );
    fc.assert(
      fc.property(time, time, time, (left, middle, right) => {
        expect(compareTimes(left, middle) + compareTimes(middle, left)).toBe(0);
        expect(compareTimes(left, middle) === 0).toBe(timeKey(left) === timeKey(middle));
        const [first, second, third] = [left, middle, right].sort(compareTimes);
        if (first && second && third) expect(compareTimes(first, third)).toBeLessThanOrEqual(0);
      }),
      { seed: printedSeed('order of times'), numRuns: 500 },
    );
  });
});
