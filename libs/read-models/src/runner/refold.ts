import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { SegmentCache } from '../segments/segment-cache.js';
import { SEGMENT_EVENTS } from '../segments/slice.js';
import { toPosition } from '../tables/positions.js';
import { PlaceRow, type ModelRow } from './checkpoint.js';
import { Fold } from './fold.js';
import { factsAfter } from './in-order.js';
import { finishLoad, openForLoad } from './load.js';

export type RefoldOptions = {
  log: EventLogReader;
  /** A folder of its own, which is made, and removed at the end. */
  folder: string;
  upTo: number;
  only?: readonly string[];
  signal?: AbortSignal;
  onEvents?: (events: readonly LedgerEvent[]) => void;
  onProgress?: (progress: { done: number; total: number }) => void;
};

/** Views made from the log and nothing else: neither other views nor a cache had a part in them. */
export type Refolded = { database: string; segments: string; position: number; rows: ModelRow[] };

/**
 * Folds the log up to a position into a database of its own, hands it to `work`, and removes it.
 * Nothing that was derived before is trusted or touched.
 */
export async function withRefolded<Result>(
  options: RefoldOptions,
  work: (refolded: Refolded) => Promise<Result>,
): Promise<Result> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  try {
    return await work(await refold(options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function refold(options: RefoldOptions): Promise<Refolded> {
  const { log, folder, upTo, only, signal, onEvents, onProgress } = options;
  const [database, segments] = [join(folder, 'views.db'), join(folder, 'segments.db')];
  // The events are at hand while they are folded, so only their columns are kept.
  const cache = SegmentCache.create(segments, { entries: false });
  const views = openForLoad(database);
  try {
    new PlaceRow(views).write('segments.db', null);
    const fold = new Fold(views, 'load', { ...(only && { only }) });
    for (let after = 0; after < upTo;) {
      signal?.throwIfAborted();
      const limit = Math.min(SEGMENT_EVENTS - (after % SEGMENT_EVENTS), upTo - after);
      const events = await log.readAll({ after: toPosition(after), limit });
      const facts = factsAfter(after, events);
      const last = facts.at(-1);
      if (last === undefined) break;
      onEvents?.(events);
      const before = after;
      for (const slice of cache.append(facts)) {
        fold.take(slice, (position) => {
          const fact = facts[position - before - 1];
          if (fact === undefined) throw new RangeError(`${position} is not in this page.`);
          return fact;
        });
      }
      fold.reach(last);
      after += facts.length;
      onProgress?.({ done: after, total: upTo });
      await turn();
    }
    finishLoad(views, fold);
    return { database, segments, position: fold.checkpoint.position, rows: fold.rows };
  } finally {
    views.close();
    cache.close();
  }
}
