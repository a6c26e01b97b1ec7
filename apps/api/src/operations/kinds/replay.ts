import { z } from 'zod';
import { MODEL_NAMES, replayModels, type Replayed } from '@ledger/read-models';
import { PositionSchema } from '../../http/schemas.js';
import { kindOf, unitOf } from './kind.js';

const modelsField = z
  .array(z.enum(MODEL_NAMES))
  .min(1)
  .max(MODEL_NAMES.length)
  .exactOptional()
  .describe('Names of read models; default all');

export const ReplayBodySchema = z
  .strictObject({
    kind: z.literal('replay'),
    until: z
      .string()
      .max(60)
      .exactOptional()
      .describe('A position, or an RFC 3339 time with offset. Default: the end of the log now'),
    models: modelsField,
  })
  .meta({
    id: 'ReplayRequest',
    description: 'Folds the log from its start and answers the state hash of each read model',
    examples: [{ kind: 'replay', until: '283' }],
  });

const ReplayRequestSchema = z.object({
  until: z.string().exactOptional(),
  untilPosition: PositionSchema,
  models: modelsField,
});

export const ReplayResultSchema = z
  .object({
    position: PositionSchema,
    models: z.array(
      z.object({
        name: z.string(),
        version: z.int(),
        position: PositionSchema,
        rows: z.int(),
        hash: z.string().describe('SHA-256, hex, over everything the read model holds'),
        fault: z
          .object({
            position: z.int(),
            eventId: z.string(),
            type: z.string(),
            message: z.string(),
          })
          .exactOptional()
          .describe('The event that the read model could not take in: it stands before that'),
      }),
    ),
  })
  .meta({ id: 'ReplayResult' }) satisfies z.ZodType<Replayed>;

/** Touches nothing that is in force: what it makes stands in a folder of its own. */
export const replay = kindOf({
  name: 'replay',
  body: ReplayBodySchema,
  request: ReplayRequestSchema,
  settle: async ({ kind: _kind, ...asked }, { positionAt }) => ({
    ...asked,
    untilPosition: await positionAt(asked.until),
  }),
  run: ({ untilPosition, models }, { log, folder, signal, onProgress }) =>
    replayModels({
      log,
      folder,
      until: untilPosition,
      ...(models !== undefined && { models }),
      signal,
      onProgress: (progress) => onProgress({ ...progress, unit: unitOf(progress.phase) }),
    }),
});
