import { seriesId, type SeriesKey } from '@ledger/domain';
import { OPEN_END, type TimelineQueries } from '../timeline/queries.js';

/** A series of a metric: its place in the order of first statements, which never changes. */
export type KnownSeries = { index: number; number: number; key: SeriesKey };

/**
 * The series of a metric that had a statement by `knownAt`, from a place in their order on, or the
 * one that is named. Series stand in the order of their first statements, so the first one without
 * any ends the list.
 */
export function* knownSeries(
  timeline: TimelineQueries,
  { metric, knownAt, series }: { metric: string; knownAt: number; series?: SeriesKey },
  startAt = 0,
): Generator<KnownSeries> {
  const wanted = series === undefined ? undefined : seriesId(series);
  for (const [index, number] of timeline.seriesOf(metric).entries()) {
    if (index < startAt) continue;
    const standing = timeline.standing(number, OPEN_END, knownAt);
    if (standing === undefined) return;
    const key = timeline.observationAt(standing.restsOn).data.series;
    if (wanted !== undefined && seriesId(key) !== wanted) continue;
    yield { index, number, key };
    if (wanted !== undefined) return;
  }
}
