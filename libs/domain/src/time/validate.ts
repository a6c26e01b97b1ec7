import type { Refusal } from '../decision.js';
import { isLocalDate } from './calendar.js';
import { periodFromCode, type Period } from './period.js';
import type { EventDate, LocalDate, Scope, ValidTime } from './time.js';

/**
 * Everything wrong with a valid time, with pointers relative to it (`/asOf`, `/window/end`).
 * Codes: DATE_INVALID, PERIOD_REVERSED, TIME_IN_FUTURE, YEAR_TO_DATE_START and
 * PERIOD_CODE_DISAGREES. A scope may end after `today`, an observation may not. A code that
 * `periodFromCode` cannot read is the source's own name and says nothing that could disagree.
 */
export function validateTime(time: ValidTime, today: LocalDate): Refusal[] {
  switch (time.type) {
    case 'asOf':
      return [...dateRefusals('/asOf', time.asOf, today), ...scopeRefusals(time.scope)];
    case 'period':
      return [...periodRefusals('', time, today), ...codeRefusals('', time, time.code)];
    case 'yearToDate':
      return yearToDateRefusals(time, today);
    case 'averagePerPeriod':
      return [
        ...dateRefusals('/asOf', time.asOf, today),
        ...(time.window === undefined ? [] : periodRefusals('/window', time.window, today)),
      ];
  }
}

/** The same for the day on which something happened or stood. */
export const validateEventDate = (on: EventDate, today: LocalDate): Refusal[] => [
  ...dateRefusals('/date', on.date, today),
  ...scopeRefusals(on.scope),
];

function yearToDateRefusals(time: ValidTime & { type: 'yearToDate' }, today: LocalDate): Refusal[] {
  const refusals = periodRefusals('', time, today);
  if (refusals.some(({ code }) => code === 'DATE_INVALID')) return refusals;
  const newYear = `${time.end.slice(0, 4)}-01-01`;
  return [
    ...refusals,
    ...(time.start === newYear ? [] : [yearToDateStart(time.start, newYear)]),
    ...codeRefusals('', time, time.code),
  ];
}

function scopeRefusals(scope: Scope | undefined): Refusal[] {
  if (scope === undefined) return [];
  return [...periodRefusals('/scope', scope), ...codeRefusals('/scope', scope, scope.code)];
}

/** Real dates in order; without `today` the period may lie in the future. */
function periodRefusals(pointer: string, { start, end }: Period, today?: LocalDate): Refusal[] {
  const refusals = [
    ...dateRefusals(`${pointer}/start`, start),
    ...dateRefusals(`${pointer}/end`, end, today),
  ];
  const reversed = isLocalDate(start) && isLocalDate(end) && end < start;
  return reversed ? [...refusals, periodReversed(pointer, { start, end })] : refusals;
}

function dateRefusals(pointer: string, date: LocalDate, today?: LocalDate): Refusal[] {
  if (!isLocalDate(date)) return [dateInvalid(pointer, date)];
  return today !== undefined && date > today ? [timeInFuture(pointer, date, today)] : [];
}

function codeRefusals(pointer: string, { start, end }: Period, code?: string): Refusal[] {
  const coded = code === undefined ? undefined : periodFromCode(code);
  if (code === undefined || coded === undefined) return [];
  const agrees = coded.start === start && (coded.type === 'yearToDate' || coded.end === end);
  return agrees ? [] : [codeDisagrees(`${pointer}/code`, code, { start, end })];
}

const dateInvalid = (pointer: string, received: LocalDate): Refusal => ({
  code: 'DATE_INVALID',
  pointer,
  message: {
    zh: `“${received}”不是有效日期。`,
    en: `"${received}" is not a calendar date.`,
  },
  hint: {
    zh: '请按 2021-08-26 的格式填写真实存在的日期。',
    en: 'Give a real day in the form 2021-08-26.',
  },
  received,
});

const timeInFuture = (pointer: string, received: LocalDate, today: LocalDate): Refusal => ({
  code: 'TIME_IN_FUTURE',
  pointer,
  message: {
    zh: `日期 ${received} 晚于今天（${today}，北京时间），尚未发生的情况不能入账。`,
    en: `${received} is after today, ${today} in Asia/Shanghai; the future cannot be recorded.`,
  },
  hint: {
    zh: '请填写不晚于今天的截至日期；计划所覆盖的时段请填入适用范围（scope）。',
    en: 'Use a date up to today; what a plan or list covers belongs in the scope.',
  },
  received,
  facts: { today },
});

const periodReversed = (pointer: string, { start, end }: Period): Refusal => ({
  code: 'PERIOD_REVERSED',
  pointer: `${pointer}/end`,
  message: {
    zh: `时段的结束日期 ${end} 早于开始日期 ${start}。`,
    en: `The period ends on ${end}, before it starts on ${start}.`,
  },
  hint: {
    zh: '请核对开始日期和结束日期；首尾两日均计入时段。',
    en: 'Check both dates; the first and the last day belong to the period.',
  },
  received: end,
  facts: { start, end },
});

const yearToDateStart = (received: LocalDate, expected: LocalDate): Refusal => ({
  code: 'YEAR_TO_DATE_START',
  pointer: '/start',
  message: {
    zh: `“今年以来”的数据应从当年 1 月 1 日起算，现为 ${received}。`,
    en: `A year-to-date figure starts on 1 January of the year of its end, not on ${received}.`,
  },
  hint: {
    zh: `请将开始日期改为 ${expected}，或改按时段（period）填报。`,
    en: `Start on ${expected}, or report a period instead.`,
  },
  received,
  facts: { expected },
});

const codeDisagrees = (pointer: string, received: string, { start, end }: Period): Refusal => ({
  code: 'PERIOD_CODE_DISAGREES',
  pointer,
  message: {
    zh: `时段代码 ${received} 与起止日期 ${start} 至 ${end} 不一致。`,
    en: `The code ${received} does not stand for ${start} to ${end}.`,
  },
  hint: {
    zh: '请改正代码或起止日期，也可以不填代码。',
    en: 'Mend the code or the dates, or leave the code out.',
  },
  received,
  facts: { start, end },
});
