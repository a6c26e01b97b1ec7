import { join } from 'node:path';
import { LOCK_FILE, lockedError, reasonOf, unavailable } from '@ledger/event-log';
import { ExclusiveLock } from '@ledger/sqlite';

/**
 * The right to write to the log of a directory. It stands beside the log: a lock on the log itself
 * would shut out our own readers. Throws `LOCKED` at once when another holder lives.
 */
export function takeWriterLock(dataDir: string): ExclusiveLock {
  const file = join(dataDir, LOCK_FILE);
  let lock: ExclusiveLock | undefined;
  try {
    lock = ExclusiveLock.take(file);
  } catch (error) {
    throw unavailable(`The lock ${file} cannot be taken: ${reasonOf(error)}.`);
  }
  if (lock === undefined) throw lockedError(dataDir);
  return lock;
}
