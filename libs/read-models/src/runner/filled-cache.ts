import { existsSync } from 'node:fs';
import { openDatabase } from '@ledger/sqlite';
import { fill, whyNotOfLog, type FillOptions } from '../segments/fill.js';
import { completeCache } from '../segments/layout.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { PlaceRow } from './checkpoint.js';
import {
  besides,
  databaseInForce,
  makeLast,
  newSegmentFile,
  removeDatabase,
  segmentFilesOf,
} from './place.js';

export type CacheOptions = FillOptions & {
  /** Asks for a new one at once. */
  fresh: boolean;
};

/**
 * A segment cache for new views that holds what the log holds by now: the one that the views in
 * force use, else any other beside them, if it can be opened and is of this log; else a new one.
 */
export async function filledCache(
  viewsFile: string,
  { fresh, ...filling }: CacheOptions,
): Promise<SegmentCache> {
  const { log } = filling;
  for (const file of fresh ? [] : candidates(viewsFile)) {
    const cache = openSound(file);
    if (cache === undefined) continue;
    try {
      if ((await whyNotOfLog(cache, log)) === undefined) {
        await fill(cache, filling);
        return cache;
      }
    } catch (error) {
      cache.close();
      throw error;
    }
    cache.close();
  }
  return newCache(newSegmentFile(viewsFile), filling);
}

async function newCache(file: string, filling: FillOptions): Promise<SegmentCache> {
  const cache = SegmentCache.create(file);
  try {
    await fill(cache, filling);
  } catch (error) {
    cache.close();
    removeDatabase(file);
    throw error;
  }
  cache.close();
  completeCache(file);
  makeLast(file);
  return SegmentCache.open(file);
}

function candidates(viewsFile: string): string[] {
  const used = segmentsInForce(viewsFile);
  const others = segmentFilesOf(viewsFile).filter((file) => file !== used);
  return used !== undefined && existsSync(used) ? [used, ...others] : others;
}

/** The cache that the views in force read from; undefined where none can be told. */
export function segmentsInForce(viewsFile: string): string | undefined {
  const file = databaseInForce(viewsFile);
  if (file === undefined || !existsSync(file)) return undefined;
  let database;
  try {
    database = openDatabase(file, { readOnly: true });
    const place = new PlaceRow(database).read();
    return place === undefined ? undefined : besides(file, place.segments);
  } catch {
    // Views that cannot be read name no cache.
    return undefined;
  } finally {
    database?.close();
  }
}

function openSound(file: string): SegmentCache | undefined {
  try {
    return SegmentCache.open(file);
  } catch {
    // Damaged, of another layout, or no database at all: a new one is made.
    return undefined;
  }
}
