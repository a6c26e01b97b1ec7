import { existsSync } from 'node:fs';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { CheckpointRow, PlaceRow, type Checkpoint } from './checkpoint.js';
import { isSmall, isWhole, versionsIn, whyNotOfThisLog } from './health.js';
import { besides, databaseInForce } from './place.js';
import { verifyViews, type VerifyOptions, type ViewsVerification } from './verify.js';

/**
 * What was found where views belong. `missing`: there are none. `damaged`: their files cannot be
 * read. `otherVersion`: other versions of the read models made them, so that this one cannot say
 * what they should hold. `otherLog`: the log does not hold the event that they stand at. `why` is
 * part of an English sentence.
 */
export type Examined =
  | { state: 'missing' }
  | { state: 'damaged' | 'otherVersion' | 'otherLog'; why: string }
  | ({ state: 'compared' } & ViewsVerification);

/** How often a rebuild may put other views in force while they are looked at. */
const TRIES = 5;

/**
 * `verifyViews` for views of which nothing is known: says in place of an error why they cannot be
 * compared. Changes nothing beside them. Rejects with the log's error or the signal's reason.
 */
export async function examineViews(options: VerifyOptions): Promise<Examined> {
  const { viewsFile } = options;
  for (let left = TRIES; ; left -= 1) {
    const file = databaseInForce(viewsFile);
    if (file === undefined) {
      return existsSync(viewsFile)
        ? { state: 'damaged', why: `${viewsFile} names no views` }
        : { state: 'missing' };
    }
    try {
      const cause = await whyNotComparable(file, options.log);
      return cause ?? { state: 'compared', ...(await verifyViews(options)) };
    } catch (error) {
      const isReplaced = databaseInForce(viewsFile) !== file;
      if (isReplaced && left > 0) continue;
      const why = damageIn(error);
      if (why === undefined) throw error;
      return { state: 'damaged', why };
    }
  }
}

async function whyNotComparable(file: string, log: EventLogReader): Promise<Examined | undefined> {
  if (!existsSync(file)) return { state: 'damaged', why: `${file} is missing` };
  const database = openDatabase(file, { readOnly: true });
  let checkpoint: Checkpoint;
  try {
    if (isSmall(database) && !isWhole(database)) {
      return { state: 'damaged', why: `${file} is damaged` };
    }
    if (!areCurrent(database)) {
      return { state: 'otherVersion', why: 'other versions of the read models made them' };
    }
    checkpoint = new CheckpointRow(database).read();
    const segments = besides(file, new PlaceRow(database).read()?.segments ?? '');
    if (!existsSync(segments)) return { state: 'damaged', why: `${segments} is missing` };
  } finally {
    database.close();
  }
  const why = await whyNotOfThisLog(checkpoint, log);
  return why === undefined ? undefined : { state: 'otherLog', why };
}

/** Without the tables of this version they were made by another one. */
function areCurrent(database: Database): boolean {
  try {
    return versionsIn(database) === 'current';
  } catch (error) {
    if (sqliteErrorCode(error) === 1) return false;
    throw error;
  }
}

/** A table that was taken away, a damaged file, and one that is no database. */
const DAMAGE = [1, 11, 26];

/** What an error says of the views' files; undefined when it says nothing of them. */
function damageIn(error: unknown): string | undefined {
  const isGone = error instanceof ProjectionFault && error.code === 'VIEWS_MISSING';
  const isDamage = DAMAGE.includes((sqliteErrorCode(error) ?? -1) & 0xff);
  if (!isGone && !isDamage) return undefined;
  return error instanceof Error ? error.message : String(error);
}
