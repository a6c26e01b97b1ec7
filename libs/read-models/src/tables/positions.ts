import { ProjectionFault } from '../fault.js';

/**
 * A position as the integer that rows hold. Exact up to 2^53 - 1, which is also what SQLite
 * numbers cross the driver without loss; a log of that many bytes would be nine petabytes.
 */
export function toKey(position: string): number {
  const key = Number(position);
  if (Number.isSafeInteger(key) && key >= 0 && String(key) === position) return key;
  throw new ProjectionFault(
    'POSITION_INVALID',
    `"${position}" is no position that the views can hold: a decimal number up to 2^53 - 1.`,
    { position },
  );
}

/** Inverse of `toKey`. */
export const toPosition = (key: number): string => String(key);
