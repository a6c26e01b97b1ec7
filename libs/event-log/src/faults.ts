import { EventLogError } from './event-log.js';

/** In a data directory: whose process may write there, whichever engine keeps the log. */
export const LOCK_FILE = 'ledger.lock';

export function unavailable(message: string): EventLogError {
  return new EventLogError('UNAVAILABLE', message);
}

/** Another server writes to the log of this data directory. */
export function lockedError(dataDir: string): EventLogError {
  return new EventLogError(
    'LOCKED',
    `The ledger in ${dataDir} is in use by another server; ` +
      'stop that one first, or choose another data directory.',
  );
}

/** By name, because an error may come from another realm. */
export function isEventLogError(error: unknown): error is EventLogError {
  return (
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'EventLogError'
  );
}

/** What an error says, without a full stop. */
export function reasonOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error).replace(/\.$/, '');
}
