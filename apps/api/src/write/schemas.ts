import { z } from 'zod';
import type { ValueInput } from '@ledger/domain';
import {
  CharacteristicsSchema,
  EventDateSchema,
  IdSchema,
  LabelSchema,
  LocalDateSchema,
  MetricDefinitionSchema,
  PlaceSchema,
  QuantityInputSchema,
  RatioPartsSchema,
  RelationSchema,
  ScopeSchema,
  SourceSchema,
  StageSchema,
  TextSchema,
  UnitLevelSchema,
  ValidTimeSchema,
  ValueInputSchema,
} from '@ledger/exchange';
import { EvidenceSchema, JsonObjectSchema, PositionSchema } from '../http/schemas.js';
import { definitionFields, SeriesKeySchema } from '../read/schemas.js';

// Bodies of writes. They are strict: an unknown field is refused, never dropped.

/** Where a statement comes from; every writing body may say it. */
const grounds = {
  source: SourceSchema.exactOptional(),
  evidence: EvidenceSchema.exactOptional(),
};
const reason = z.string().describe('Kept with the event for good');

/** `{id}` of a path. */
export const IdPathSchema = z.strictObject({ id: IdSchema });
export type IdPath = z.infer<typeof IdPathSchema>;

/** `{id}` and `{eventId}` of a path. */
export const ObservationPathSchema = z.strictObject({
  id: IdSchema,
  eventId: z.uuid().toLowerCase(),
});
export type ObservationPath = z.infer<typeof ObservationPathSchema>;

export const RegisterUnitSchema = z
  .strictObject({
    id: IdSchema,
    names: TextSchema,
    level: UnitLevelSchema,
    parent: IdSchema.exactOptional(),
    ...grounds,
  })
  .meta({ id: 'RegisterUnit' });
export type RegisterUnit = z.infer<typeof RegisterUnitSchema>;

export const RenameUnitSchema = z
  .strictObject({ names: TextSchema, reason, ...grounds })
  .meta({ id: 'RenameUnit' });
export type RenameUnit = z.infer<typeof RenameUnitSchema>;

export const RegisterReformSchema = z
  .strictObject({
    id: IdSchema,
    names: TextSchema,
    highlight: z.int().min(0).exactOptional(),
    summary: TextSchema.exactOptional(),
    stage: StageSchema.exactOptional(),
    ...grounds,
  })
  .meta({ id: 'RegisterReform' });
export type RegisterReform = z.infer<typeof RegisterReformSchema>;

export const AdvanceStageSchema = z
  .strictObject({
    to: StageSchema,
    on: LocalDateSchema,
    reason: reason.exactOptional(),
    ...grounds,
  })
  .meta({ id: 'AdvanceStage', description: 'Skipping a stage needs a reason' });
export type AdvanceStage = z.infer<typeof AdvanceStageSchema>;

export const AssignResponsibilitySchema = z
  .strictObject({
    lead: IdSchema,
    coUnits: z.array(IdSchema).default([]),
    parcel: z.string().exactOptional(),
    due: LocalDateSchema.exactOptional(),
    ...grounds,
  })
  .meta({ id: 'AssignResponsibility' });
export type AssignResponsibility = z.infer<typeof AssignResponsibilitySchema>;

export const PlanMilestoneSchema = z
  .strictObject({
    id: IdSchema,
    reform: IdSchema,
    names: TextSchema,
    label: LabelSchema.exactOptional(),
    due: LocalDateSchema.exactOptional(),
    scope: ScopeSchema.exactOptional(),
    leadUnit: IdSchema.exactOptional(),
    participants: z.array(z.string().min(1)).default([]),
    place: PlaceSchema.exactOptional(),
    characteristics: CharacteristicsSchema.default({}),
    relations: z.array(RelationSchema).default([]),
    note: z.string().exactOptional(),
    ...grounds,
  })
  .meta({ id: 'PlanMilestone' });
export type PlanMilestone = z.infer<typeof PlanMilestoneSchema>;

export const MilestoneStatusReportSchema = z
  .strictObject({ on: EventDateSchema, note: z.string().exactOptional(), ...grounds })
  .meta({
    id: 'MilestoneStatusReport',
    description: 'Reaching a milestone needs evidence or a source with a locator',
  });
export type MilestoneStatusReport = z.infer<typeof MilestoneStatusReportSchema>;

export const RevokeMilestoneSchema = z
  .strictObject({
    revokes: z.uuid().describe('Event id of the MilestoneReached that no longer stands'),
    reason,
    ...grounds,
  })
  .meta({ id: 'RevokeMilestone' });
export type RevokeMilestone = z.infer<typeof RevokeMilestoneSchema>;

