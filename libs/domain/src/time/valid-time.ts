import type { LocalDate, ValidTime } from './time.js';

/** The day that a figure speaks for: its as-of date, or the last day of its period. */
export function validOn(time: ValidTime): LocalDate {
  switch (time.type) {
    case 'asOf':
    case 'averagePerPeriod':
      return time.asOf;
    case 'period':
    case 'yearToDate':
      return time.end;
  }
}

/**
 * The identity of a valid time: two times with one key are the same, and one series has one live
 * figure a key. The wording of the source, the scope and the code do not matter. An averaging
 * window does, because the average of another window is another figure.
 */
export function timeKey(time: ValidTime): string {
  switch (time.type) {
    case 'asOf':
      return `asOf:${time.asOf}`;
    case 'period':
    case 'yearToDate':
      return `${time.type}:${time.start}/${time.end}`;
    case 'averagePerPeriod': {
      const window = time.window ? `:${time.window.start}/${time.window.end}` : '';
      return `averagePerPeriod:${time.per}:${time.asOf}${window}`;
    }
  }
}

/**
 * Order of valid times: by the day they speak for, then the earlier start first, then by kind.
 * 0 exactly when `timeKey` is the same.
 */
export function compareTimes(left: ValidTime, right: ValidTime): -1 | 0 | 1 {
  return (
    compareText(validOn(left), validOn(right)) ||
    compareText(startOf(left), startOf(right)) ||
    compareText(timeKey(left), timeKey(right))
  );
}

function startOf(time: ValidTime): LocalDate {
  return time.type === 'period' || time.type === 'yearToDate' ? time.start : time.asOf;
}

// Code unit order, not a locale's: ISO dates and keys are ASCII.
function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
