import type { LocalDate } from '@ledger/domain';
import type { MilestoneDocument } from './documents.js';

/** Whether a turn of a milestone or its due date lies in a range of days, both inclusive. */
export function isWithin(
  { due, history }: MilestoneDocument,
  range: { validFrom: LocalDate | undefined; validTo: LocalDate | undefined },
): boolean {
  if (range.validFrom === undefined && range.validTo === undefined) return true;
  const { validFrom = '', validTo = '9999-12-31' } = range;
  const days = [due, ...history.map(({ on }) => on?.date)];
  return days.some((day) => day !== undefined && validFrom <= day && day <= validTo);
}
