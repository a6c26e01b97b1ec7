import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, openDatabase, syncDirectory } from '@ledger/sqlite';
import { SnapshotFault } from './snapshot-fault.js';
import {
  MANIFEST,
  renderManifest,
  SEGMENTS_COPY,
  UNFINISHED,
  VIEWS_COPY,
  type SnapshotFile,
  type SnapshotManifest,
} from './snapshot-manifest.js';

const CHUNK_BYTES = 1024 * 1024;
const DRAFT = `${MANIFEST}.part`;

export type ReadOptions = { signal?: AbortSignal; onBytes?: (bytes: number) => void };

/**
 * Bytes and SHA-256 of a file; with `to` it is copied there on the way, and what was written is
 * durable. Rejects with the signal's reason. Nobody may have either file open in this process:
 * closing a file gives up the locks that the process holds on it.
 */
export async function digestOf(
  file: string,
  { signal, onBytes, to }: ReadOptions & { to?: string } = {},
): Promise<SnapshotFile> {
  const source = await open(file, 'r');
  let target: FileHandle | undefined;
  try {
    if (to !== undefined) target = await open(to, 'wx');
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await source.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const read = chunk.subarray(0, bytesRead);
      hash.update(read);
      await target?.writeFile(read);
      bytes += bytesRead;
      onBytes?.(bytes);
    }
    await target?.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await target?.close();
    await source.close();
  }
}

/**
 * A consistent copy of a database that others may be writing to, as it stands now: one statement
 * of SQLite, in one read transaction, which nothing interrupts.
 */
export function copyDatabase(file: string, to: string): void {
  const database = openDatabase(file, { readOnly: true });
  try {
    database.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}

/**
 * Makes the folder of a snapshot, or empties one that an interrupted export left. Throws
 * `SNAPSHOT_FOLDER_TAKEN` for a folder that holds anything else. Resolves with how to undo it.
 */
export async function beginSnapshot(folder: string): Promise<() => void> {
  const isNew = !existsSync(folder);
  let names: string[];
  try {
    if (isNew) makeDirectory(folder);
    names = readdirSync(folder);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw folderTaken(folder, { zh: `无法使用（${reason}）`, en: `cannot be used (${reason})` });
  }
  if (names.includes(UNFINISHED)) removeCopies(folder);
  else if (names.length > 0) {
    throw folderTaken(folder, { zh: '不是空目录', en: 'is not empty' });
  }
  const mark = await open(join(folder, UNFINISHED), 'w');
  await mark.sync();
  await mark.close();
  syncDirectory(folder);
  return () => {
    removeCopies(folder);
    if (isNew) rmdirSync(folder);
  };
}

/** Puts the manifest in place, once everything that it speaks of is durable. */
export async function finishSnapshot(folder: string, manifest: SnapshotManifest): Promise<void> {
  for (const name of [VIEWS_COPY, SEGMENTS_COPY]) {
    const copy = await open(join(folder, name), 'r+');
    await copy.sync();
    await copy.close();
  }
  const draft = await open(join(folder, DRAFT), 'w');
  await draft.writeFile(renderManifest(manifest));
  await draft.sync();
  await draft.close();
  syncDirectory(folder);
  await rename(join(folder, DRAFT), join(folder, MANIFEST));
  syncDirectory(folder);
  rmSync(join(folder, UNFINISHED));
}

/** Takes away what an export made. */
function removeCopies(folder: string): void {
  const companions = [VIEWS_COPY, SEGMENTS_COPY].map((name) => `${name}-journal`);
  // The mark goes last, so that what is left is known as ours until nothing is.
  for (const name of [MANIFEST, DRAFT, VIEWS_COPY, SEGMENTS_COPY, ...companions, UNFINISHED]) {
    rmSync(join(folder, name), { force: true });
  }
}

const folderTaken = (folder: string, why: { zh: string; en: string }): SnapshotFault =>
  new SnapshotFault('SNAPSHOT_FOLDER_TAKEN', {
    zh: `${folder} ${why.zh}；请选一个空的或尚不存在的目录。`,
    en: `${folder} ${why.en}; choose an empty or a new directory.`,
  });
