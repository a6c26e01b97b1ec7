import { z } from 'zod';
import { type Change, MODEL_NAMES } from '@ledger/read-models';
import { PositionSchema } from '../http/schemas.js';
import { type operationBody, OperationSchema } from '../operations/operation-body.js';
import { ChangeSchema } from '../stream/change-schema.js';

const count = z.int().min(0);

export const FaultOfModelSchema = z
  .object({
    position: PositionSchema,
    eventId: z.string(),
    type: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ModelFault', description: 'The event that the model cannot take in, and why' });

export const ReadModelSchema = z
  .object({
    name: z.enum(MODEL_NAMES),
    version: z.int().describe('Of the fold that made what stands in the views'),
    outdated: z.boolean().describe('This program brings another version of the fold'),
    status: z
      .enum(['running', 'parked', 'rebuilding', 'stopped'])
      .describe(
        'parked: stands still before an event; rebuilding: serves and is built anew beside; ' +
          'stopped: the thread that follows the log does not run now',
      ),
    position: PositionSchema,
    sequence: z.int().min(-1).describe('Number of the last event taken in, from 0; -1 before it'),
    lagEvents: count.nullable().describe('Events in the log that it has not taken in'),
    lagSeconds: z
      .number()
      .min(0)
      .nullable()
      .describe('Age of the oldest of them; null while the log cannot be read'),
    eventsPerSecond: z.number().min(0).describe('Taken in, over the last 5 s'),
    rows: count,
    hash: z.string().describe('State hash at this position: SHA-256, hex; see POST /v1/operations'),
    fault: FaultOfModelSchema.exactOptional(),
  })
  .meta({ id: 'ReadModel' });
export type ReadModelBody = z.infer<typeof ReadModelSchema>;

export const ReadModelsSchema = z
  .object({
    head: PositionSchema.nullable().describe('End of the log; null while it cannot be read'),
    build: z.string().describe('Names the views in force: eight hex digits'),
    outdated: z.boolean().describe('Other versions of the folds made them; they are rebuilt'),
    rebuilt: ChangeSchema.nullable().describe(
      'The last rebuild that the ledger tells of, with its comparison: a change as in /v1/activity',
    ),
    rebuild: OperationSchema.nullable().describe('The last rebuild that this server did or does'),
    models: z.array(ReadModelSchema),
  })
  .meta({ id: 'ReadModels' });
export type ReadModelsBody = Omit<z.infer<typeof ReadModelsSchema>, 'rebuild' | 'rebuilt'> & {
  rebuilt: Change | null;
  rebuild: ReturnType<typeof operationBody> | null;
};
