import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader } from '@ledger/event-log';
import { factsAfter } from '../runner/in-order.js';
import { toPosition } from '../tables/positions.js';
import type { SegmentCache } from './segment-cache.js';
import { firstPositionOf, SEGMENT_EVENTS, segmentOf } from './slice.js';

export type FillOptions = {
  log: EventLogReader;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
};

/** Events read at once: a whole segment, so that each is written once. */
const PAGE = SEGMENT_EVENTS;
/** Segments whose hash is compared with the log before a cache is trusted, beside the last one. */
const SAMPLES = 5;

/** Takes everything into the cache that the log holds and it does not. */
export async function fill(cache: SegmentCache, options: FillOptions): Promise<void> {
  const { log, signal, onProgress } = options;
  const { sequence } = await log.head();
  for (;;) {
    signal?.throwIfAborted();
    const after = cache.end;
    const limit = PAGE - (after % PAGE);
    const events = await log.readAll({ after: toPosition(after), limit });
    if (events.length === 0) return;
    cache.append(factsAfter(after, events));
    onProgress?.({ done: cache.end, total: Math.max(sequence + 1, cache.end) });
    // Others on this thread get their turn, and the signal can be heard.
    await turn();
  }
}

/**
 * Why a cache is not one of this log, in words; undefined when it is. Compares the hashes of the
 * last segment and of a few others with the entries that stand in the log. A full comparison is
 * `verifyViews`.
 */
export async function whyNotOfLog(
  cache: SegmentCache,
  log: EventLogReader,
  { samples = SAMPLES }: { samples?: number } = {},
): Promise<string | undefined> {
  const { end } = cache;
  if (end === 0) return undefined;
  const head = await log.head();
  if (Number(head.position) < end) return `it ends at position ${end}, beyond the log's end`;
  const last = segmentOf(end);
  const others = Array.from({ length: samples }, (_, sample) =>
    sample === 0 ? 0 : Math.floor(Math.random() * last),
  );
  for (const segment of new Set([last, ...others])) {
    const first = firstPositionOf(segment);
    const limit = Math.min(SEGMENT_EVENTS, end - first + 1);
    const events = await log.readAll({ after: toPosition(first - 1), limit });
    const hash = createHash('sha256');
    for (const { entry } of events) hash.update(`${entry}\n`);
    if (!hash.digest().equals(cache.segmentHash(segment) ?? new Uint8Array(0))) {
      return `its events from position ${first} on are not those of the log`;
    }
  }
  return undefined;
}
