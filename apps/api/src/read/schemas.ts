import { z } from 'zod';
import type { MetricDefinition, Quantity, SeriesKey } from '@ledger/domain';
import type { Actor, Source } from '@ledger/event-log';
import type {
  Board,
  MetricView,
  MilestoneView,
  Provenance,
  ReformView,
  Timeline,
  Traced,
  UnitView,
} from '@ledger/read-models';
import {
  BasisSchema,
  CharacteristicsSchema,
  DirectionSchema,
  EventDateSchema,
  FrequencySchema,
  IdSchema,
  LabelSchema,
  LocalDateSchema,
  MetricDefinitionSchema,
  MetricKindSchema,
  PlaceSchema,
  QuantityInputSchema,
  RatioPartsSchema,
  RelationSchema,
  ScopeSchema,
  StageSchema,
  TextSchema,
  UnitLevelSchema,
  ValidTimeSchema,
} from '@ledger/exchange';
import { EvidenceSchema, JsonObjectSchema, PositionSchema } from '../http/schemas.js';

// What readers get, for /openapi.json. The shapes are those of the read models: `satisfies` makes
// the compiler refuse a schema that says something else. Answers are not validated at run time.

export const TimestampSchema = z.iso.datetime().describe('UTC, milliseconds');

export const ActorSchema = z
  .object({ id: z.string(), unit: z.string(), role: z.string() })
  .meta({ id: 'Actor' }) satisfies z.ZodType<Actor>;

export const SeriesKeySchema = z.record(z.string(), z.string()).meta({
  id: 'SeriesKey',
  description: 'The series inside a metric; {} where there is one',
}) satisfies z.ZodType<SeriesKey>;

const input = QuantityInputSchema.shape;
const decimal = z.string().meta({ description: 'An exact decimal', examples: ['681000'] });

const QuantitySchema = z
  .object({
    amount: decimal.exactOptional(),
    unit: z.string(),
    qualifier: input.qualifier.unwrap(),
    lower: decimal.exactOptional(),
    upper: decimal.exactOptional(),
    resolution: decimal.exactOptional(),
    printed: z.string(),
    basis: input.basis,
    basisInferred: z.literal(true).exactOptional(),
  })
  .meta({
    id: 'Quantity',
    examples: [
      {
        amount: '681000',
        unit: 'm2',
        qualifier: 'exact',
        resolution: '1000',
        printed: '68.1万平方米',
        basis: 'floorArea',
      },
    ],
  }) satisfies z.ZodType<Quantity>;

const asked = MetricDefinitionSchema.shape;

/** Every field of a metric's definition; what a request may leave out always stands here. */
export const definitionFields = {
  ...asked,
  direction: asked.direction.unwrap(),
  seriesDimensions: asked.seriesDimensions.unwrap(),
  characteristics: asked.characteristics.unwrap(),
  participants: asked.participants.unwrap(),
  relations: asked.relations.unwrap(),
};
z.strictObject(definitionFields) satisfies z.ZodType<MetricDefinition>;

export const RecordedSourceSchema = z
  .object({ kind: z.string(), id: z.string(), locator: JsonObjectSchema.exactOptional() })
  .meta({ id: 'RecordedSource' }) satisfies z.ZodType<Source>;

const ProvenanceSchema = z
  .object({
    eventId: z.string(),
    position: PositionSchema,
    recordedAt: TimestampSchema,
    actor: ActorSchema,
    source: RecordedSourceSchema.exactOptional(),
    synthetic: z.literal(true).exactOptional(),
  })
  .meta({
    id: 'Provenance',
    description: 'The event that made a row',
  }) satisfies z.ZodType<Provenance>;

export const PositionsSchema = z
  .array(PositionSchema)
  .describe('Of all events that made the row, ascending; /v1/events has each of them');

const HoldsFromSchema = LocalDateSchema.describe(
  'The latest day from which any of it counts: on earlier days something else held',
);

export const RevisionSchema = z.int().min(0).describe('Of the stream; its ETag is "v<revision>"');

export const MetricViewSchema = z
  .object({
    id: IdSchema,
    revision: RevisionSchema,
    status: z.enum(['active', 'retired']),
    ...definitionFields,
    breaks: z.array(
      z.object({
        validFrom: LocalDateSchema,
        successor: IdSchema.exactOptional(),
        mapping: TextSchema.exactOptional(),
        reason: z.string(),
        eventId: z.string(),
      }),
    ),
    retiredOn: LocalDateSchema.exactOptional(),
    holdsFrom: HoldsFromSchema.exactOptional(),
    provenance: ProvenanceSchema,
    positions: PositionsSchema,
  })
  .meta({ id: 'Metric' }) satisfies z.ZodType<Traced<MetricView>>;

