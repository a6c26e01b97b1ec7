import { setImmediate as turn } from 'node:timers/promises';
import { openDatabase, type Database } from '@ledger/sqlite';
import { models } from '../models.js';
import type { SegmentCache } from '../segments/segment-cache.js';
import { CHECKPOINT_TABLES, PlaceRow, type ModelRow } from './checkpoint.js';
import { Fold, type OnParked } from './fold.js';

export type LoadOptions = {
  cache: SegmentCache;
  /** Name of the cache's file, for the views that are loaded. */
  segments: string;
  /** Position at which `onReached` is told how every model stands, on the way to the end. */
  stopAt?: number;
  onReached?: (rows: ModelRow[]) => void;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
  onParked?: OnParked;
};

/** A page of a block index holds seven of its blocks. */
const PAGE_BYTES = 16_384;

/**
 * The settings of a database that is thrown away when something fails: neither a journal nor
 * syncing. Blocks of many series come by turns, so pages stay in memory until they are full.
 */
export function openForLoad(file: string): Database {
  const database = openDatabase(file);
  database.exec(`
    PRAGMA page_size = ${PAGE_BYTES};
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -64000;
    BEGIN;
    ${CHECKPOINT_TABLES}
    ${models.map(({ tables }) => tables).join('\n')}`);
  return database;
}

/** Ends a load: what is missing are indexes. */
export function finishLoad(database: Database, fold: Fold): void {
  fold.flush();
  database.exec(`${models.map(({ indexes }) => indexes).join('\n')}; COMMIT;`);
}

/** Fills a new database with everything that the cache holds. */
export async function load(file: string, options: LoadOptions): Promise<void> {
  const { cache, onParked } = options;
  const database = openForLoad(file);
  try {
    new PlaceRow(database).write(options.segments, null);
    const fold = new Fold(database, 'load', { ...(onParked && { onParked }) });
    const stopAt = Math.min(options.stopAt ?? 0, cache.end);
    if (stopAt > 0) {
      await takeAll(fold, { ...options, after: 0, upTo: stopAt });
      options.onReached?.(fold.rows);
    }
    await takeAll(fold, { ...options, after: stopAt, upTo: cache.end });
    if (cache.end > 0) fold.reach(cache.factAt(cache.end));
    finishLoad(database, fold);
  } finally {
    database.close();
  }
}

async function takeAll(
  fold: Fold,
  { cache, signal, onProgress, after, upTo }: LoadOptions & { after: number; upTo: number },
): Promise<void> {
  const factAt = (position: number) => cache.factAt(position);
  let slices = 0;
  for (const slice of cache.slices(after, upTo)) {
    fold.take(slice, factAt);
    slices += 1;
    if (slices % SLICES_A_TURN !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.({ done: slice.first + slice.events - 1, total: cache.end });
    // Others on this thread get their turn, and the signal can be heard.
    await turn();
  }
  signal?.throwIfAborted();
  onProgress?.({ done: upTo, total: cache.end });
}

/** About a millisecond of work. */
const SLICES_A_TURN = 4;
