import { z } from 'zod';

/** A day that exists: a body's dates are judged by the domain, a query's by nobody else. */
export const DaySchema = z.iso.date({ error: 'DATE_INVALID' });

/** What held, or which figures stand, on one day. */
export const validAtField = {
  validAt: DaySchema.exactOptional().describe('As of this day. Default: the latest known'),
};

export const validRangeFields = {
  validFrom: DaySchema.exactOptional().describe('First day of the range, inclusive'),
  validTo: DaySchema.exactOptional().describe('Last day of the range, inclusive'),
};

type Range = { validFrom?: string; validTo?: string };

export const isInOrder = ({ validFrom = '', validTo = '9999' }: Range): boolean =>
  validFrom <= validTo;
export const reversed = { error: 'RANGE_REVERSED', path: ['validTo'] };

/** One day and a range at once would say two different things. */
export const isOneOrOther = ({
  validAt,
  validFrom,
  validTo,
}: Range & { validAt?: string }): boolean =>
  validAt === undefined || (validFrom === undefined && validTo === undefined);
export const ambiguous = { error: 'VALID_TIME_AMBIGUOUS', path: ['validAt'] };