export const ReformViewSchema = z
  .object({
    id: IdSchema,
    revision: RevisionSchema,
    names: TextSchema,
    highlight: z.int().exactOptional(),
    summary: TextSchema.exactOptional(),
    stage: StageSchema.exactOptional(),
    stageOn: LocalDateSchema.exactOptional(),
    responsibility: z
      .object({
        lead: IdSchema,
        coUnits: z.array(IdSchema),
        parcel: z.string().exactOptional(),
        due: LocalDateSchema.exactOptional(),
      })
      .exactOptional(),
    holdsFrom: HoldsFromSchema.exactOptional(),
    provenance: ProvenanceSchema,
    positions: PositionsSchema,
  })
  .meta({ id: 'Reform' }) satisfies z.ZodType<Traced<ReformView>>;

export const UnitViewSchema = z
  .object({
    id: IdSchema,
    revision: RevisionSchema,
    names: TextSchema,
    level: UnitLevelSchema,
    parent: IdSchema.exactOptional(),
    holdsFrom: HoldsFromSchema.exactOptional(),
    provenance: ProvenanceSchema,
    positions: PositionsSchema,
  })
  .meta({ id: 'Unit' }) satisfies z.ZodType<Traced<UnitView>>;

export const MilestoneStatusSchema = z
  .enum(['planned', 'ongoing', 'reached', 'revoked'])
  .meta({ id: 'MilestoneStatus' });

export const MilestoneViewSchema = z
  .object({
    id: IdSchema,
    revision: RevisionSchema,
    reform: IdSchema,
    names: TextSchema,
    status: MilestoneStatusSchema,
    on: EventDateSchema.exactOptional(),
    label: LabelSchema.exactOptional(),
    due: LocalDateSchema.exactOptional(),
    scope: ScopeSchema.exactOptional(),
    leadUnit: IdSchema.exactOptional(),
    participants: z.array(z.string().min(1)),
    place: PlaceSchema.exactOptional(),
    characteristics: CharacteristicsSchema,
    relations: z.array(RelationSchema),
    note: z.string().exactOptional(),
    history: z.array(
      z.object({
        status: MilestoneStatusSchema,
        on: EventDateSchema.exactOptional(),
        reason: z.string().exactOptional(),
        eventId: z.string(),
        position: PositionSchema,
      }),
    ),
    holdsFrom: HoldsFromSchema.exactOptional(),
    provenance: ProvenanceSchema,
    positions: PositionsSchema,
  })
  .meta({ id: 'Milestone' }) satisfies z.ZodType<Traced<MilestoneView>>;

export const FigureSchema = z
  .object({
    quantity: QuantitySchema.exactOptional(),
    label: LabelSchema.exactOptional(),
    parts: RatioPartsSchema.exactOptional(),
  })
  .meta({ id: 'Figure' });

export const TimelineEntrySchema = z
  .object({
    observation: z.string().describe('The first report; names the whole chain of corrections'),
    eventId: z.string(),
    revision: RevisionSchema,
    position: PositionSchema,
    recordedAt: TimestampSchema,
    series: SeriesKeySchema,
    time: ValidTimeSchema,
    validOn: LocalDateSchema,
    statement: z.enum(['reported', 'corrected', 'withdrawn']),
    live: z.boolean().describe('Whether this statement stands at knownAt'),
    replaces: z.string().exactOptional(),
    figure: FigureSchema.exactOptional(),
    reason: z.string().exactOptional(),
    errorClass: z.string().exactOptional(),
    note: z.string().exactOptional(),
    actor: ActorSchema,
    source: RecordedSourceSchema.exactOptional(),
    evidence: EvidenceSchema.exactOptional(),
    synthetic: z.literal(true).exactOptional(),
    positions: PositionsSchema.describe('All that was said about its observation up to knownAt'),
  })
  .meta({ id: 'TimelineEntry' });

export const TimelineSchema = z
  .object({
    metric: IdSchema,
    names: TextSchema,
    kind: MetricKindSchema,
    unit: z.string().exactOptional(),
    view: z.enum(['latest', 'asReported']),
    knownAt: PositionSchema,
    breaks: z.array(
      z.object({
        validFrom: LocalDateSchema,
        successor: IdSchema.exactOptional(),
        reason: z.string(),
      }),
    ),
    entries: z.array(TimelineEntrySchema),
    nextPageToken: z.string().nullable(),
  })
  .meta({ id: 'Timeline' }) satisfies z.ZodType<Timeline>;

