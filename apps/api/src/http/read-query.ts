import { z } from 'zod';
import { PositionSchema } from './schemas.js';

/** How long a read waits for the views, and what it does then. */
export const waitingFields = {
  minPosition: PositionSchema.exactOptional().describe(
    'Wait (at most 2 s) until the views have reached this position; also as Ledger-Min-Position',
  ),
  allowStale: z
    .enum(['0', '1'])
    .exactOptional()
    .describe(
      '1: rather an older answer with Ledger-Stale than 503 when minPosition is not reached',
    ),
};

/** Query parameters that every read of the views takes; spread into a route's own schema. */
export const readFields = {
  knownAt: z
    .string()
    .max(60)
    .exactOptional()
    .describe('What was known then: a position, or an RFC 3339 time with offset. Default: now'),
  ...waitingFields,
};

export const ReadQuerySchema = z.strictObject(readFields);
export type ReadQuery = z.infer<typeof ReadQuerySchema>;
