import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Text } from '@ledger/domain';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase, type Database } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { asOnlyBuilder } from './building-site.js';
import { CheckpointRow, ModelRows, PlaceRow, type ModelRow } from './checkpoint.js';
import {
  isUnreadable,
  judge,
  judgeSwap,
  readPredecessor,
  type Comparison,
  type Predecessor,
  type RebuildTrigger,
} from './comparison.js';
import { ailmentOf } from './health.js';
import { LiveWriter } from './live-writer.js';
import { load } from './load.js';
import { filledCache } from './filled-cache.js';
import {
  buildOf,
  databaseInForce,
  makeLast,
  newDatabase,
  preparePlace,
  putInForce,
  removeDatabase,
  removeOthers,
  removeOtherSegments,
} from './place.js';
import type { Progress } from './replay.js';

export type RebuildOptions = {
  log: EventLogReader;
  viewsFile: string;
  /** Why the new views may differ from the old ones; without it a difference refuses the swap. */
  explanation?: Text;
  trigger?: RebuildTrigger;
  /**
   * Makes the segment cache anew as well. Whoever explains a difference distrusts what was derived,
   * so then it always is.
   */
  fresh?: boolean;
  /** Ends the build with the signal's reason; the old views stay in force. */
  signal?: AbortSignal;
  /** After each piece of work, by phases: reading the log, folding, comparing, catching up. */
  onProgress?: (progress: Progress) => void;
};

/** `comparison` is absent where there were no views that could be compared with. */
export type Rebuilt = { position: string; comparison?: Comparison };

const PAGE = 256;

/**
 * Builds the views anew, in a new database beside the one in force, compares the two, and puts the
 * new one in force in one step. What the segment cache does not hold yet is read from the log first.
 * Resolves with the position reached, which is never before that of the views that were in force.
 *
 * What is read meanwhile comes from the old views; `openViews` and the projector notice the change
 * by themselves. An interrupted build leaves at most a file that the next one removes. Builders of
 * one path wait for one another. Rejects with a `ProjectionFault` (`REBUILD_DIFFERS` when the
 * comparison refuses the swap), the log's error or the signal's reason.
 */
export async function rebuildViews(options: RebuildOptions): Promise<Rebuilt> {
  const { viewsFile, signal } = options;
  preparePlace(viewsFile);
  return asOnlyBuilder(viewsFile, () => buildViews(options), signal);
}

/** The work of `rebuildViews`, for a caller that is the only builder already. */
export async function buildViews(options: RebuildOptions): Promise<Rebuilt> {
  const fresh = options.fresh ?? options.explanation !== undefined;
  try {
    return await build(options, { fresh });
  } catch (error) {
    if (fresh || !isOfCache(error)) throw error;
    return build(options, { fresh: true });
  }
}

/** A cache that is damaged, or whose damage shows only in what is made of it. */
const isOfCache = (error: unknown): boolean =>
  error instanceof ProjectionFault &&
  (error.code === 'SEGMENTS_UNUSABLE' || error.code === 'REBUILD_DIFFERS');

async function build(options: RebuildOptions, { fresh }: { fresh: boolean }): Promise<Rebuilt> {
  const { log, viewsFile, signal } = options;
  const told = (phase: string) => (progress: Omit<Progress, 'phase'>) =>
    options.onProgress?.({ phase, ...progress });
  const abort = signal === undefined ? {} : { signal };
  const inForce = databaseInForce(viewsFile);
  const database = newDatabase(viewsFile);
  // Before the log is read, so that it holds all that the old views had taken in.
  const met = await predecessor(inForce, log);
  const cache = await filledCache(viewsFile, { log, fresh, ...abort, onProgress: told('reading') });
  const segments = basename(cache.file);
  try {
    let reached: ModelRow[] = [];
    await load(database, {
      cache,
      segments,
      ...(met !== undefined && { stopAt: met.position }),
      onReached: (rows) => (reached = rows),
      ...abort,
      onProgress: told('folding'),
    });
    turnOnWal(database);
    makeLast(database);
    const comparison = met && (await compare(met, reached, database, options, told('comparing')));
    const lastLook = (rows: ModelRow[], old: ModelRow[]): void => {
      if (comparison === undefined) return;
      judgeSwap(old, rows, comparison, options.explanation !== undefined);
    };
    const position = await catchUpAndReplace(database, options, lastLook, told('catching up'));
    removeOthers(viewsFile);
    removeOtherSegments(viewsFile, segments);
    return { position, ...(comparison !== undefined && { comparison }) };
  } catch (error) {
    removeDatabase(database);
    throw error;
  } finally {
    cache.close();
  }
}

/** Views that are damaged or of another log tell nothing about what the new ones should be. */
async function predecessor(
  inForce: string | undefined,
  log: EventLogReader,
): Promise<Predecessor | undefined> {
  if (inForce === undefined) return undefined;
  const ailment = await ailmentOf(inForce, log);
  return ailment?.kind === 'unusable' ? undefined : readPredecessor(inForce);
}

/** Judges the new views, and leaves the verdict in them for whoever can write to the log. */
async function compare(
  old: Predecessor,
  reached: ModelRow[],
  database: string,
  { explanation, trigger = 'operation', signal }: RebuildOptions,
  onProgress: (progress: { done: number; total: number }) => void,
): Promise<Comparison> {
  const comparison = await judge(old, {
    reached,
    database,
    build: buildOf(database),
    trigger,
    onProgress,
    ...(explanation && { explanation }),
    ...(signal && { signal }),
  });
  const views = openDatabase(database);
  try {
    const place = new PlaceRow(views);
    place.write(place.read()?.segments ?? '', JSON.stringify(comparison));
  } finally {
    views.close();
  }
  return comparison;
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
  lastLook: (rows: ModelRow[], old: ModelRow[]) => void,
  onProgress: (progress: { done: number; total: number }) => void,
): Promise<string> {
  const writer = new LiveWriter(database);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { position } = writer.standing;
      const events = await log.readAll({ after: writer.needed, limit: PAGE });
      if (events.length > 0) {
        if (writer.write(events) === undefined) throw takenAway(database);
      } else {
        const further = replaceUnlessFurther(viewsFile, database, Number(position), (old) =>
          lastLook(writer.models, old),
        );
        // Views that stand beyond the log's end are of another log: nobody catches up with them.
        const isForeign = further !== undefined && Number((await log.head()).position) < further;
        if (isForeign) putInForce(viewsFile, database);
        if (further === undefined || isForeign) {
          onProgress({ done: Number(position), total: Number(position) });
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
 * waiting on this very thread. `lastLook` may throw, and the old one stays in force then.
 */
export function replaceUnlessFurther(
  viewsFile: string,
  database: string,
  position: number,
  lastLook: (old: ModelRow[]) => void = () => {},
): number | undefined {
  if (!existsSync(database)) throw takenAway(database);
  const old = heldStill(databaseInForce(viewsFile));
  try {
    const further = old === undefined ? 0 : new CheckpointRow(old).read().position;
    if (further > position) return further;
    if (old !== undefined) lastLook(new ModelRows(old).read());
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
    // Nobody can go on from it.
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

const takenAway = (database: string): ProjectionFault =>
  new ProjectionFault('VIEWS_MISSING', `${database} was taken away while it was built.`);
