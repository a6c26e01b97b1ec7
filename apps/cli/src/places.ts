import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openLogReader, shownAddress, type LogAddress, type LogReader } from '@ledger/engines';
import { isEventLogError } from '@ledger/event-log';
import { openDatabase, prepareArrays } from '@ledger/sqlite';
import { Refusal } from './refusal.js';

/** The file that makes a directory a SQLite ledger. */
export function ledgerFileIn(dataDir: string): string {
  return join(dataDir, 'ledger.db');
}

/** Whether two addresses name one place, as far as can be told without asking a host. */
export function isSamePlace(a: LogAddress, b: LogAddress): boolean {
  if (a.engine === 'sqlite' || b.engine === 'sqlite') {
    return a.engine === b.engine && realPath(a.dataDir) === realPath(b.dataDir);
  }
  return hostsOf(a.url) === hostsOf(b.url);
}

/** The path without symbolic links, also where its last parts do not exist yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}

function hostsOf(url: string): string {
  const authority = url.replace(/^[^:]*:\/\//, '').replace(/[/?].*$/s, '');
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  return hosts.toLowerCase().split(',').sort().join(',');
}

/** Opens a log that must be there; throws `Refusal` where there is none. */
export async function openSource(address: LogAddress): Promise<LogReader> {
  const reader = await openStanding(address);
  if (reader !== undefined) return reader;
  const where = shownAddress(address);
  throw new Refusal({
    zh: `${where} 里没有账本；请检查地址，或用 --data、--log 指定另一处。`,
    en: `There is no ledger in ${where}; check the address, or name another place.`,
  });
}

/**
 * Opens the log of a place for reading, without making one; undefined when no ledger stands there.
 * An EventStoreDB without a single event of a ledger holds none: nothing else marks it as one.
 */
export async function openStanding(address: LogAddress): Promise<LogReader | undefined> {
  if (address.engine === 'sqlite') {
    return holdsLedger(address.dataDir) ? openLogReader(address) : undefined;
  }
  const reader = await openLogReader(address);
  try {
    if ((await reader.head()).sequence >= 0) return reader;
  } catch (fault) {
    await reader.close();
    throw fault;
  }
  await reader.close();
  return undefined;
}

/** A file without any table is what a process leaves that was killed while it made the log. */
function holdsLedger(dataDir: string): boolean {
  const file = ledgerFileIn(dataDir);
  if (!existsSync(file) || statSync(file).size === 0) return false;
  try {
    const database = openDatabase(file, { readOnly: true });
    try {
      return prepareArrays(database, 'SELECT count(*) FROM sqlite_schema').get()[0] !== 0;
    } finally {
      database.close();
    }
  } catch {
    return true; // whatever it is, the engine says it best
  }
}

/** The sentence of a fault in a log, whichever part of it said so. */
export function saidBy(fault: unknown): string {
  return isEventLogError(fault) || fault instanceof Error ? fault.message : String(fault);
}
