import { existsSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EventLogReader } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { models } from '../models.js';
import { whyNotOfLog } from '../segments/fill.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { toKey, toPosition } from '../tables/positions.js';
import { asOnlyBuilder } from './building-site.js';
import { CheckpointRow, PlaceRow } from './checkpoint.js';
import { ailmentOf, whyNotOfThisLog } from './health.js';
import {
  databaseInForce,
  makeLast,
  newDatabase,
  newSegmentFile,
  preparePlace,
  putInForce,
  removeDatabase,
  removeOthers,
  removeOtherSegments,
} from './place.js';
import { replaceUnlessFurther } from './rebuild.js';
import type { Progress } from './replay.js';
import { snapshotModel, standingOf } from './snapshot.js';
import { SnapshotFault } from './snapshot-fault.js';
import { digestOf } from './snapshot-files.js';
import {
  MANIFEST,
  readManifest,
  SEGMENTS_COPY,
  VIEWS_COPY,
  type SnapshotFile,
  type SnapshotManifest,
} from './snapshot-manifest.js';

export type ImportOptions = {
  /** A snapshot that `exportViews` made. */
  folder: string;
  viewsFile: string;
  log: EventLogReader;
  /** Ends the import with the signal's reason; the old views stay in force. */
  signal?: AbortSignal;
  /** Bytes that were copied. */
  onProgress?: (progress: Progress) => void;
};

/** `replaced`: the position of the views that stood there, where they could be read. */
export type Imported = { manifest: SnapshotManifest; replaced?: string };

/**
 * Puts the views of a snapshot in force, so that a projector goes on from where they stand. Only
 * views that stand earlier, or that cannot be used, are replaced. The manifest, every byte of both
 * files, the versions of the read models, the event at which the views stand and events of the
 * cache are checked against each other and against the log before; what the rows hold is compared
 * with the log by `verifyViews`.
 *
 * An interrupted import leaves the old views in force, and at most a file that the next start
 * removes. Rejects with a `SnapshotFault`, a `ProjectionFault`, the log's error or the signal's
 * reason. Inverse: `exportViews`.
 */
export async function importViews(options: ImportOptions): Promise<Imported> {
  const { viewsFile, signal } = options;
  preparePlace(viewsFile);
  return asOnlyBuilder(viewsFile, () => bringIn(options), signal);
}

async function bringIn(options: ImportOptions): Promise<Imported> {
  const { folder, viewsFile, log } = options;
  const manifest = await readManifest(folder);
  refuseOtherVersions(manifest);
  const position = toKey(manifest.checkpoint.position);
  const old = await standingThere(viewsFile, log);
  if (old.position !== undefined && old.position >= position) {
    throw notOlder(viewsFile, old.position, position);
  }
  const foreign = await whyNotOfThisLog({ ...manifest.checkpoint, position }, log);
  if (foreign !== undefined) throw otherLog(foreign);
  // Until both are checked they have names that every start removes.
  const [database, copiedSegments] = [newDatabase(viewsFile), newDatabase(viewsFile)];
  const segments = newSegmentFile(viewsFile);
  try {
    await copyBoth(manifest, [database, copiedSegments], options);
    renameSync(copiedSegments, segments);
    pointTo(database, segments, manifest);
    await checkCache(segments, position, log);
    options.signal?.throwIfAborted();
    putInForceUnlessOlder(viewsFile, database, { position, isUsable: old.isUsable });
  } catch (error) {
    for (const file of [database, copiedSegments, segments]) removeDatabase(file);
    throw unreadable(error, folder) ?? error;
  }
  removeOthers(viewsFile);
  removeOtherSegments(viewsFile, segments);
  return { manifest, ...(old.position !== undefined && { replaced: toPosition(old.position) }) };
}

/** The versions of the folds must be ours: rows of others would be continued by ours. */
function refuseOtherVersions(manifest: SnapshotManifest): void {
  for (const { name, version, layout } of models) {
    const found = manifest.models.find((model) => model.name === name);
    if (found?.version === version && found.layout === layout) continue;
    const theirs =
      found === undefined
        ? { zh: '没有这个读模型', en: 'is missing' }
        : {
            zh: `为版本 ${found.version}（布局 ${found.layout}）`,
            en: `has version ${found.version} (layout ${found.layout})`,
          };
    throw new SnapshotFault('SNAPSHOT_OTHER_VERSION', {
      zh:
        `快照中的读模型 ${name} ${theirs.zh}，本程序需要版本 ${version}（布局 ${layout}）；` +
        '请用同一版本的程序重新导出，或直接启动，由日志重建视图。',
      en:
        `The read model ${name} of the snapshot ${theirs.en}, and this program needs version ` +
        `${version} (layout ${layout}). Export the views anew with the same version of the ` +
        'program, or start without a snapshot: views are rebuilt from the log.',
    });
  }
}

