import { isLocalDate } from '@ledger/domain';

/** Whether a text is a place in the log: decimal digits, as the ledger gives positions out. */
export const isPositionText = (text: string): boolean => /^(0|[1-9]\d{0,19})$/.test(text);

const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since the epoch of an instant with offset; undefined when it is none. A plain date
 * means the end of that day in Asia/Shanghai, the calendar of the ledger.
 */
export function instantOf(text: string): number | undefined {
  const full = isLocalDate(text) ? `${text}T23:59:59.999+08:00` : text;
  const day = TIME.exec(full)?.[1];
  if (day === undefined || !isLocalDate(day)) return undefined;
  const instant = Date.parse(full);
  return Number.isNaN(instant) ? undefined : instant;
}
