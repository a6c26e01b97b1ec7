import type { LocalDate } from '@ledger/domain';
import type { StatementRow, TimelineQueries } from '../timeline/queries.js';

// Walks over what was said about a series, one valid time after another. A series may hold a hundred
// thousand of them and a reader wants a page, so days are read by windows that grow where little
// stands and shrink where much does. Where a window ends never shows in what is walked over.

/** Every statement about one valid time of one series up to a position, in log order; never empty. */
export type SpokenTime = readonly [StatementRow, ...StatementRow[]];

export type Walk = {
  series: number;
  knownAt: number;
  /** Valid days, both inclusive. */
  from: LocalDate;
  to: LocalDate;
  /** The day on which the ledger stood at `knownAt`: hardly anything is said about later ones. */
  today: LocalDate;
};

export const FIRST_DAY: LocalDate = '0000-01-01';
const LAST_DAY: LocalDate = '9999-12-31';
const DAY_MS = 86_400_000;

const FIRST_WINDOW_DAYS = 32;
/** A window with fewer rows is followed by one twice as long, one with more by one half as long. */
const FEW_ROWS = 64;
const MANY_ROWS = 512;

/** The latest valid day first; of one day the valid time that was spoken of last. */
export function* newestFirst(timeline: TimelineQueries, walk: Walk): Generator<SpokenTime> {
  const { series, knownAt, from, today } = walk;
  let to = walk.to;
  if (to > today) {
    const ahead = later(from, dayAfter(today, 1));
    yield* spokenTimes(rowsOf(timeline, series, knownAt, ahead, to)).reverse();
    to = today;
  }
  for (let days = FIRST_WINDOW_DAYS; to >= from;) {
    const start = later(from, dayAfter(to, 1 - days));
    const rows = rowsOf(timeline, series, knownAt, start, to);
    yield* spokenTimes(rows).reverse();
    days = nextWindow(days, rows.length);
    to = dayAfter(start, -1);
  }
}

/** The earliest valid day first; of one day the valid time that was spoken of first. */
export function* oldestFirst(timeline: TimelineQueries, walk: Walk): Generator<SpokenTime> {
  const { series, knownAt, to, today } = walk;
  let from = walk.from;
  for (let days = FIRST_WINDOW_DAYS; from <= to && from <= today;) {
    const end = earlier(earlier(to, today), dayAfter(from, days - 1));
    const rows = rowsOf(timeline, series, knownAt, from, end);
    yield* spokenTimes(rows);
    if (end === to) return;
    days = nextWindow(days, rows.length);
    from = dayAfter(end, 1);
  }
  yield* spokenTimes(rowsOf(timeline, series, knownAt, from, to));
}

/** Everything said about one valid day of a series, by valid time. */
export const spokenOn = (
  timeline: TimelineQueries,
  { series, knownAt, day }: { series: number; knownAt: number; day: LocalDate },
): SpokenTime[] => spokenTimes(rowsOf(timeline, series, knownAt, day, day));

/** Groups rows, which stand in the order of days, by valid time in the order of first mention. */
export function spokenTimes(rows: readonly StatementRow[]): SpokenTime[] {
  const times = new Map<string, [StatementRow, ...StatementRow[]]>();
  for (const row of rows) {
    const time = times.get(row.validTime);
    if (time === undefined) times.set(row.validTime, [row]);
    else time.push(row);
  }
  return [...times.values()];
}

/** The day so many days after one, at most the last one that a date can name. */
export function dayAfter(day: LocalDate, days: number): LocalDate {
  const moved = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString();
  return moved.startsWith('+') ? LAST_DAY : moved.slice(0, 10);
}

const rowsOf = (
  timeline: TimelineQueries,
  series: number,
  knownAt: number,
  validFrom: LocalDate,
  validTo: LocalDate,
): StatementRow[] =>
  validFrom > validTo ? [] : timeline.statements(series, { knownAt, validFrom, validTo });

function nextWindow(days: number, rows: number): number {
  if (rows < FEW_ROWS) return days * 2;
  return rows > MANY_ROWS ? Math.max(1, Math.floor(days / 2)) : days;
}

const later = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);
