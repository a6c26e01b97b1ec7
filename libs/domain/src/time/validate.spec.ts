import type { EventDate, ValidTime } from './time.js';
import { validateEventDate, validateTime } from './validate.js';

const today = '2021-08-26';
const codes = (time: ValidTime) =>
  validateTime(time, today).map(({ code, pointer }) => `${code} ${pointer}`);

describe('a valid time', () => {
  it.each<[ValidTime]>([
    [{ type: 'asOf', asOf: today }],
    [{ type: 'asOf', asOf: today, scope: { start: '2020-01-01', end: '2025-12-31' } }],
    [{ type: 'period', start: '2021-05-27', end: '2021-05-27' }],
    [{ type: 'period', start: '2021-01-01', end: '2021-06-30', code: '2021H1' }],
    [{ type: 'period', start: '2021-06-18', end: '2021-07-01', code: '百日攻坚' }],
    [{ type: 'yearToDate', start: '2021-01-01', end: today, code: '2021YTD' }],
    [{ type: 'averagePerPeriod', per: 'month', asOf: today }],
  ])('%j is taken', (time) => {
    expect(validateTime(time, today)).toEqual([]);
  });

  it.each<[ValidTime, string[]]>([
    [{ type: 'asOf', asOf: '2021-02-29' }, ['DATE_INVALID /asOf']],
    [{ type: 'asOf', asOf: '2021-08-27' }, ['TIME_IN_FUTURE /asOf']],
    [{ type: 'period', start: '2021-01-01', end: '2021-12-31' }, ['TIME_IN_FUTURE /end']],
    [{ type: 'period', start: '2021-06-30', end: '2021-01-01' }, ['PERIOD_REVERSED /end']],
    [{ type: 'period', start: 'x', end: 'y' }, ['DATE_INVALID /start', 'DATE_INVALID /end']],
    [
      { type: 'period', start: '2021-01-01', end: '2021-06-30', code: '2021Q1' },
      ['PERIOD_CODE_DISAGREES /code'],
    ],
    [{ type: 'yearToDate', start: '2020-01-01', end: today }, ['YEAR_TO_DATE_START /start']],
    [{ type: 'yearToDate', start: '2021-02-01', end: today }, ['YEAR_TO_DATE_START /start']],
    [{ type: 'yearToDate', start: '2021-02-01', end: '2021-02-30' }, ['DATE_INVALID /end']],
    [
      { type: 'yearToDate', start: '2021-01-01', end: today, code: '2020YTD' },
      ['PERIOD_CODE_DISAGREES /code'],
    ],
    [
      {
        type: 'averagePerPeriod',
        per: 'month',
        asOf: '2021-09-01',
        window: { start: '2021-08-01', end: '2021-07-01' },
      },
      ['TIME_IN_FUTURE /asOf', 'PERIOD_REVERSED /window/end'],
    ],
    [
      { type: 'asOf', asOf: today, scope: { start: '2025-01-01', end: '2020-12-31' } },
      ['PERIOD_REVERSED /scope/end'],
    ],
    [
      {
        type: 'asOf',
        asOf: today,
        scope: { start: '2020-01-01', end: '2024-12-31', code: '2020-2025' },
      },
      ['PERIOD_CODE_DISAGREES /scope/code'],
    ],
  ])('%j is refused', (time, expected) => {
    expect(codes(time)).toEqual(expected);
  });

  it('says what was received, what today is and what to do', () => {
    const [refusal] = validateTime({ type: 'asOf', asOf: '2021-08-27' }, today);
    expect(refusal).toMatchObject({ received: '2021-08-27', facts: { today } });
    expect(refusal?.message.zh).toContain('2021-08-27');
    expect(refusal?.hint.en).toContain('scope');
  });
});

describe('the date of an event', () => {
  it.each<[EventDate, string[]]>([
    [{ type: 'date', date: '2021-05-27' }, []],
    [{ type: 'asOf', date: today, scope: { start: '2020-01-01', end: '2025-12-31' } }, []],
    [{ type: 'date', date: '2021-08-27' }, ['TIME_IN_FUTURE /date']],
    [{ type: 'date', date: '2021-02-29' }, ['DATE_INVALID /date']],
    [
      { type: 'date', date: today, scope: { start: '2021-02-02', end: '2021-02-01' } },
      ['PERIOD_REVERSED /scope/end'],
    ],
  ])('%j gives %j', (on, expected) => {
    const refusals = validateEventDate(on, today);
    expect(refusals.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(expected);
  });
});
