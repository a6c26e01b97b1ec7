import { groupDigits } from './decimal.js';

/** A ledger position as people read it; one that is no number is shown as it is. */
export function positionInWords(position: string): string {
  return /^\d+$/.test(position) ? groupDigits(position) : position;
}
