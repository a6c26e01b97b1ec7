import { EventLogError, type ReadStreamOptions } from './event-log.js';
import { checkStreamName } from './names.js';

/** Events in one page of a read or one batch of a follower. */
export const MAX_PAGE_EVENTS = 1_000;

const POSITION = /^(?:0|[1-9][0-9]{0,19})$/;

/** Which of two positions stands first in the log: negative, zero or positive, as for `sort`. */
export function comparePositions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether this is the decimal form of a position: no sign, no leading zeros, at most 20 digits. */
export function isPosition(text: string): boolean {
  return typeof text === 'string' && POSITION.test(text);
}

/** Throws `READ_INVALID` unless this is the decimal form of a position. */
export function checkPosition(position: string): void {
  if (isPosition(position)) return;
  throw invalid('A position of the log is a decimal string, such as "0" or "132".', position);
}

/** Throws `READ_INVALID` unless 1 to 1,000. */
export function checkLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= MAX_PAGE_EVENTS) return;
  throw invalid(`A page holds 1 to ${MAX_PAGE_EVENTS} events, not ${String(limit)}.`, limit);
}

/** Throws `STREAM_NAME_INVALID` or `READ_INVALID`. */
export function checkStreamRead(stream: string, { from, limit }: ReadStreamOptions): void {
  checkStreamName(stream);
  checkLimit(limit);
  if (from === undefined || (Number.isSafeInteger(from) && from >= 0)) return;
  throw invalid(`${String(from)} is no revision; they count from 0.`, from);
}

/** The answer to every call once the log is closed. */
export function closedError(): EventLogError {
  return new EventLogError('UNAVAILABLE', 'The event log is closed.');
}

function invalid(message: string, received: unknown): EventLogError {
  return new EventLogError('READ_INVALID', message, { received });
}
