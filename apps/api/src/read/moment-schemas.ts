import { z } from 'zod';
import type {
  Difference,
  DifferenceItem,
  Funnel,
  SeriesOfMetric,
  StandingFigure,
} from '@ledger/read-models';
import {
  BasisSchema,
  EventDateSchema,
  IdSchema,
  LocalDateSchema,
  MetricKindSchema,
  QuantityInputSchema,
  TextSchema,
  ValidTimeSchema,
} from '@ledger/exchange';
import { EvidenceSchema, JsonValueSchema, PositionSchema } from '../http/schemas.js';
import { ChangeKindSchema } from '../stream/change-schema.js';
import {
  ActorSchema,
  FigureSchema,
  MilestoneStatusSchema,
  RecordedSourceSchema,
  SeriesKeySchema,
  TimestampSchema,
} from './schemas.js';

// Answers that put figures beside each other: two moments, the stages of a funnel, the points of a
// series. As in schemas.ts, `satisfies` ties them to the shapes of the read models.

const decimal = z.string().meta({ description: 'An exact decimal', examples: ['24000'] });

const BoundSchema = z.object({ value: decimal, inclusive: z.boolean() });

const DerivedQuantitySchema = z
  .object({
    amount: decimal.exactOptional(),
    unit: z.string(),
    qualifier: QuantityInputSchema.shape.qualifier.unwrap(),
    lower: decimal.exactOptional(),
    upper: decimal.exactOptional(),
    resolution: decimal.exactOptional(),
    basis: BasisSchema.exactOptional(),
    basisInferred: z.literal(true).exactOptional(),
    bounds: z
      .object({ lower: BoundSchema.exactOptional(), upper: BoundSchema.exactOptional() })
      .describe('What is certain; a side that nothing limits is absent'),
  })
  .meta({ id: 'DerivedQuantity', description: 'A figure that the ledger worked out, unprinted' });

const NotWorkedOutSchema = z
  .object({ code: z.string(), message: TextSchema })
  .meta({ id: 'NotWorkedOut', description: 'Why there is no such number' });

const standing = {
  figure: FigureSchema,
  printed: z.string(),
  time: ValidTimeSchema,
  validOn: LocalDateSchema,
  corrected: z.boolean(),
  observation: z.string(),
  eventId: z.string(),
  position: PositionSchema,
  recordedAt: TimestampSchema,
  synthetic: z.literal(true).exactOptional(),
};
const StandingFigureSchema = z
  .object(standing)
  .meta({ id: 'StandingFigure' }) satisfies z.ZodType<StandingFigure>;

const AbsenceSchema = z.enum(['missing', 'withdrawn', 'notDefined']);

const eventBetween = {
  position: PositionSchema,
  eventId: z.string(),
  kind: ChangeKindSchema,
  recordedAt: TimestampSchema,
  actor: ActorSchema,
  reason: z.string().exactOptional(),
};
const changed = {
  cause: z
    .object({
      ...eventBetween,
      source: RecordedSourceSchema.exactOptional(),
      evidence: EvidenceSchema.exactOptional(),
      synthetic: z.literal(true).exactOptional(),
    })
    .describe('The event that made the new side what it is'),
  events: z.array(z.object(eventBetween)).describe('Those in between that concern it, in order'),
  eventsLeftOut: z.boolean().describe('Whether more of them concern it, or may do'),
};

const SideSchema = z.union([StandingFigureSchema, z.object({ absence: AbsenceSchema })]);
const FieldsSchema = z.array(
  z.object({
    field: z.string(),
    old: JsonValueSchema.exactOptional(),
    new: JsonValueSchema.exactOptional(),
  }),
);

const FigureChangeSchema = z
  .object({
    kind: z.literal('figure'),
    metric: IdSchema,
    names: TextSchema,
    metricKind: MetricKindSchema,
    unit: z.string().exactOptional(),
    series: SeriesKeySchema,
    old: SideSchema,
    new: SideSchema,
    difference: z.union([
      z.object({ quantity: DerivedQuantitySchema.describe('new − old') }),
      z.object({ refused: z.array(NotWorkedOutSchema) }),
    ]),
    ...changed,
  })
  .meta({ id: 'FigureChange' });

const MilestoneSideSchema = z.union([
  z.object({ status: MilestoneStatusSchema, on: EventDateSchema.exactOptional() }),
  z.object({ absence: z.literal('notPlanned') }),
]);

