import { resolve } from 'node:path';
import { EventLogError } from '@ledger/event-log';
import { checkEventStoreUrl, shownEventStoreUrl } from '@ledger/event-log-eventstore';

/**
 * Where a log is. `dataDir` is absolute: with SQLite it holds the log itself; with EventStoreDB
 * what this process keeps beside it, which can be derived again at any time.
 */
export type LogAddress =
  { engine: 'sqlite'; dataDir: string } | { engine: 'eventstore'; url: string; dataDir: string };

/**
 * Reads `sqlite` (the log in `dataDir`), `sqlite:DIR`, or an EventStoreDB connection string
 * (`esdb://…`, `esdb+discover://…`). Throws `ADDRESS_INVALID` with a sentence that never repeats a
 * password.
 */
export function readLogAddress(text: string, dataDir: string): LogAddress {
  if (text === 'sqlite') return { engine: 'sqlite', dataDir: resolve(dataDir) };
  if (text.startsWith('sqlite:') && text.length > 'sqlite:'.length) {
    return { engine: 'sqlite', dataDir: resolve(text.slice('sqlite:'.length)) };
  }
  if (/^[a-z+]+:\/\//i.test(text)) {
    checkEventStoreUrl(text);
    return { engine: 'eventstore', url: text, dataDir: resolve(dataDir) };
  }
  throw new EventLogError(
    'ADDRESS_INVALID',
    `"${text.slice(0, 60)}" is no address of a log; ` +
      'write sqlite, sqlite:DIRECTORY or esdb://HOST:PORT?tls=false.',
  );
}

/** The address for people and for records: without its password. */
export function shownAddress(address: LogAddress): string {
  return address.engine === 'sqlite'
    ? `sqlite:${address.dataDir}`
    : shownEventStoreUrl(address.url);
}
