import { openDatabase, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { Query } from '../tables/query.js';
import { asDamage, BLOCK_ENTRIES, unusable } from './layout.js';
import { SegmentCache } from './segment-cache.js';
import { columnsOn, DICTIONARIES, firstPositionOf, segmentOf } from './slice.js';

/** Segments read at once: about 2 MB. */
const SEGMENTS_AT_ONCE = 256;

/**
 * Cuts a segment cache back to a position: what it holds then is what it held when that was its
 * end, names and their numbers too. For a copy that nobody else uses: a cut that is broken off
 * leaves a cache that ends earlier, with names that no event of it has. Throws `SEGMENTS_UNUSABLE`
 * for a cache that is damaged or does not reach the position.
 */
export function cutCache(file: string, position: number): void {
  const segment = segmentOf(position + 1);
  const kept = keptOf(file, firstPositionOf(segment), position);
  if (kept === undefined) return;
  removeFrom(file, segment);
  // The segment that ends at the position is written as it was written then.
  const cache = SegmentCache.open(file);
  try {
    cache.append(kept);
  } finally {
    cache.close();
  }
}

/** The events from one position to another; undefined where the cache ends there. */
function keptOf(file: string, from: number, to: number): Fact[] | undefined {
  const cache = SegmentCache.open(file);
  try {
    if (cache.end < to) throw unusable(file, `it ends at ${cache.end}, before position ${to}`);
    if (cache.end === to) return undefined;
    return Array.from({ length: to - from + 1 }, (_, index) => cache.factAt(from + index));
  } finally {
    cache.close();
  }
}

/** Takes out a segment, all later ones, and the names that only events of theirs have. */
function removeFrom(file: string, segment: number): void {
  const database = openDatabase(file);
  try {
    database.exec('BEGIN IMMEDIATE');
    new Query(database, 'DELETE FROM segments WHERE segment >= ?').run(segment);
    // A segment begins with a block.
    const block = (firstPositionOf(segment) - 1) / BLOCK_ENTRIES;
    new Query(database, 'DELETE FROM segment_entries WHERE block >= ?').run(block);
    // Names are numbered in the order of their first event.
    for (const [table, last] of lastNumbers(database)) {
      new Query(database, `DELETE FROM ${table} WHERE number > ?`).run(last);
    }
    database.exec('COMMIT');
  } catch (error) {
    throw asDamage(file, error);
  } finally {
    database.close();
  }
}

/** The highest number of each dictionary that the segments name; 0 where they name none. */
function lastNumbers(database: Database): Map<string, number> {
  const next = new Query<[segment: number, columns: Uint8Array]>(
    database,
    `SELECT segment, columns FROM segments WHERE segment > ?
     ORDER BY segment LIMIT ${SEGMENTS_AT_ONCE}`,
  );
  const last = new Map<string, number>(Object.keys(DICTIONARIES).map((table) => [table, 0]));
  for (let after = -1; ;) {
    const rows = next.all(after);
    for (const [segment, bytes] of rows) {
      after = segment;
      const columns = columnsOn(bytes);
      for (const [table, column] of Object.entries(DICTIONARIES)) {
        last.set(table, Math.max(last.get(table) ?? 0, ...columns[column]));
      }
    }
    if (rows.length < SEGMENTS_AT_ONCE) return last;
  }
}
