import { isLocalDate } from '@ledger/domain';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of an RFC 3339 time, or undefined when it is none. */
export function momentOf(text: string): number | undefined {
  // JavaScript would read 31 February as 3 March, and 24:00 as the next day.
  if (!RFC_3339.test(text) || !isLocalDate(text.slice(0, 10))) return undefined;
  if (text.slice(11, 13) === '24') return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}
