import { z } from 'zod';
import type { JsonObject, JsonValue } from '@ledger/event-log';

// Schemas of this API that several routes share; those of the subject are in libs/exchange. Where
// a message is a code of problem-codes.ts, the validation pipe answers with that code. Names given
// by `meta({ id })` stand in /openapi.json.

export const JsonValueSchema: z.ZodType<JsonValue> = z
  .lazy(() =>
    z.union([
      z.null(),
      z.boolean(),
      z.number(),
      z.string(),
      z.array(JsonValueSchema),
      JsonObjectSchema,
    ]),
  )
  .meta({ id: 'JsonValue', description: 'Any JSON value' });
export const JsonObjectSchema: z.ZodType<JsonObject> = z
  .record(z.string(), JsonValueSchema)
  .meta({ id: 'JsonObject', description: 'Any JSON object' });

export const PositionSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, { error: 'POSITION_INVALID' })
  .meta({
    id: 'Position',
    description: 'A place in the whole log: an opaque decimal, ordered by value; "0" is the start',
    examples: ['132'],
  });

export const EvidenceSchema = z
  .array(z.string().regex(/^[0-9a-f]{64}$/, { error: 'DIGEST_INVALID' }))
  .max(100)
  .meta({ id: 'Evidence', description: 'SHA-256 digests (hex) of supporting documents' });

const FaultSchema = z
  .object({
    pointer: z.string().exactOptional().describe('JSON pointer into the body'),
    parameter: z.string().exactOptional().describe('Name of a path or query parameter'),
    header: z.string().exactOptional(),
    code: z.string(),
    message: z.string(),
    hint: z.string().exactOptional().describe('What to do'),
    received: JsonValueSchema.exactOptional(),
  })
  .meta({ id: 'Fault' });

export const ProblemSchema = z
  .looseObject({
    type: z.string().describe('Opens a page that explains the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().describe('Never changes; that of the first of `errors`'),
    requestId: z.string(),
    errors: z.array(FaultSchema),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
export type Problem = z.infer<typeof ProblemSchema>;
