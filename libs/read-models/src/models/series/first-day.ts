import type { LocalDate } from '@ledger/domain';
import { dayAfter, FIRST_DAY } from '../lineage/spoken-times.js';
import type { TimelineQueries } from '../timeline/queries.js';

/** Days from the first to the last that a date can name. */
const ALL_DAYS = 3_652_424;

/**
 * The day from which to read a series, so that no walk begins in the year 0: the first one that
 * anything known is said about, or `from` where that is given or later. Undefined when nothing is
 * said about the days up to `to`. A search of some twenty point questions.
 */
export function firstDay(
  timeline: TimelineQueries,
  series: number,
  { knownAt, from, to }: { knownAt: number; from: LocalDate; to: LocalDate },
): LocalDate | undefined {
  const isSpokenOf = (upTo: LocalDate) => timeline.standing(series, upTo, knownAt) !== undefined;
  if (!isSpokenOf(to)) return undefined;
  if (from !== '') return from;
  let [low, high] = [0, ALL_DAYS];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSpokenOf(dayAfter(FIRST_DAY, middle))) high = middle;
    else low = middle + 1;
  }
  return dayAfter(FIRST_DAY, low);
}