const MilestoneChangeSchema = z
  .object({
    kind: z.literal('milestone'),
    milestone: IdSchema,
    names: TextSchema,
    reform: IdSchema,
    old: MilestoneSideSchema,
    new: MilestoneSideSchema,
    fields: FieldsSchema,
    ...changed,
  })
  .meta({ id: 'MilestoneChange' });

const DefinitionChangeSchema = z
  .object({
    kind: z.literal('definition'),
    subject: z.object({ kind: z.enum(['metric', 'reform', 'unit']), id: IdSchema }),
    names: TextSchema,
    change: z.enum(['registered', 'changed']),
    fields: FieldsSchema,
    ...changed,
  })
  .meta({ id: 'DefinitionChange' });

const DifferenceItemSchema = z.discriminatedUnion('kind', [
  FigureChangeSchema,
  MilestoneChangeSchema,
  DefinitionChangeSchema,
]) satisfies z.ZodType<DifferenceItem>;

const MomentSchema = z
  .object({ position: PositionSchema, recordedAt: TimestampSchema.nullable() })
  .meta({ id: 'Moment' });

export const DifferenceSchema = z
  .object({
    from: MomentSchema,
    to: MomentSchema,
    validAt: LocalDateSchema.nullable(),
    items: z.array(DifferenceItemSchema).describe('Only what changed; a page may be short'),
    nextPageToken: z.string().nullable(),
  })
  .meta({ id: 'Difference' }) satisfies z.ZodType<Omit<Difference, 'next'>>;

const metric = {
  names: TextSchema,
  kind: MetricKindSchema,
  unit: z.string().exactOptional(),
  basis: BasisSchema.exactOptional(),
  basisInferred: z.literal(true).exactOptional(),
};

const { figure: _figure, printed: _printed, ...place } = standing;
const SeriesPointSchema = z
  .object({
    ...place,
    figure: FigureSchema.exactOptional(),
    printed: z.string().exactOptional(),
    statement: z.enum(['reported', 'corrected', 'withdrawn']),
    live: z.boolean().describe('Whether this statement stands at knownAt'),
  })
  .meta({ id: 'SeriesPoint' });

export const SeriesOfMetricSchema = z
  .object({
    metric: IdSchema,
    ...metric,
    view: z.enum(['latest', 'asReported']),
    knownAt: PositionSchema,
    validAt: LocalDateSchema.nullable(),
    breaks: z.array(
      z.object({
        validFrom: LocalDateSchema,
        successor: IdSchema.exactOptional(),
        reason: z.string(),
      }),
    ),
    series: z.array(
      z.object({
        key: SeriesKeySchema,
        points: z.array(SeriesPointSchema),
        olderThan: LocalDateSchema.nullable().describe(
          'Day of the oldest point shown when older ones were left out: ask with it as validTo',
        ),
      }),
    ),
    seriesLeftOut: z.int(),
  })
  .meta({ id: 'SeriesOfMetric' }) satisfies z.ZodType<SeriesOfMetric>;

const VerdictSchema = z
  .enum(['holds', 'certainlyBroken', 'cannotTell'])
  .meta({ id: 'Verdict', description: 'Whether an earlier stage is at least as large as a later' });

export const FunnelSchema = z
  .object({
    metrics: z.array(IdSchema),
    knownAt: PositionSchema,
    validAt: LocalDateSchema.nullable(),
    funnels: z.array(
      z.object({
        series: SeriesKeySchema,
        stages: z.array(
          z.object({
            metric: IdSchema,
            ...metric,
            names: TextSchema.exactOptional(),
            kind: MetricKindSchema.exactOptional(),
            value: StandingFigureSchema.exactOptional(),
            absence: AbsenceSchema.exactOptional(),
          }),
        ),
        pairs: z.array(
          z.object({
            whole: IdSchema,
            part: IdSchema,
            percent: DerivedQuantitySchema.exactOptional(),
            noPercent: NotWorkedOutSchema.exactOptional(),
            verdict: VerdictSchema,
            why: NotWorkedOutSchema.exactOptional(),
            datesDiffer: z.boolean(),
            basisInferred: z.boolean(),
          }),
        ),
        verdict: VerdictSchema,
      }),
    ),
    seriesLeftOut: z.int(),
  })
  .meta({ id: 'Funnel' }) satisfies z.ZodType<Funnel>;
