import { validOn, type LocalDate } from '@ledger/domain';
import { dayAfter, FIRST_DAY } from '../lineage/spoken-times.js';
import type { TimelineQueries } from '../timeline/queries.js';

/** Days from the first to the last that a date can name. */
const ALL_DAYS = 3_652_424;

type Asked = { knownAt: number; from: LocalDate; to: LocalDate; today: LocalDate };

/**
 * Where to walk through a series, so that no walk begins in the year 0 or reads ahead of everything:
 * from the first day that anything known is said about (or `from`, where that is given) to `to`, and
 * as `today` the later of today and the day of what stands. Undefined when nothing is said about
 * the days up to `to`. A search of some twenty point questions.
 */
export function spanOf(
  timeline: TimelineQueries,
  series: number,
  { knownAt, from, to, today }: Asked,
):
  | { series: number; knownAt: number; from: LocalDate; to: LocalDate; today: LocalDate }
  | undefined {
  const standing = timeline.standing(series, to, knownAt);
  if (standing === undefined) return undefined;
  const last =
    standing.status === 'stands'
      ? validOn(timeline.observationAt(standing.position).data.time)
      : today;
  const span = { series, knownAt, to, today: last > today ? last : today };
  if (from !== '') return { ...span, from };
  let [low, high] = [0, ALL_DAYS];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const day = dayAfter(FIRST_DAY, middle);
    if (timeline.standing(series, day, knownAt) !== undefined) high = middle;
    else low = middle + 1;
  }
  return { ...span, from: dayAfter(FIRST_DAY, low) };
}
