import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { printedSeed } from '../quantity/fixtures.js';
import { isLocalDate, parseDate, shanghaiDate } from './calendar.js';

const padded = (value: number, length: number) => String(value).padStart(length, '0');

function isReal(date: string): boolean {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString() === date;
  } catch {
    return false;
  }
}

describe('a calendar date', () => {
  it('is read with its parts', () => {
    expect(parseDate('2021-08-26')).toEqual({ year: 2021, month: 8, day: 26 });
    expect(parseDate('2024-02-29')).toEqual({ year: 2024, month: 2, day: 29 });
  });

  it.each([
    '2021-02-29',
    '1900-02-29',
    '2021-04-31',
    '2021-13-01',
    '2021-00-10',
    '2021-01-00',
    '0000-01-01',
    '2021-8-26',
    '20210826',
    '2021/08/26',
    ' 2021-08-26',
    '2021-08-26\n',
    '2021-08-26T00:00:00Z',
    '+002021-08-26',
    '２０２１-08-26',
    '2021年8月26日',
    '',
  ])('%j is none', (text) => {
    expect(isLocalDate(text)).toBe(false);
    expect(parseDate(text)).toBeUndefined();
  });

  it('is real exactly where the calendar of Temporal has it', () => {
    const part = fc.integer({ min: 0, max: 33 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), part, part, (year, month, day) => {
        const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
        expect(isLocalDate(date)).toBe(isReal(date));
      }),
      { seed: printedSeed('calendar dates'), numRuns: 1000 },
    );
  });
});

describe('the day in Shanghai', () => {
  it.each([
    ['2021-08-26T15:59:59.999Z', '2021-08-26'],
    ['2021-08-26T16:00:00.000Z', '2021-08-27'],
    ['2021-08-26T11:02:00+08:00', '2021-08-26'],
    ['2020-12-31T16:00:00Z', '2021-01-01'],
    // Summer time of 1988: nine hours ahead of UTC.
    ['1988-07-01T15:00:00Z', '1988-07-02'],
  ])('at %s is %s', (instant, date) => {
    expect(shanghaiDate(instant)).toBe(date);
  });

  it('of a text that is no instant is a mistake of the caller', () => {
    expect(() => shanghaiDate('2021-08-26')).toThrow(RangeError);
  });
});
