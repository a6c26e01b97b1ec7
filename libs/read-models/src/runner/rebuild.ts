import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import { models } from '../models.js';
import { toPosition } from '../tables/positions.js';
import { CHECKPOINT_TABLES, writeModelVersions } from './checkpoint.js';
import { Fold } from './fold.js';
import {
  newDatabase,
  putInForce,
  refuseForeignFile,
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
 * puts it in force in one step. Resolves with the position reached, which is the log's end as it
 * was when the last page came back empty.
 *
 * What is read meanwhile comes from the old views; `openViews` notices the change by itself. An
 * interrupted build leaves at most a file that the next start removes. Only one process may build
 * at a time. Rejects with a `ProjectionFault`, the log's error or the signal's reason.
 */
export async function rebuildViews(options: RebuildOptions): Promise<string> {
  const { viewsFile } = options;
  mkdirSync(dirname(viewsFile), { recursive: true });
  refuseForeignFile(viewsFile);
  removeOthers(viewsFile);
  const database = newDatabase(viewsFile);
  try {
    const position = await load(database, options);
    turnOnWal(database);
    putInForce(viewsFile, database);
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
async function load(file: string, { log, signal, onProgress }: RebuildOptions): Promise<string> {
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
    return after;
  } finally {
    database.close();
  }
}

/** A connection without prepared statements, because only such a one is closed by `close`. */
function turnOnWal(file: string): void {
  const database = openDatabase(file);
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;');
  database.close();
}
