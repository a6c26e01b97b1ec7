import { existsSync } from 'node:fs';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import { toKey, toPosition } from '../tables/positions.js';
import { ModelRows } from './checkpoint.js';
import { databaseInForce } from './place.js';
import { withRefolded } from './refold.js';
import { modelStanding } from './standing.js';

/** A read model as it stands: `hash` is SHA-256, hex, over everything it holds at `position`. */
export type ModelState = {
  name: string;
  version: number;
  position: string;
  rows: number;
  hash: string;
};

/** How far long work is: events, or rows in phases that compare. */
export type Progress = { phase: string; done: number; total: number };

export type ReplayOptions = {
  log: EventLogReader;
  /** A folder for what is made meanwhile and removed at the end. */
  folder: string;
  /** Position up to which the log is folded; default its end. */
  until?: string;
  /** Names of read models; default all. */
  models?: readonly string[];
  /** Ends the replay with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
};

export type Replayed = { position: string; models: ModelState[] };

/**
 * Folds the log up to a position and answers what the read models are there, each with its state
 * hash: the same for everybody who holds the same log. Uses neither the views nor their cache.
 * Rejects with a `ProjectionFault`, the log's error or the signal's reason; the folder is gone then.
 */
export async function replayModels(options: ReplayOptions): Promise<Replayed> {
  const { log, folder, until, models, signal, onProgress } = options;
  const head = Number((await log.head()).position);
  const upTo = until === undefined ? head : Math.min(head, toKey(until));
  const told = onProgress && {
    onProgress: (at: Omit<Progress, 'phase'>) => onProgress({ phase: 'folding', ...at }),
  };
  return withRefolded(
    { log, folder, upTo, ...(models && { only: models }), ...(signal && { signal }), ...told },
    async ({ position, rows }) => ({
      position: toPosition(position),
      models: rows.map(modelStanding),
    }),
  );
}

/**
 * What the models in the views in force are, in one snapshot, with the versions that made them;
 * undefined where there are no views. A model that stands elsewhere than `at` is left out. Equal to
 * `replayModels` up to their position when nobody has altered them.
 */
export function liveModels(
  viewsFile: string,
  options: { at?: string; models?: readonly string[] } = {},
): ModelState[] | undefined {
  const file = databaseInForce(viewsFile);
  if (file === undefined || !existsSync(file)) return undefined;
  const database = openDatabase(file, { readOnly: true });
  try {
    return new ModelRows(database)
      .read()
      .map(modelStanding)
      .filter(({ name }) => options.models?.includes(name) !== false)
      .filter(({ position }) => position === (options.at ?? position));
  } finally {
    database.close();
  }
}
