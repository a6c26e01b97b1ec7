import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { shownAddress, type LogAddress } from '@ledger/engines';
import type { Copied } from './copy-log.js';
import { Refusal } from './refusal.js';

// Names and shapes here are storage format: never edited, only added to under a new version.

const MANIFEST = 'backup.json';
/** Stands in the directory from before the first write until the manifest covers everything. */
const UNFINISHED = 'backup.unfinished.json';
const FORMAT = 'reform-ledger-backup';
const VERSION = 1;

/**
 * What a backup holds: the first `events` events of a ledger, up to `position`. Times are UTC;
 * `source` is an address without its password. `sha256` covers each entry's UTF-8 bytes followed
 * by a newline, in log order.
 */
export type Manifest = {
  format: typeof FORMAT;
  version: typeof VERSION;
  madeAt: string;
  source: string;
  events: number;
  position: string;
  recordedAt: string | null;
  sha256: string;
};

/** What stands in a directory that is to hold a backup. */
export type BackupState =
  { kind: 'empty' } | { kind: 'unfinished' } | { kind: 'finished'; manifest: Manifest };

/** Throws `Refusal` for a directory that holds anything but a backup. */
export async function readBackupState(directory: string): Promise<BackupState> {
  // A draft that was never put in place says nothing.
  const names = (await namesIn(directory)).filter((name) => !name.endsWith('.part'));
  if (names.length === 0) return { kind: 'empty' };
  if (names.includes(MANIFEST))
    return { kind: 'finished', manifest: await readManifest(directory) };
  if (names.includes(UNFINISHED)) return { kind: 'unfinished' };
  throw new Refusal({
    zh: `${directory} 不是空目录，也不是备份；请选一个空的或尚不存在的目录。`,
    en: `${directory} is neither empty nor a backup; choose an empty or a new directory.`,
  });
}

/** Whether a backup in the directory was begun and not brought to its end. */
export async function isUnfinished(directory: string): Promise<boolean> {
  return (await namesIn(directory)).includes(UNFINISHED);
}

/** Makes the directory where it is missing, and says in it that a backup is under way. */
export async function beginBackup(directory: string, source: LogAddress): Promise<void> {
  await makeDirectory(directory);
  const begun = { format: FORMAT, version: VERSION, begunAt: new Date().toISOString() };
  await writeWhole(directory, UNFINISHED, { ...begun, source: shownAddress(source) });
}

/** The end of a backup: the manifest is put in place by a rename, and is true from then on. */
export async function finishBackup(
  directory: string,
  source: LogAddress,
  { events, position, recordedAt, sha256 }: Copied,
): Promise<Manifest> {
  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    madeAt: new Date().toISOString(),
    source: shownAddress(source),
    events,
    position,
    recordedAt,
    sha256,
  };
  await writeWhole(directory, MANIFEST, manifest);
  await rm(join(directory, UNFINISHED), { force: true });
  return manifest;
}

async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, MANIFEST);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    throw new Refusal({
      zh: `${file} 无法读取（${why}）；请用另一份备份。`,
      en: `${file} cannot be read (${why}); take another backup.`,
    });
  }
  if (isManifest(value)) return value;
  throw new Refusal({
    zh: `${file} 不是本版本认识的备份清单（${FORMAT}，版本 ${VERSION}）；请更新程序或用另一份备份。`,
    en:
      `${file} is no manifest that this version knows (${FORMAT}, version ${VERSION}); ` +
      'update the program or take another backup.',
  });
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version, events, sha256 } = { ...value } as Partial<Manifest>;
  return (
    format === FORMAT &&
    version === VERSION &&
    Number.isSafeInteger(events) &&
    Number(events) >= 0 &&
    typeof sha256 === 'string'
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (fault) {
    const code = fault instanceof Object && 'code' in fault ? fault.code : undefined;
    if (code === 'ENOENT') return [];
    throw new Refusal({
      zh: `${directory} 不能作为备份目录（${String(code)}）；请另选一个目录。`,
      en: `${directory} cannot serve as a directory (${String(code)}); choose another one.`,
    });
  }
}

/** Level by level: Node 20's own recursive `mkdir` never returns below `/proc`. */
async function makeDirectory(directory: string): Promise<void> {
  if ((await stat(directory).catch(() => undefined)) !== undefined) return;
  const parent = dirname(resolve(directory));
  await makeDirectory(parent);
  try {
    await mkdir(directory);
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    throw new Refusal({
      zh: `无法创建目录 ${directory}（${why}）；请另选一个。`,
      en: `The directory ${directory} cannot be made (${why}); choose another one.`,
    });
  }
  await syncDirectory(parent);
}

/** After a crash the file is the old one or the new one, never a part. */
async function writeWhole(directory: string, name: string, value: object): Promise<void> {
  const draft = join(directory, `${name}.part`);
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, join(directory, name));
  await syncDirectory(directory);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
