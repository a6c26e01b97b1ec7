import { z } from 'zod';
import { IdSchema } from '@ledger/exchange';
import type { Change, ChangeKind } from '@ledger/read-models';
import { JsonObjectSchema, PositionSchema } from '../http/schemas.js';
import {
  ActorSchema,
  pageOf,
  RecordedSourceSchema,
  RevisionSchema,
  TimestampSchema,
} from '../read/schemas.js';

export const ChangeKindSchema = z
  .enum([
    'metric.defined',
    'metric.definitionRevised',
    'metric.seriesBreakDeclared',
    'metric.retired',
    'observation.reported',
    'observation.corrected',
    'observation.withdrawn',
    'milestone.planned',
    'milestone.reportedOngoing',
    'milestone.reached',
    'milestone.reachRevoked',
    'reform.registered',
    'reform.stageAdvanced',
    'reform.responsibilityAssigned',
    'unit.registered',
    'unit.renamed',
    'readModels.rebuilt',
  ])
  .meta({ id: 'ChangeKind' }) satisfies z.ZodType<ChangeKind>;

export const ChangeSchema = z
  .object({
    position: PositionSchema,
    sequence: z.int(),
    eventId: z.string(),
    kind: ChangeKindSchema,
    eventType: z.string(),
    stream: z.string(),
    revision: RevisionSchema,
    subject: z.object({
      kind: z.enum(['metric', 'reform', 'milestone', 'unit', 'projection']),
      id: IdSchema,
    }),
    recordedAt: TimestampSchema,
    actor: ActorSchema,
    reason: z.string().exactOptional(),
    source: RecordedSourceSchema.exactOptional(),
    synthetic: z.literal(true).exactOptional(),
    data: JsonObjectSchema,
  })
  .meta({ id: 'Change' }) satisfies z.ZodType<Change>;

export const ActivityPageSchema = pageOf('ActivityPage', ChangeSchema);
