import type { LocalDate } from '@ledger/domain';

/** A calendar day as the number of days since 1970-01-01. */
export type Day = number;

export type Frequency = 'daily' | 'weekly' | 'monthly' | 'quarterly';

const DAY_MS = 86_400_000;
/** Asia/Shanghai is eight hours ahead; summer time ended in 1991, before any history begins. */
const SHANGHAI_MS = 8 * 3_600_000;
const OPENS_MS = 8.5 * 3_600_000;
const CLOSES_MS = 18 * 3_600_000;

export const dayOf = (date: LocalDate): Day => Math.floor(Date.parse(date) / DAY_MS);

/** `2021-08-26`. Remembered, since a history speaks of the same few thousand days all the time. */
export function isoDay(day: Day): LocalDate {
  const known = spelled.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  spelled.set(day, text);
  return text;
}

const spelled = new Map<Day, LocalDate>();

export const yearOf = (day: Day): number => Number(isoDay(day).slice(0, 4));
export const monthOf = (day: Day): number => Number(isoDay(day).slice(5, 7));
export const dayOfMonth = (day: Day): number => Number(isoDay(day).slice(8, 10));

/** 0 is Sunday. */
export const weekday = (day: Day): number => (day + 4) % 7;

/** Weekends and the holidays of fixed date are free; those of the lunar calendar are left out. */
export function isWorkday(day: Day): boolean {
  const of = weekday(day);
  if (of === 0 || of === 6) return false;
  const date = isoDay(day).slice(5);
  return !(
    date === '01-01' ||
    (date >= '05-01' && date <= '05-03') ||
    (date >= '10-01' && date <= '10-07')
  );
}

export function workdayBefore(day: Day): Day {
  let before = day - 1;
  while (!isWorkday(before)) before -= 1;
  return before;
}

/** The moment in office hours of a day at which a part (0 to 1) of its work is done; UTC ms. */
export const momentOf = (day: Day, part: number): number =>
  Math.floor(day * DAY_MS - SHANGHAI_MS + OPENS_MS + part * (CLOSES_MS - OPENS_MS));

/** Days that certainly lie between two figures of a series. */
export const spacing: Record<Frequency, number> = {
  daily: 1,
  weekly: 7,
  monthly: 28,
  quarterly: 90,
};

/** Over how many days the reports of one period come in, so that not all fall on one. */
export const spreadOver: Record<Frequency, number> = {
  daily: 1,
  weekly: 3,
  monthly: 8,
  quarterly: 10,
};

/** So many days after a period its first reports are due; of days, on the next working day. */
export const firstTurn: Record<Frequency, number> = {
  daily: 1,
  weekly: 1,
  monthly: 2,
  quarterly: 10,
};

/** Which reporter is due on a day (`turn` counts from 0), for figures of which last day. */
export function dueOn(day: Day, frequency: Frequency): { turn: number; slot: Day } | undefined {
  if (frequency === 'daily') {
    return isWorkday(day) ? { turn: 0, slot: workdayBefore(day) } : undefined;
  }
  if (frequency === 'quarterly' && monthOf(day) % 3 !== 1) return undefined;
  const since = frequency === 'weekly' ? weekday(day) : dayOfMonth(day);
  const turn = since - firstTurn[frequency];
  if (turn < 0 || turn >= spreadOver[frequency]) return undefined;
  return { turn, slot: day - since };
}

/** The first day of the period that ends with a slot. */
export function periodStart(slot: Day, frequency: Frequency): Day {
  if (frequency === 'daily') return slot;
  if (frequency === 'weekly') return slot - 6;
  const months = frequency === 'monthly' ? 0 : 2;
  let start = slot - dayOfMonth(slot) + 1;
  for (let month = 0; month < months; month += 1) start -= dayOfMonth(start - 1);
  return start;
}

/** `2021-07` or `2021Q3`; days and weeks have no code. */
export function periodCode(slot: Day, frequency: Frequency): string | undefined {
  if (frequency === 'monthly') return isoDay(slot).slice(0, 7);
  return frequency === 'quarterly' ? `${yearOf(slot)}Q${monthOf(slot) / 3}` : undefined;
}