/** Where the views in force stand; without a position where they cannot be continued anyway. */
async function standingThere(
  viewsFile: string,
  log: EventLogReader,
): Promise<{ position?: number; isUsable: boolean }> {
  const file = databaseInForce(viewsFile);
  if (file === undefined || !existsSync(file)) return { isUsable: false };
  const ailment = await ailmentOf(file, log);
  if (ailment !== undefined && ailment.kind !== 'outdated') return { isUsable: false };
  const database = openDatabase(file, { readOnly: true });
  try {
    return { position: new CheckpointRow(database).read().position, isUsable: true };
  } finally {
    database.close();
  }
}

async function copyBoth(
  { files }: SnapshotManifest,
  [database, segments]: readonly [string, string],
  { folder, signal, onProgress }: ImportOptions,
): Promise<void> {
  const total = files[VIEWS_COPY].bytes + files[SEGMENTS_COPY].bytes;
  let before = 0;
  for (const [name, to] of [
    [VIEWS_COPY, database],
    [SEGMENTS_COPY, segments],
  ] as const) {
    const from = join(folder, name);
    const said = files[name];
    if (!existsSync(from) || statSync(from).size !== said.bytes) throw damagedFile(from);
    const found = await digestOf(from, {
      to,
      ...(signal && { signal }),
      onBytes: (bytes) => onProgress?.({ phase: 'copying', done: before + bytes, total }),
    });
    if (!isSame(found, said)) throw damagedFile(from);
    before += said.bytes;
  }
}

const isSame = (one: SnapshotFile, other: SnapshotFile): boolean =>
  one.bytes === other.bytes && one.sha256 === other.sha256;

/** Names the cache in the views, once they are what the manifest says that they are. */
function pointTo(database: string, segments: string, manifest: SnapshotManifest): void {
  turnOnWal(database);
  const { checkpoint, models: rows } = standingOf(database);
  const found = {
    checkpoint: { ...checkpoint, position: toPosition(checkpoint.position) },
    models: rows.map(snapshotModel),
  };
  const said = { checkpoint: manifest.checkpoint, models: manifest.models };
  if (JSON.stringify(found) !== JSON.stringify(said)) throw damagedFile(MANIFEST);
  const views = openDatabase(database);
  try {
    new PlaceRow(views).write(basename(segments), null);
  } finally {
    views.close();
  }
}

async function checkCache(segments: string, position: number, log: EventLogReader): Promise<void> {
  turnOnWal(segments);
  const cache = SegmentCache.open(segments);
  try {
    if (cache.end < position) throw damagedFile(SEGMENTS_COPY);
    const foreign = await whyNotOfLog(cache, log);
    if (foreign !== undefined) throw otherLog(foreign);
  } finally {
    cache.close();
  }
}

/** What is copied by a statement comes without it. A connection without statements closes at once. */
function turnOnWal(file: string): void {
  const database = openDatabase(file);
  database.exec('PRAGMA journal_mode = WAL;');
  database.close();
  makeLast(file);
}

/** A live projector may have got further while files were copied. */
function putInForceUnlessOlder(
  viewsFile: string,
  database: string,
  { position, isUsable }: { position: number; isUsable: boolean },
): void {
  if (!isUsable) {
    putInForce(viewsFile, database);
    return;
  }
  const further = replaceUnlessFurther(viewsFile, database, position);
  if (further !== undefined) throw notOlder(viewsFile, further, position);
}

const otherLog = (why: string): SnapshotFault =>
  new SnapshotFault('SNAPSHOT_OTHER_LOG', {
    zh: `快照不是由这个日志生成的（${why}）；请检查 --log，或用这个日志的快照。`,
    en: `The snapshot was not made from this log (${why}); check --log, or take a snapshot of it.`,
  });

const damagedFile = (file: string): SnapshotFault =>
  new SnapshotFault('SNAPSHOT_DAMAGED', {
    zh: `快照的 ${file} 与清单不符（缺失、截断或被改动）；请重新导出。`,
    en:
      `${file} of the snapshot is not what its manifest says (missing, cut short or changed); ` +
      'export the views anew.',
  });

/** Files of the right hash that cannot be read were damaged before they were copied out. */
function unreadable(error: unknown, folder: string): SnapshotFault | undefined {
  const isUnusable = error instanceof ProjectionFault && error.code === 'SEGMENTS_UNUSABLE';
  const isDamage = [1, 11, 26].includes((sqliteErrorCode(error) ?? -1) & 0xff);
  return isUnusable || isDamage ? damagedFile(folder) : undefined;
}

const notOlder = (viewsFile: string, standing: number, position: number): SnapshotFault =>
  new SnapshotFault('VIEWS_NOT_OLDER', {
    zh:
      `${viewsFile} 的视图已在位置 ${standing}，不早于快照的位置 ${position}；只替换更早的视图。` +
      '如确需退回，请先停止服务并移走该视图目录。',
    en:
      `The views at ${viewsFile} stand at position ${standing}, no earlier than the snapshot at ` +
      `${position}; only earlier ones are replaced. To go back all the same, stop the server and ` +
      'move their folder away first.',
  });
