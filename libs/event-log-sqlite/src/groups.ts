import type { PreparedAppend } from '@ledger/event-log';
import { MAX_GROUP_EVENTS } from './sqlite-log-writer.js';

/** Cuts a queue of appends into the groups that one transaction each takes. */
export function* groupsOf(appends: readonly PreparedAppend[]): Generator<PreparedAppend[]> {
  for (let from = 0; from < appends.length;) {
    const count = groupLength(appends, from);
    yield appends.slice(from, from + count);
    from += count;
  }
}

/** How many appends from here on go into one transaction; at least one while there are any. */
export function groupLength(appends: readonly PreparedAppend[], from = 0): number {
  let events = 0;
  let count = 0;
  for (const { entries } of appends.slice(from)) {
    events += entries.length;
    if (count > 0 && events > MAX_GROUP_EVENTS) break;
    count += 1;
  }
  return count;
}
