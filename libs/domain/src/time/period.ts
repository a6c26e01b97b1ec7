import { daysInMonth } from './calendar.js';
import type { LocalDate } from './time.js';

/** A closed period, both ends inclusive; one day has start = end. */
export type Period = { start: LocalDate; end: LocalDate };

/** What a period code says. Year to date has no end of its own: its as-of date is the end. */
export type CodedPeriod = ({ type: 'period' } & Period) | { type: 'yearToDate'; start: LocalDate };

/**
 * Reads a period code: `2021`, `2021H1`, `2021Q3`, `2021-07`, `2021YTD`, and the span of years
 * `2020-2025` of plans. Undefined for any other text. `codeOfPeriod` is the inverse.
 */
export function periodFromCode(code: string): CodedPeriod | undefined {
  const span = /^(\d{4})-(\d{4})$/.exec(code);
  if (span !== null) return spanOfYears(Number(span[1]), Number(span[2]));
  const match = /^(\d{4})(?:(YTD)|H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(code);
  if (match === null) return undefined;
  const [, yearText, toDate, half, quarter, month] = match;
  const year = Number(yearText);
  if (year < 1) return undefined;
  if (toDate !== undefined) return { type: 'yearToDate', start: firstDay(year, 1) };
  if (half !== undefined) return months(year, Number(half) * 6 - 5, Number(half) * 6);
  if (quarter !== undefined) return months(year, Number(quarter) * 3 - 2, Number(quarter) * 3);
  if (month !== undefined) return months(year, Number(month), Number(month));
  return months(year, 1, 12);
}

/** The code of a whole month, quarter, half, year or span of years; undefined for other periods. */
export function codeOfPeriod({ start, end }: Period): string | undefined {
  const year = start.slice(0, 4);
  const [from, to] = [Number(start.slice(5, 7)), Number(end.slice(5, 7))];
  const candidates = [
    year,
    `${year}-${end.slice(0, 4)}`,
    `${year}H${to / 6}`,
    `${year}Q${to / 3}`,
    from === to ? start.slice(0, 7) : year,
  ];
  return candidates.find((code) => {
    const coded = periodFromCode(code);
    return coded?.type === 'period' && coded.start === start && coded.end === end;
  });
}

/** Whether two closed periods share a day. ISO dates sort as text. */
export const periodsOverlap = (left: Period, right: Period): boolean =>
  left.start <= right.end && right.start <= left.end;

function spanOfYears(first: number, last: number): CodedPeriod | undefined {
  if (first < 1 || last <= first) return undefined;
  return { type: 'period', start: firstDay(first, 1), end: lastDay(last, 12) };
}

const months = (year: number, first: number, last: number): CodedPeriod => ({
  type: 'period',
  start: firstDay(year, first),
  end: lastDay(year, last),
});

const firstDay = (year: number, month: number): LocalDate => isoDate(year, month, 1);
const lastDay = (year: number, month: number): LocalDate =>
  isoDate(year, month, daysInMonth(year, month));

const isoDate = (year: number, month: number, day: number): LocalDate =>
  [
    String(year).padStart(4, '0'),
    ...[month, day].map((part) => String(part).padStart(2, '0')),
  ].join('-');
