import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import { whyNotOfLog } from '../segments/fill.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { PlaceRow } from './checkpoint.js';
import { besides, databaseInForce, newSegmentFile, segmentFilesOf } from './place.js';

/**
 * The segment cache for new views: the one that the views in force use, else any other beside them,
 * if it can be opened and is of this log; else a new and empty one. `fresh` asks for that at once.
 */
export async function chooseCache(
  viewsFile: string,
  log: EventLogReader,
  { fresh }: { fresh: boolean },
): Promise<{ cache: SegmentCache; segments: string }> {
  for (const file of fresh ? [] : candidates(viewsFile)) {
    const cache = openSound(file);
    if (cache === undefined) continue;
    if ((await whyNotOfLog(cache, log)) === undefined) return { cache, segments: basename(file) };
    cache.close();
  }
  const file = newSegmentFile(viewsFile);
  return { cache: new SegmentCache(file), segments: basename(file) };
}

function candidates(viewsFile: string): string[] {
  const used = segmentsInForce(viewsFile);
  const others = segmentFilesOf(viewsFile).filter((file) => file !== used);
  return used !== undefined && existsSync(used) ? [used, ...others] : others;
}

function segmentsInForce(viewsFile: string): string | undefined {
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
    return new SegmentCache(file);
  } catch {
    // Damaged, of another layout, or no database at all: a new one is made.
    return undefined;
  }
}
