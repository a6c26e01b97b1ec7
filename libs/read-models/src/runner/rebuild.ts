import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { models } from '../models.js';
import { toPosition } from '../tables/positions.js';
import { asOnlyBuilder } from './building-site.js';
import { CHECKPOINT_TABLES, CheckpointRow, writeModelVersions } from './checkpoint.js';
import { Fold } from './fold.js';
import { LiveWriter } from './live-writer.js';
import {
  databaseInForce,
  makeLast,
  newDatabase,
  preparePlace,
  putInForce,
  removeDatabase,
  removeOthers,
} from './place.js';

export type RebuildOptions = {
  log: EventLogReader;
  viewsFile: string;
  /** Ends the build with the signal's reason; the old views stay in force. */
  signal?: AbortSignal;
  /** After each page of events: how many are done, and how many the log held at the start. */
  onProgress?: (progress: { done: number; total: number }) => void;
};

/** Events read at once; larger pages gain nothing. */
const PAGE = 256;
/** A block of entries fills one. */
const PAGE_BYTES = 16_384;

/**
 * Builds the views anew from the whole log, in a new database beside the one in force, and then
 * puts it in force in one step. Resolves with the position reached, which is never before that of
 * the views that were in force.
 *
 * What is read meanwhile comes from the old views; `openViews` and the projector notice the change
 * by themselves. An interrupted build leaves at most a file that the next one removes. Builders of
 * one path wait for one another. Rejects with a `ProjectionFault`, the log's error or the signal's
 * reason.
 */
export async function rebuildViews(options: RebuildOptions): Promise<string> {
  const { viewsFile, signal } = options;
  preparePlace(viewsFile);
  return asOnlyBuilder(viewsFile, () => buildViews(options), signal);
}

/** The work of `rebuildViews`, for a caller that is the only builder already. */
export async function buildViews(options: RebuildOptions): Promise<string> {
  const { viewsFile } = options;
  const database = newDatabase(viewsFile);
  try {
    await load(database, options);
    turnOnWal(database);
    makeLast(database);
    const position = await catchUpAndReplace(database, options);
    removeOthers(viewsFile);
    return position;
  } catch (error) {
    removeDatabase(database);
    throw error;
  }
}

/**
 * Neither a journal nor syncing: a build that fails is thrown away. The cache is small, because
 * rows are appended; what does not fit is written out on the way.
 */
async function load(file: string, { log, signal, onProgress }: RebuildOptions): Promise<void> {
  const database = openDatabase(file);
  try {
    database.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -8000;
      BEGIN;
      ${CHECKPOINT_TABLES}
      ${models.map(({ tables }) => tables).join('\n')}`);
    const fold = new Fold(database, 'load');
    const { sequence } = await log.head();
    let after = '0';
    for (;;) {
      signal?.throwIfAborted();
      const events = await log.readAll({ after, limit: PAGE });
      if (events.length === 0) break;
      fold.take(events);
      after = toPosition(fold.checkpoint.position);
      onProgress?.({ done: fold.checkpoint.sequence + 1, total: sequence + 1 });
      // Others on this thread get their turn, and the signal can be heard.
      await turn();
    }
    fold.finish();
    writeModelVersions(database);
    database.exec(`${models.map(({ indexes }) => indexes).join('\n')}; COMMIT;`);
  } finally {
    database.close();
  }
}

/** A connection without prepared statements, because only such a one is closed by `close`. */
function turnOnWal(file: string): void {
  if (!existsSync(file)) throw takenAway(file);
  const database = openDatabase(file);
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;');
  database.close();
}

/**
 * The log went on while indexes were made, and the live views went on with it. So the new database
 * takes in what it lacks until it stands no earlier than the old one, and replaces it then.
 */
async function catchUpAndReplace(
  database: string,
  { log, viewsFile, signal }: RebuildOptions,
): Promise<string> {
  const writer = new LiveWriter(database);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { position } = writer.standing;
      const events = await log.readAll({ after: position, limit: PAGE });
      if (events.length > 0) {
        writer.write(events);
      } else {
        const further = replaceUnlessFurther(viewsFile, database, Number(position));
        if (further === undefined) return position;
        // Views that stand beyond the log's end are of another log: nobody catches up with them.
        if (Number((await log.head()).position) < further) {
          putInForce(viewsFile, database);
          return position;
        }
      }
      await turn();
    }
  } finally {
    writer.close();
  }
}

/**
 * Puts the database in force, or answers the position of the old one if that has got further.
 * Nobody writes to the old one meanwhile: its writer looks inside its transaction whether it still
 * is in force, and ours keeps it from beginning one. All in one turn, because that writer may be
 * waiting on this very thread.
 */
function replaceUnlessFurther(
  viewsFile: string,
  database: string,
  position: number,
): number | undefined {
  if (!existsSync(database)) throw takenAway(database);
  const old = heldStill(databaseInForce(viewsFile));
  try {
    const further = old === undefined ? 0 : new CheckpointRow(old).read().position;
    if (further > position) return further;
    putInForce(viewsFile, database);
    return undefined;
  } finally {
    old?.exec('ROLLBACK');
    old?.close();
  }
}

/** A connection that keeps others from writing; undefined where there is nothing to be kept. */
function heldStill(file: string | undefined): Database | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  let database: Database | undefined;
  try {
    database = openDatabase(file);
    database.exec('BEGIN IMMEDIATE; SELECT position FROM views_checkpoint;');
    return database;
  } catch (error) {
    database?.close();
    const code = (sqliteErrorCode(error) ?? 0) & 0xff;
    // Without the table, damaged, not to be opened, or no database: nobody can go on from it.
    if ([1, 11, 14, 26].includes(code)) return undefined;
    throw error;
  }
}

const takenAway = (database: string): ProjectionFault =>
  new ProjectionFault('VIEWS_MISSING', `${database} was taken away while it was built.`);
