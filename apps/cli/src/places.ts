import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  holdsLog,
  openLogReader,
  shownAddress,
  type LogAddress,
  type LogReader,
} from '@ledger/engines';
import { isEventLogError } from '@ledger/event-log';
import { Refusal } from './refusal.js';

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
    return holdsLog(address.dataDir) ? openLogReader(address) : undefined;
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

/** The sentence of a fault in a log, whichever part of it said so. */
export function saidBy(fault: unknown): string {
  return isEventLogError(fault) || fault instanceof Error ? fault.message : String(fault);
}