export const DefineMetricSchema = MetricDefinitionSchema.extend({ id: IdSchema, ...grounds }).meta({
  id: 'DefineMetric',
});
export type DefineMetric = z.infer<typeof DefineMetricSchema>;

export const ReviseDefinitionSchema = z
  .strictObject({
    validFrom: LocalDateSchema,
    changes: z
      .strictObject(exactPartial(definitionFields))
      .meta({ id: 'DefinitionChanges', description: 'Only the fields that change' }),
    reason,
    ...grounds,
  })
  .meta({ id: 'ReviseDefinition' });
export type ReviseDefinition = z.infer<typeof ReviseDefinitionSchema>;

export const DeclareBreakSchema = z
  .strictObject({
    validFrom: LocalDateSchema,
    successor: IdSchema.exactOptional(),
    mapping: TextSchema.exactOptional(),
    reason,
    ...grounds,
  })
  .meta({ id: 'DeclareBreak' });
export type DeclareBreak = z.infer<typeof DeclareBreakSchema>;

export const RetireMetricSchema = z
  .strictObject({ retiredOn: LocalDateSchema, reason, ...grounds })
  .meta({ id: 'RetireMetric' });
export type RetireMetric = z.infer<typeof RetireMetricSchema>;

/** A value in full, or one of its two kinds straight in the body. */
const valueFields = {
  value: ValueInputSchema.exactOptional(),
  quantity: QuantityInputSchema.exactOptional().describe('Short for value.quantity'),
  label: LabelSchema.exactOptional().describe('Short for value.label'),
  parts: RatioPartsSchema.exactOptional(),
};

type ValueFields = z.infer<z.ZodObject<typeof valueFields>>;

const givesOneValue = ({ value, quantity, label }: Partial<ValueFields>): boolean =>
  [value, quantity, label].filter((given) => given !== undefined).length === 1;

export const ReportObservationSchema = z
  .strictObject({
    series: SeriesKeySchema.default({}),
    time: ValidTimeSchema,
    ...valueFields,
    note: z.string().exactOptional(),
    ...grounds,
  })
  .refine(givesOneValue, { error: 'VALUE_AMBIGUOUS' })
  .meta({
    id: 'ReportObservation',
    examples: [
      { time: { type: 'asOf', asOf: '2021-09-26' }, quantity: { printed: '70.2万平方米' } },
    ],
  });
export type ReportObservation = z.infer<typeof ReportObservationSchema>;

export const CorrectObservationSchema = z
  .strictObject({
    ...valueFields,
    errorClass: z.enum(['typing', 'unit', 'calculation', 'source', 'scope', 'other']),
    reason,
    ...grounds,
  })
  .refine(givesOneValue, { error: 'VALUE_AMBIGUOUS' })
  .meta({ id: 'CorrectObservation' });
export type CorrectObservation = z.infer<typeof CorrectObservationSchema>;

export const WithdrawObservationSchema = z
  .strictObject({ reason, ...grounds })
  .meta({ id: 'WithdrawObservation' });
export type WithdrawObservation = z.infer<typeof WithdrawObservationSchema>;

/** The value of a body, and where it stands there, for pointers. */
export function valueOf(body: ValueFields): { value: ValueInput; at: string } {
  if (body.quantity !== undefined) return { value: { quantity: body.quantity }, at: '' };
  if (body.label !== undefined) return { value: { label: body.label }, at: '' };
  if (body.value !== undefined) return { value: body.value, at: '/value' };
  throw new Error('The schema lets no body without a value through.');
}

export const ReceiptSchema = z
  .object({
    outcome: z.enum(['recorded', 'unchanged']).describe('unchanged: the ledger said so already'),
    stream: z.string(),
    revision: z.int(),
    position: PositionSchema,
    events: z.array(
      z
        .object({
          eventId: z.string(),
          type: z.string(),
          revision: z.int(),
          position: PositionSchema,
          recordedAt: z.iso.datetime(),
          leafHash: z.string().describe('RFC 6962 leaf hash, 64 hex digits'),
          data: JsonObjectSchema.meta({ description: 'What was understood and recorded' }),
        })
        .meta({ id: 'ReceiptEvent' }),
    ),
  })
  .meta({ id: 'Receipt' });

type ExactPartial<S extends z.ZodRawShape> = {
  [K in keyof S]: S[K] extends z.ZodExactOptional ? S[K] : z.ZodExactOptional<S[K]>;
};

function exactPartial<S extends z.ZodRawShape>(shape: S): ExactPartial<S>;
function exactPartial(shape: z.ZodRawShape): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [
      name,
      field instanceof z.ZodExactOptional ? field : z.exactOptional(field),
    ]),
  );
}
