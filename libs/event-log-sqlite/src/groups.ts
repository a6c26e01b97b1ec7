import type { PreparedAppend } from '@ledger/event-log';
import { MAX_GROUP_EVENTS } from './sqlite-log-writer.js';

/** Events in a group that does not wait for the others of its turn before it is committed. */
export const WORTH_A_SYNC = 64;

/** Cuts a queue of appends into the groups that one transaction each takes. */
export function* groupsOf(appends: readonly PreparedAppend[]): Generator<PreparedAppend[]> {
  for (let from = 0; from < appends.length;) {
    const count = groupLength(appends, from);
    yield appends.slice(from, from + count);
    from += count;
  }
}

/**
 * How many appends from here on go into one transaction that holds `placed` events already; at least
 * one in an empty one.
 */
export function groupLength(appends: readonly PreparedAppend[], from = 0, placed = 0): number {
  let events = placed;
  let count = 0;
  for (let at = from; at < appends.length; at += 1) {
    const isFirst = events === 0;
    events += appends[at]?.entries.length ?? 0;
    if (!isFirst && events > MAX_GROUP_EVENTS) break;
    count += 1;
  }
  return count;
}
