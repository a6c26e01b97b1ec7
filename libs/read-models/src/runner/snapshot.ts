import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { openDatabase, sqliteErrorCode } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { cutCache } from '../segments/cut.js';
import { isDamage } from '../segments/layout.js';
import { SegmentReader } from '../segments/segment-reader.js';
import { toPosition } from '../tables/positions.js';
import { asOnlyBuilder } from './building-site.js';
import {
  CheckpointRow,
  ModelRows,
  PlaceRow,
  stateHash,
  type Checkpoint,
  type ModelRow,
} from './checkpoint.js';
import { besides, databaseInForce } from './place.js';
import type { Progress } from './replay.js';
import { SnapshotFault } from './snapshot-fault.js';
import { beginSnapshot, copyDatabase, digestOf, finishSnapshot } from './snapshot-files.js';
import {
  manifestOf,
  SEGMENTS_COPY,
  VIEWS_COPY,
  type SnapshotManifest,
  type SnapshotModel,
} from './snapshot-manifest.js';

export type ExportOptions = {
  viewsFile: string;
  /** Where the snapshot is to stand: a new or an empty folder, or an unfinished snapshot. */
  folder: string;
  /** Ends the export with the signal's reason; it is heard between two statements of SQLite. */
  signal?: AbortSignal;
  /** Files while they are copied, bytes while they are hashed. */
  onProgress?: (progress: Progress) => void;
};

/**
 * Copies the views in force and the events that they read from into a folder, each as it stood at
 * one moment, with a manifest that is written last. The views are copied first, because the events
 * are always ahead of them; their copy is cut back to where the views stand, so that whoever has
 * the log up to there can take the snapshot. Works beside a live projector; rebuilds wait meanwhile, so that the
 * two files stay a pair. What is interrupted leaves nothing, or (killed) a folder that the next
 * export empties and no import takes. Inverse: `importViews`.
 *
 * Rejects with a `SnapshotFault`, with `VIEWS_MISSING`, or with the signal's reason.
 */
export async function exportViews(options: ExportOptions): Promise<SnapshotManifest> {
  const { viewsFile, folder, signal } = options;
  if (databaseInForce(viewsFile) === undefined) throw noViews(viewsFile);
  return asOnlyBuilder(
    viewsFile,
    async () => {
      const undo = await beginSnapshot(folder);
      try {
        return await write(options);
      } catch (error) {
        undo();
        throw damaged(error, viewsFile) ?? error;
      }
    },
    signal,
  );
}

async function write(options: ExportOptions): Promise<SnapshotManifest> {
  const { viewsFile, folder, signal, onProgress } = options;
  const file = databaseInForce(viewsFile);
  if (file === undefined || !existsSync(file)) throw noViews(viewsFile);
  const [views, segments] = [join(folder, VIEWS_COPY), join(folder, SEGMENTS_COPY)];
  const step = async (done: number): Promise<void> => {
    onProgress?.({ phase: 'copying', done, total: 2 });
    await turn();
    signal?.throwIfAborted();
  };
  await step(0);
  copyDatabase(file, views);
  await step(1);
  const { checkpoint, models, cache } = standingOf(views);
  const source = besides(file, cache);
  if (!existsSync(source)) throw damagedViews(viewsFile, `${source} is missing`);
  copyDatabase(source, segments);
  await step(2);
  if (!holds(segments, checkpoint)) {
    throw damagedViews(viewsFile, `${source} ends before position ${checkpoint.position}`);
  }
  cutCache(segments, checkpoint.position);
  const total = statSync(views).size + statSync(segments).size;
  const hashed = (path: string, before: number) =>
    digestOf(path, {
      ...(signal && { signal }),
      onBytes: (bytes) => onProgress?.({ phase: 'hashing', done: before + bytes, total }),
    });
  const ofViews = await hashed(views, 0);
  const ofSegments = await hashed(segments, ofViews.bytes);
  const manifest = manifestOf({
    madeAt: new Date().toISOString(),
    checkpoint: { ...checkpoint, position: toPosition(checkpoint.position) },
    models: models.map(snapshotModel),
    files: { [VIEWS_COPY]: ofViews, [SEGMENTS_COPY]: ofSegments },
  });
  await finishSnapshot(folder, manifest);
  return manifest;
}

/** How views in a database stand, and the name of the segment cache that they read from. */
export function standingOf(database: string): {
  checkpoint: Checkpoint;
  models: ModelRow[];
  cache: string;
} {
  const views = openDatabase(database, { readOnly: true });
  try {
    return {
      checkpoint: new CheckpointRow(views).read(),
      models: new ModelRows(views).read(),
      cache: new PlaceRow(views).read()?.segments ?? '',
    };
  } finally {
    views.close();
  }
}

export const snapshotModel = (row: ModelRow): SnapshotModel => ({
  name: row.name,
  version: row.version,
  layout: row.layout,
  position: toPosition(row.position),
  rows: row.digest.rows,
  hash: stateHash(row),
});

function holds(segments: string, { position }: Checkpoint): boolean {
  const reader = new SegmentReader(segments);
  try {
    return position === 0 || reader.entryAt(position) !== undefined;
  } finally {
    reader.close();
  }
}

function noViews(viewsFile: string): ProjectionFault {
  return new ProjectionFault('VIEWS_MISSING', `There are no views at ${viewsFile} yet.`);
}

/** SQLite's number for a table that is missing. */
const NO_SUCH_TABLE = 1;

function damaged(error: unknown, viewsFile: string): SnapshotFault | undefined {
  const isOfOthers = ((sqliteErrorCode(error) ?? -1) & 0xff) === NO_SUCH_TABLE;
  if (!isOfOthers && !isDamage(error)) return undefined;
  return damagedViews(viewsFile, error instanceof Error ? error.message : String(error));
}

const damagedViews = (viewsFile: string, why: string): SnapshotFault =>
  new SnapshotFault('VIEWS_DAMAGED', {
    zh: `${viewsFile} 的视图已损坏（${why}），未导出；请先重建：ledger rebuild。`,
    en: `The views at ${viewsFile} are damaged (${why}) and were not exported; first: ledger rebuild.`,
  });
