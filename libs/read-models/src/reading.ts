import { statSync } from 'node:fs';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { ProjectionFault } from './fault.js';
import { ActivityQueries } from './models/activity/queries.js';
import type { BoardQueries } from './models/board/board.js';
import { CatalogueQueries } from './models/catalogue/queries.js';
import { TimelineQueries } from './models/timeline/queries.js';
import { CheckpointRow, ModelRows, PlaceRow } from './runner/checkpoint.js';
import { besides, databaseInForce } from './runner/place.js';
import { SegmentReader } from './segments/segment-reader.js';
import { readFast } from './tables/query.js';

export type Queries = BoardQueries & { database: Database; segments: SegmentReader };
/** Everything that is asked of one views database; `mark` tells it from its successors. */
export type Reading = Queries & { checkpoint: CheckpointRow; models: ModelRows; mark: string };

/** Tries to open views before giving up: they may be replaced between two steps. */
const OPENING_TRIES = 3;
/** As long as they are replaced again and again, which no real rebuild is fast enough for. */
const OPENINGS_OF_REPLACED = 50;
const CANNOT_OPEN = 14;

/**
 * The questions of the single models, below the answers that `openViews` makes of them, on a
 * connection of its own that the caller closes. For tools and measurements: nothing here checks
 * that `knownAt` was reached. Throws `VIEWS_MISSING`.
 */
export const openQueries = (viewsFile: string): Queries => openReading(viewsFile);

/** Opens the views in force with their segment cache. Throws `VIEWS_MISSING`. */
export function openReading(viewsFile: string): Reading {
  for (let attempt = 1; ; attempt += 1) {
    const mark = markOf(viewsFile) ?? '';
    const file = databaseInForce(viewsFile);
    try {
      if (file !== undefined) return readingOf(file, mark);
    } catch (error) {
      // Whatever goes wrong with views that were just replaced, and whose files are removed.
      const isReplaced = databaseInForce(viewsFile) !== file;
      if (!isReplaced && !isGone(error)) throw error;
      if (isReplaced && attempt < OPENINGS_OF_REPLACED) continue;
    }
    if (attempt < OPENING_TRIES) continue;
    throw new ProjectionFault('VIEWS_MISSING', `There are no views at ${viewsFile} yet.`);
  }
}

export function closeReading({ database, segments }: Reading): void {
  if (database.isOpen) database.close();
  segments.close();
}

/** Tells a replaced file from the one before it, for the price of one `stat`. */
export function markOf(viewsFile: string): string | undefined {
  const stat = statSync(viewsFile, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.ino}:${stat.mtimeMs}`;
}

/** Whether views or their cache were taken away since their names were read. */
function isGone(error: unknown): boolean {
  const code = sqliteErrorCode(error);
  if (code !== undefined) return (code & 0xff) === CANNOT_OPEN;
  return error instanceof ProjectionFault && error.code === 'VIEWS_MISSING';
}

function readingOf(file: string, mark: string): Reading {
  const database = openDatabase(file, { readOnly: true });
  try {
    readFast(database);
    const place = new PlaceRow(database).read();
    const segments = new SegmentReader(besides(file, place?.segments ?? ''));
    const activity = new ActivityQueries(database, segments);
    return {
      database,
      segments,
      mark,
      checkpoint: new CheckpointRow(database),
      models: new ModelRows(database),
      activity,
      catalogue: new CatalogueQueries(database),
      timeline: new TimelineQueries(database, activity, segments),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