const boardItem = {
  id: IdSchema,
  names: TextSchema,
  reform: IdSchema,
  place: PlaceSchema.exactOptional(),
  relations: z.array(RelationSchema),
  note: z.string().exactOptional(),
};

const BoardMetricSchema = z
  .object({
    kind: z.literal('metric'),
    ...boardItem,
    metricKind: MetricKindSchema,
    unit: z.string().exactOptional(),
    basis: BasisSchema.exactOptional(),
    basisInferred: z.literal(true).exactOptional(),
    direction: DirectionSchema,
    frequency: FrequencySchema,
    values: z.array(
      z.object({
        series: SeriesKeySchema,
        figure: FigureSchema,
        printed: z.string(),
        time: ValidTimeSchema,
        validOn: LocalDateSchema,
        corrected: z.boolean(),
        observation: z.string(),
        eventId: z.string(),
        position: PositionSchema,
        recordedAt: TimestampSchema,
        positions: PositionsSchema.describe('The report and its corrections, ascending'),
        synthetic: z.literal(true).exactOptional(),
      }),
    ),
    positions: PositionsSchema.describe('Where the definition was made and changed, ascending'),
    moreSeries: z.literal(true).exactOptional().describe('Not all series: see /series'),
    absence: z.enum(['missing', 'withdrawn']).exactOptional(),
  })
  .meta({ id: 'BoardMetric' });

const BoardMilestoneSchema = z
  .object({
    kind: z.literal('milestone'),
    ...boardItem,
    status: MilestoneStatusSchema,
    on: EventDateSchema.exactOptional(),
    printed: z.string().exactOptional(),
    eventId: z.string(),
    position: PositionSchema,
    recordedAt: TimestampSchema,
    positions: PositionsSchema,
    synthetic: z.literal(true).exactOptional(),
  })
  .meta({ id: 'BoardMilestone' });

export const BoardSchema = z
  .object({
    knownAt: PositionSchema,
    validAt: LocalDateSchema.nullable(),
    dataAsOf: LocalDateSchema.nullable(),
    recordedAt: TimestampSchema.nullable(),
    counts: z.object({ metrics: z.int(), milestones: z.int(), withValue: z.int() }),
    synthetic: z.boolean(),
    highlights: z.array(
      z
        .object({
          highlight: z.int().nullable(),
          reforms: z.array(
            z.object({
              id: IdSchema,
              names: TextSchema,
              stage: StageSchema.exactOptional(),
              positions: PositionsSchema,
            }),
          ),
          items: z.array(z.discriminatedUnion('kind', [BoardMetricSchema, BoardMilestoneSchema])),
        })
        .meta({ id: 'BoardHighlight' }),
    ),
  })
  .meta({ id: 'Board' }) satisfies z.ZodType<Board>;

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(name: string, item: T) =>
  z
    .object({
      items: z.array(item),
      nextPageToken: z.string().nullable(),
      knownAt: PositionSchema,
    })
    .meta({ id: name });

export const MetricPageSchema = pageOf('MetricPage', MetricViewSchema);
export const ReformPageSchema = pageOf('ReformPage', ReformViewSchema);
export const MilestonePageSchema = pageOf('MilestonePage', MilestoneViewSchema);
export const UnitPageSchema = pageOf('UnitPage', UnitViewSchema);

/** An entry with its places; without them it is the canonical JSON that is stored and hashed. */
export const LogEntrySchema = z
  .object({
    position: PositionSchema,
    sequence: z.int().describe('Count of events before this one in the log: the leaf number'),
    data: JsonObjectSchema,
    id: z.string(),
    metadata: JsonObjectSchema,
    revision: RevisionSchema,
    stream: z.string(),
    type: z.string(),
    v: z.int().describe('Version of the entry format'),
  })
  .meta({
    id: 'LogEntry',
    description:
      'All but position and sequence is the entry. Its RFC 8785 canonical JSON is what the ' +
      'ledger stores and hashes, and stands in the answer byte for byte.',
  });

export const LogPageSchema = z
  .object({
    items: z.array(LogEntrySchema),
    next: PositionSchema.nullable().describe('Pass as `after` for the next page; null at the end'),
    head: PositionSchema.describe('The end of the log when this page was read'),
  })
  .meta({ id: 'LogPage' });

export const StreamPageSchema = z
  .object({
    items: z.array(LogEntrySchema),
    next: z.int().nullable().describe('Pass as `from` for the next page; null at the end'),
  })
  .meta({ id: 'StreamPage' });
