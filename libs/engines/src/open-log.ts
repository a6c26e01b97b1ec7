import type { Clock, EventLogReader, LogCheck, ServedEventLog } from '@ledger/event-log';
import {
  checkEventStoreLog,
  EventStoreLogReader,
  openEventStoreLog,
} from '@ledger/event-log-eventstore';
import {
  checkLog as checkSqliteLog,
  openSqliteEventLog,
  SqliteLogReader,
} from '@ledger/event-log-sqlite';
import type { LogAddress } from './log-address.js';

export type OpenLogOptions = {
  clock?: Clock;
  /** False: whatever would run in a thread runs in the caller's, for one-off commands. */
  thread?: boolean;
  /** Hears in sentences what an operator should know: slow starts, lost connections, tampering. */
  onNotice?: (text: string) => void;
};

/** A reader that can be told of commits sooner than it would find out. */
export type LogReader = EventLogReader & { wake(): void };

/**
 * Opens a log for writing, or makes it. Rejects with `LOCKED` when another server uses its data
 * directory, with `ACCESS_DENIED` when the store refuses the credentials, and with `UNAVAILABLE`
 * when directory, file or host cannot be used.
 */
export function openLog(
  address: LogAddress,
  options: OpenLogOptions = {},
): Promise<ServedEventLog> {
  const { clock, thread, onNotice } = options;
  switch (address.engine) {
    case 'sqlite':
      return openSqliteEventLog({
        dataDir: address.dataDir,
        ...(clock !== undefined && { clock }),
        ...(thread !== undefined && { thread }),
      });
    case 'eventstore':
      return openEventStoreLog({
        url: address.url,
        dataDir: address.dataDir,
        ...(clock !== undefined && { clock }),
        ...(onNotice !== undefined && { onNotice }),
      });
  }
}

/**
 * Opens a log for reading, in any thread or process. With `beside: true` a writer of the same data
 * directory is open in this process and is relied on for what it keeps there.
 */
export async function openLogReader(
  address: LogAddress,
  { beside = false }: { beside?: boolean } = {},
): Promise<LogReader> {
  switch (address.engine) {
    case 'sqlite':
      return new SqliteLogReader(address.dataDir);
    case 'eventstore':
      return EventStoreLogReader.open({
        url: address.url,
        ...(beside && { dataDir: address.dataDir }),
      });
  }
}

/** Walks the whole log and finds the first event that contradicts what came before it. */
export async function checkLog(address: LogAddress): Promise<LogCheck> {
  return address.engine === 'sqlite'
    ? checkSqliteLog(address.dataDir)
    : checkEventStoreLog(address);
}
