import { z } from 'zod';
import type { JsonObject } from '@ledger/event-log';
import { MODEL_NAMES, rebuildViews, type Progress, type Rebuilt } from '@ledger/read-models';
import { PositionSchema } from '../../http/schemas.js';
import { kindOf, unitOf } from './kind.js';

const explanationField = z
  .string()
  .max(2_000)
  .regex(/\S/, { error: 'TEXT_MISSING' })
  .exactOptional()
  .describe('Why the views are built anew, should they differ from those in force');

export const RebuildBodySchema = z
  .strictObject({ kind: z.literal('rebuild'), explanation: explanationField })
  .meta({
    id: 'RebuildRequest',
    description: 'Builds the views anew from the log beside those in force, and replaces them',
    examples: [{ kind: 'rebuild' }],
  });

/** `boot` is what the server itself asks, of views that another version made. */
const RebuildRequestSchema = z.object({
  explanation: explanationField,
  trigger: z.literal('boot').exactOptional(),
});
type RebuildRequest = z.infer<typeof RebuildRequestSchema>;

const HashSchema = z.string().describe('SHA-256, hex');
const standing = { version: z.int(), rows: z.int(), hash: HashSchema };

export const RebuildResultSchema = z
  .object({
    position: PositionSchema.describe('What the new views have taken in'),
    comparison: z
      .object({
        build: z.string(),
        trigger: z.enum(['boot', 'operation', 'commandLine']),
        position: PositionSchema,
        models: z.array(
          z.object({
            name: z.enum(MODEL_NAMES),
            ...standing,
            previous: z.object(standing).exactOptional(),
            verdict: z.enum(['equal', 'explained']),
          }),
        ),
        explanation: z.object({ zh: z.string(), en: z.string() }).exactOptional(),
      })
      .exactOptional()
      .describe('With the views that were replaced, at the position where they stood'),
  })
  .meta({ id: 'RebuildResult' }) satisfies z.ZodType<Rebuilt>;

/** Readers go over to the new views by themselves; until then, and after a cancel, the old serve. */
export const rebuild = kindOf({
  name: 'rebuild',
  body: RebuildBodySchema,
  request: RebuildRequestSchema,
  settle: async ({ kind: _kind, ...asked }): Promise<RebuildRequest> => asked,
  run: async (
    { explanation, trigger = 'operation' as const },
    { log, viewsFile, signal, onProgress },
  ) => {
    const options = {
      log,
      viewsFile,
      signal,
      trigger,
      // In whichever language it was given: it is somebody's words, and is not translated.
      ...(explanation !== undefined && { explanation: { zh: explanation, en: explanation } }),
      onProgress: ({ phase, done, total }: Progress) =>
        onProgress({ phase, done, total, unit: unitOf(phase) }),
    };
    return resultOf(await rebuildViews(options));
  },
});

const resultOf = ({ position, comparison }: Rebuilt): JsonObject => ({
  position,
  ...(comparison !== undefined && { comparison }),
});
