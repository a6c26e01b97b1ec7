import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { examineLogFile, openLog, type LogAddress } from '@ledger/engines';
import { LOCK_FILE } from '@ledger/event-log';
import { ExclusiveLock } from '@ledger/sqlite';
import { saidBy } from '../places.js';
import { note, ok, problem, type Finding } from './finding.js';

const LITTLE_SPACE_BYTES = 1024 ** 3;
const OLDEST_NODE = [20, 19];

/** Whether this Node is one that the ledger is made for. */
export function nodeFinding(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_NODE;
  const isOld = major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
  const wanted = OLDEST_NODE.join('.');
  return isOld
    ? problem(
        'node',
        `Node ${version} 过旧，请装 ${wanted} 或更新`,
        `Node ${version} is too old; install ${wanted} or newer`,
      )
    : ok('node', `Node ${version}`);
}

/** Whether the data directory is there, a directory, and can be read and written. */
export async function directoryFinding({ engine, dataDir }: LogAddress): Promise<Finding> {
  const found = await stat(dataDir).catch((fault: unknown) => codeOf(fault));
  if (found === 'ENOENT') {
    const missing = engine === 'sqlite' ? problem : note;
    return missing(
      'directory',
      `${dataDir} 不存在，首次 npm start 时创建；或用 --data 指定另一个`,
      `${dataDir} does not exist; the first npm start makes it, or name another with --data`,
    );
  }
  if (typeof found !== 'object' || !found.isDirectory()) {
    return problem(
      'directory',
      `${dataDir} 不是可用的目录；请用 --data 指定另一个`,
      `${dataDir} is no directory that can be used; name another with --data`,
    );
  }
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok('directory', dataDir);
  } catch {
    return problem(
      'directory',
      `${dataDir} 不可读写，请检查权限`,
      `${dataDir} cannot be read and written; check its permissions`,
    );
  }
}

/** The free space of the file system of the data directory. */
export async function spaceFinding({ dataDir }: LogAddress): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const gib = (free / 1024 ** 3).toFixed(1);
  return free < LITTLE_SPACE_BYTES
    ? problem(
        'space',
        `只剩 ${gib} GiB，请腾出空间，否则很快无法入账`,
        `${gib} GiB free; make room, or soon nothing can be recorded`,
      )
    : ok('space', `剩余 ${gib} GiB`, `${gib} GiB free`);
}

/**
 * Whether a server uses the directory. Looks through a connection that cannot write: a holder's
 * exclusive lock shuts it out, and it leaves nothing behind.
 */
export async function lockFinding({ dataDir }: LogAddress): Promise<Finding> {
  const file = join(dataDir, LOCK_FILE);
  try {
    if (!existsSync(file) || !ExclusiveLock.isHeld(file)) {
      return ok('lock', '没有服务占用', 'No server holds it');
    }
  } catch (fault) {
    return problem(
      'lock',
      `${file} 无法读取（${saidBy(fault)}）；停止服务后可删除它`,
      `${file} cannot be read (${saidBy(fault)}); with no server running it may be deleted`,
    );
  }
  const holder = await holderOf(file);
  const [zh, en] = holder === undefined ? ['', ''] : [`（进程 ${holder}）`, ` (process ${holder})`];
  return note('lock', `有服务正在使用此账本${zh}`, `A server is using this ledger${en}`);
}

/** Linux tells which process holds a lock on a file; elsewhere nobody does. */
async function holderOf(file: string): Promise<string | undefined> {
  const { ino } = await stat(file);
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  const line = locks.split('\n').find((one) => one.includes(' WRITE ') && one.includes(`:${ino} `));
  const process = / WRITE +(\d+) /.exec(line ?? '')?.[1];
  return process === '0' ? undefined : process;
}

/**
 * What the log's file says of itself, and what the engine reads back here. `synchronous` belongs to
 * a connection, so nobody can see a running server's: the engine asserts it, with the other
 * settings, at each opening, and does so here on a log of its own in `scratch`.
 */
export async function settingsFinding({ dataDir }: LogAddress, scratch: string): Promise<Finding> {
  const { journalMode, missingTriggers: missing } = examineLogFile(dataDir);
  if (missing.length > 0) {
    return problem(
      'settings',
      `缺少保护触发器 ${missing.join('、')}：有人改动过账本文件；请与备份核对`,
      `The protecting triggers ${missing.join(', ')} are missing: somebody altered the file; ` +
        'compare it with a backup',
    );
  }
  if (journalMode !== 'wal') {
    return problem(
      'settings',
      `journal_mode 为 ${journalMode}，应为 wal；下次启动服务时恢复`,
      `journal_mode is ${journalMode} instead of wal; the next start of a server sets it`,
    );
  }
  const log = await openLog({ engine: 'sqlite', dataDir: scratch }, { thread: false });
  await log.close();
  return ok(
    'settings',
    'journal_mode WAL，触发器齐全；引擎在本机读回 synchronous FULL',
    'journal_mode WAL, all triggers; the engine reads back synchronous FULL on this machine',
  );
}

function codeOf(fault: unknown): string {
  return fault instanceof Object && 'code' in fault ? String(fault.code) : String(fault);
}
