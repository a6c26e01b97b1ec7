import { sayFrom } from '../text/catalogue.js';
import { en } from '../text/en.js';
import { zh } from '../text/zh.js';
import {
  dayInWords,
  instantInShanghai,
  milestoneDateInWords,
  periodInWords,
  timeInWords,
} from './valid-time.js';
import type { TimeWords } from './valid-time.js';

const chinese: TimeWords = { language: 'zh', say: sayFrom(zh) };
const english: TimeWords = { language: 'en', say: sayFrom(en) };

describe('dates and periods in words', () => {
  it('names a day', () => {
    expect(dayInWords('2021-08-26', 'zh')).toBe('2021年8月26日');
    expect(dayInWords('2021-09-01', 'en')).toBe('1 Sep 2021');
    expect(dayInWords('soon', 'en')).toBe('soon');
  });

  it.each([
    ['2021-01-01', '2021-06-30', '2021年上半年', 'first half of 2021'],
    ['2021-07-01', '2021-12-31', '2021年下半年', 'second half of 2021'],
    ['2021-07-01', '2021-09-30', '2021年第3季度', 'quarter 3 of 2021'],
    ['2021-01-01', '2021-12-31', '2021年', '2021'],
    ['2020-01-01', '2025-12-31', '2020—2025年', '2020–2025'],
    ['2024-02-01', '2024-02-29', '2024年2月', 'Feb 2024'],
    ['2021-05-27', '2021-05-27', '2021年5月27日', '27 May 2021'],
    ['2023-02-01', '2023-02-27', '2023年2月1日至2023年2月27日', '1 Feb 2023 to 27 Feb 2023'],
    ['2021-02-01', '2021-07-31', '2021年2月1日至2021年7月31日', '1 Feb 2021 to 31 Jul 2021'],
  ])('%s to %s', (start, end, inChinese, inEnglish) => {
    expect(periodInWords(start, end, chinese)).toBe(inChinese);
    expect(periodInWords(start, end, english)).toBe(inEnglish);
  });

  it('says an as-of date with the scope of a plan', () => {
    const scope = { start: '2020-01-01', end: '2025-12-31' };
    const time = { type: 'asOf', asOf: '2021-08-26', scope } as const;
    expect(timeInWords(time, english)).toBe('as of 26 Aug 2021 (scope: 2020–2025)');
    expect(timeInWords(time, chinese)).toContain('截至2021年8月26日');
    expect(timeInWords(time, chinese)).toContain('2020—2025年');
  });

  it('says year to date, which is no closed period', () => {
    const time = { type: 'yearToDate', start: '2021-01-01', end: '2021-06-30' } as const;
    expect(timeInWords(time, chinese)).toBe('2021年1月1日至2021年6月30日累计');
    expect(timeInWords(time, english)).toBe('1 Jan 2021 to 30 Jun 2021, year to date');
  });

  it('admits that the window of an average is not stated', () => {
    const time = { type: 'averagePerPeriod', per: 'month', asOf: '2021-08-26' } as const;
    expect(timeInWords(time, english)).toBe(
      'monthly average as of 26 Aug 2021, averaging window not stated',
    );
    const window = { start: '2021-01-01', end: '2021-06-30' };
    expect(timeInWords({ ...time, window }, english)).toBe('monthly average, first half of 2021');
  });

  it('tells a milestone on a day from one known by a day', () => {
    expect(milestoneDateInWords({ type: 'date', date: '2021-05-27' }, chinese)).toBe(
      '2021年5月27日',
    );
    expect(milestoneDateInWords({ type: 'asOf', date: '2021-08-26' }, chinese)).toBe(
      '截至2021年8月26日',
    );
  });

  it('shows instants in Shanghai time, whatever the zone of the reader', () => {
    expect(instantInShanghai('2026-11-24T16:30:05.123Z')).toBe('2026-11-25 00:30');
    expect(instantInShanghai('2026-11-24T16:30:05.123Z', true)).toBe('2026-11-25 00:30:05');
    expect(instantInShanghai('never')).toBe('never');
  });
});
