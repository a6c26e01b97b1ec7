import type { Subject } from '../../facts.js';
import type { ActivityQueries } from '../activity/queries.js';
import { isObservation, type ObservationFact } from '../timeline/entry.js';

type StreamPage = { metric: string; knownAt: number; after: number; limit: number };

/**
 * The statements about a metric after a position, in the order of their recording. Its stream can
 * be read from its newest event down only, so the position at which a page of it ends is searched
 * by the revisions: some twenty point questions a page, however long the stream is.
 */
export function ofStream(
  activity: ActivityQueries,
  { metric, knownAt, after, limit }: StreamPage,
): ObservationFact[] {
  const subject: Subject = { kind: 'metric', id: metric };
  const newest = activity.revisionOf(subject, knownAt);
  const found: ObservationFact[] = [];
  let seen = after;
  let revision = activity.revisionOf(subject, after);
  while (found.length < limit && revision < newest) {
    const wanted = Math.min(limit - found.length, newest - revision);
    const upTo = positionOf(activity, subject, revision + wanted, seen, knownAt);
    const facts = activity.ofSubject(subject, upTo, wanted).reverse();
    found.push(...facts.filter(isObservation));
    seen = upTo;
    revision += wanted;
  }
  return found;
}

/** Where a revision of a stream stands, between two positions. */
function positionOf(
  activity: ActivityQueries,
  subject: Subject,
  revision: number,
  after: number,
  upTo: number,
): number {
  let [low, high] = [after + 1, upTo];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (activity.revisionOf(subject, middle) >= revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
