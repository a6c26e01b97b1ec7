import { existsSync } from 'node:fs';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { models } from '../models.js';
import { whyNotOfLog } from '../segments/fill.js';
import { DAMAGED, isDamage } from '../segments/layout.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { toPosition } from '../tables/positions.js';
import { Query } from '../tables/query.js';
import { CheckpointRow, ModelRows, PlaceRow, START, type Checkpoint } from './checkpoint.js';
import { besides } from './place.js';

/**
 * What is wrong with views. `unusable`: they are damaged, or not of this log. `cacheLost`: the segment
 * cache that they read events from is missing, damaged or not of this log. `otherLayout`: another
 * version made them, whose tables this one cannot read. `outdated`: other versions of the folds made
 * them, and they can be read until new ones stand.
 */
export type Ailment = {
  kind: 'unusable' | 'cacheLost' | 'otherLayout' | 'outdated';
  why: string;
};

/**
 * Why the views in this database cannot be continued from this log; undefined when they can. A file
 * of up to 256 MiB is read through for damage, which takes at most a second; in a larger one damage
 * shows when it is read, as an error of SQLite.
 */
export async function ailmentOf(file: string, log: EventLogReader): Promise<Ailment | undefined> {
  let database: Database;
  try {
    database = openDatabase(file, { readOnly: true });
  } catch {
    return unusable('their file is missing');
  }
  let checkpoint: Checkpoint;
  let isOutdated: boolean;
  let segments: string;
  try {
    const versions = versionsIn(database);
    if (versions === undefined) return OTHER_LAYOUT;
    isOutdated = versions === 'outdated';
    checkpoint = new CheckpointRow(database).read();
    if (isSmall(database) && !isWhole(database)) return unusable('their file is damaged');
    segments = besides(file, new PlaceRow(database).read()?.segments ?? '');
  } catch (error) {
    const code = sqliteErrorCode(error);
    if (code === undefined) throw error;
    if (DAMAGED.includes(code & 0xff)) return unusable('their file is damaged');
    // A table that is missing: made by something else, or emptied by hand.
    if (code === 1) return OTHER_LAYOUT;
    throw error;
  } finally {
    database.close();
  }
  const foreign = await whyNotOfThisLog(checkpoint, log);
  if (foreign !== undefined) return unusable(foreign);
  const why = await whyNoSegments(segments, checkpoint, log);
  if (why !== undefined) return { kind: 'cacheLost', why };
  return isOutdated
    ? { kind: 'outdated', why: 'they were made by other versions of the read models' }
    : undefined;
}

const OTHER_LAYOUT: Ailment = { kind: 'otherLayout', why: 'their file has another layout' };
const unusable = (why: string): Ailment => ({ kind: 'unusable', why });

/** Undefined where the tables are not those of this version. */
export function versionsIn(database: Database): 'current' | 'outdated' | undefined {
  const rows = new ModelRows(database).read();
  if (rows.length !== models.length) return undefined;
  let isOutdated = false;
  for (const { name, layout, version } of models) {
    const row = rows.find((one) => one.name === name);
    if (row?.layout !== layout) return undefined;
    isOutdated ||= row.version !== version;
  }
  return isOutdated ? 'outdated' : 'current';
}

/**
 * Events are read from the cache, so views without one, or ahead of theirs, answer nothing. The cache
 * goes ahead of the views; where the log was cut and went on since, what it holds beyond is wrong.
 */
async function whyNoSegments(
  file: string,
  { position }: Checkpoint,
  log: EventLogReader,
): Promise<string | undefined> {
  if (!existsSync(file)) return 'their segment cache is missing';
  try {
    const cache = SegmentCache.open(file);
    try {
      if (cache.end < position) return 'their segment cache ends before them';
      if (cache.end === position) return undefined;
      const why = await whyNotOfLog(cache, log, { samples: 0 });
      return why === undefined ? undefined : `their segment cache is not of this log: ${why}`;
    } finally {
      cache.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return 'their segment cache is damaged';
  }
}

const READ_THROUGH_BYTES = 256 * 1024 * 1024;

export function isSmall(database: Database): boolean {
  const sizes = 'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size';
  const [bytes = 0] = new Query<[number]>(database, sizes).first() ?? [];
  return bytes <= READ_THROUGH_BYTES;
}

export function isWhole(database: Database): boolean {
  const [found] = new Query<[string]>(database, 'PRAGMA quick_check(1)').first() ?? [];
  return found === 'ok';
}

/** Why a checkpoint is not one of this log, in words; undefined when it is. */
export async function whyNotOfThisLog(
  { position, eventId, stream, revision }: Checkpoint,
  log: EventLogReader,
): Promise<string | undefined> {
  if (position === START.position) return undefined;
  const head = await log.head();
  if (Number(head.position) < position) {
    return `they stand at position ${position}, beyond the log's end at ${head.position}`;
  }
  const [event] = await log.readStream(stream, { from: revision, limit: 1 });
  if (event?.id === eventId && event.position === toPosition(position)) return undefined;
  return `the log holds another event at position ${position} than they were made from`;
}
