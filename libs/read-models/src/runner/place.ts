import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ProjectionFault } from '../fault.js';

// The path of the views is a small text file that names the database in force, beside it:
// `views.db` says `views.db.5f3a09c1`. A rebuild makes a database of a new name and then replaces
// the text by a rename. Names are never used twice, because SQLite removes the `-wal` of a
// connection by its name, and the driver may close one long after `close()` (its statements keep
// it open until they are collected): under one name it would remove its successor's.

// Beside them stands the segment cache, `views.db.segments-9c1b07de`; the database that is in force
// says which one it reads from.

const HEADING = 'views in ';
const SQLITE_HEADER = 'SQLite format 3\u0000';
const COMPANION = /-(wal|shm|journal)$/;
const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/** Where the views of a data directory stand. */
export const viewsFileIn = (dataDir: string): string => join(dataDir, 'views', 'views.db');

/** The database that a views path names; undefined when there is none or the text is damaged. */
export function databaseInForce(viewsFile: string): string | undefined {
  const text = readText(viewsFile);
  if (text === undefined) return undefined;
  const name = text.startsWith(HEADING) ? text.slice(HEADING.length).trimEnd() : '';
  return isDatabaseOf(viewsFile, name) ? join(dirname(viewsFile), name) : undefined;
}

/** A name for a new database of these views. */
export const newDatabase = (viewsFile: string): string =>
  `${viewsFile}.${randomBytes(4).toString('hex')}`;

/** A name for a new segment cache of these views. */
export const newSegmentFile = (viewsFile: string): string =>
  `${viewsFile}.segments-${randomBytes(4).toString('hex')}`;

/** Every segment cache beside these views, whoever made it. */
export function segmentFilesOf(viewsFile: string): string[] {
  const folder = dirname(viewsFile);
  return readdirSync(folder)
    .filter((name) => isSegmentsOf(viewsFile, name))
    .map((name) => join(folder, name));
}

/** The file of that name in the folder of another. */
export const besides = (file: string, name: string): string => join(dirname(file), basename(name));

/** The eight digits that tell one build of the views from all others. */
export const buildOf = (database: string): string => database.slice(-8);

/**
 * Makes what was written to a database last. Only while no connection of this process has it open:
 * closing a file gives up the locks that the process holds on it.
 */
export const makeLast = (database: string): void => syncFile(database);

/**
 * Puts a finished database in force: after a crash either the old or the new one is. Throws
 * `NOT_A_VIEWS_FILE` when a database of something else was put at the path meanwhile.
 */
export function putInForce(viewsFile: string, database: string): void {
  refuseForeignFile(viewsFile);
  const next = `${viewsFile}.next`;
  writeFileSync(next, `${HEADING}${basename(database)}\n`);
  syncFile(next);
  renameSync(next, viewsFile);
  syncFolder(dirname(viewsFile));
}

/**
 * Removes databases that are not in force: left by an interrupted build, or replaced. Whoever still
 * reads one keeps it until it closes.
 */
export function removeOthers(viewsFile: string): void {
  const kept = databaseInForce(viewsFile);
  const folder = dirname(viewsFile);
  for (const name of readdirSync(folder)) {
    const database = name.replace(COMPANION, '');
    if (isDatabaseOf(viewsFile, database) && join(folder, database) !== kept) {
      removeDatabase(join(folder, database));
    }
  }
}

/** Removes every segment cache but one. */
export function removeOtherSegments(viewsFile: string, kept: string): void {
  const folder = dirname(viewsFile);
  for (const name of readdirSync(folder)) {
    const file = name.replace(COMPANION, '');
    if (isSegmentsOf(viewsFile, file) && file !== basename(kept))
      removeDatabase(join(folder, file));
  }
}

/** Removes a database with its companions; one that is held open on Windows stays for later. */
export function removeDatabase(database: string): void {
  for (const companion of COMPANIONS) {
    try {
      rmSync(`${database}${companion}`, { force: true });
    } catch {
      // It is only a derived file, and the next start tries again.
    }
  }
}

/**
 * Makes the folder of the views, if there is none. Throws `NOT_A_VIEWS_FILE` when that cannot be,
 * and when a database stands at the path: it might be the log.
 */
export function preparePlace(viewsFile: string): void {
  const folder = dirname(viewsFile);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Object && 'message' in error ? String(error.message) : '';
    throw new ProjectionFault(
      'NOT_A_VIEWS_FILE',
      `${folder} cannot hold the views (${reason}); make it a folder that can be written, ` +
        'or move what stands there away: views are rebuilt from the log.',
    );
  }
  refuseForeignFile(viewsFile);
}

function refuseForeignFile(viewsFile: string): void {
  if (readText(viewsFile)?.startsWith(SQLITE_HEADER) !== true) return;
  throw new ProjectionFault(
    'NOT_A_VIEWS_FILE',
    `${viewsFile} is a database of something else and is left as it is. ` +
      'Give another path for the views.',
  );
}

function isDatabaseOf(viewsFile: string, name: string): boolean {
  const own = `${basename(viewsFile)}.`;
  return name.startsWith(own) && /^[0-9a-f]{8}$/.test(name.slice(own.length));
}

function isSegmentsOf(viewsFile: string, name: string): boolean {
  const own = `${basename(viewsFile)}.segments-`;
  return name.startsWith(own) && /^[0-9a-f]{8}$/.test(name.slice(own.length));
}

/** The beginning of a file, which is all of ours; undefined when there is none. */
function readText(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(1_024);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a rename last through a power cut. Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
