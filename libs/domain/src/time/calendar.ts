import { Temporal } from 'temporal-polyfill';
import type { LocalDate } from './time.js';

export type CalendarDate = { year: number; month: number; day: number };

/**
 * Reads an ISO calendar date (`2021-08-26`, years 0001 to 9999) in its one spelling, which also
 * sorts as text. Undefined for anything else and for days that no calendar has (2021-02-29).
 */
export function parseDate(text: string): CalendarDate | undefined {
  const [year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (year < 1 || month < 1 || month > 12 || day < 1) return undefined;
  return day <= daysInMonth(year, month) ? { year, month, day } : undefined;
}

/** Whether a text is a real calendar day, spelled as the ledger spells it. */
export const isLocalDate = (text: string): boolean => parseDate(text) !== undefined;

/**
 * The calendar day in Asia/Shanghai at an instant: `2021-08-26T16:30:00.000Z` is 2021-08-27, and
 * the summer times of 1986-1991 count. Throws a RangeError for a text that is no instant, because
 * callers pass clocks and recorded times, never what a user typed.
 */
export const shanghaiDate = (instantIso: string): LocalDate =>
  Temporal.Instant.from(instantIso).toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const isLeapYear = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
