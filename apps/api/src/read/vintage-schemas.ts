import { z } from 'zod';
import type { Vintages, VintageStatement, Why, WhySeries } from '@ledger/read-models';
import {
  IdSchema,
  LocalDateSchema,
  MetricKindSchema,
  TextSchema,
  ValidTimeSchema,
} from '@ledger/exchange';
import { EvidenceSchema, PositionSchema } from '../http/schemas.js';
import { ChangeSchema } from '../stream/change-schema.js';
import {
  FigureSchema,
  PositionsSchema,
  SeriesKeySchema,
  TimelineEntrySchema,
  TimestampSchema,
} from './schemas.js';

// Answers about where figures come from. As in schemas.ts, `satisfies` ties them to the shapes of
// the read models.

const said = TimelineEntrySchema.omit({
  series: true,
  validOn: true,
  live: true,
  positions: true,
}).shape;

const RecordedPointSchema = z
  .object({ position: PositionSchema, recordedAt: TimestampSchema })
  .meta({
    id: 'RecordedPoint',
    description: 'recordedAt is the highest time so far along the log: knownAt finds it by either',
  });

const VintageStatementSchema = z
  .object({
    ...said,
    vintage: z.int().min(1).describe('Which one about its valid time, counted from 1'),
    knownFrom: RecordedPointSchema.describe('It stood from here on, inclusive'),
    knownTo: RecordedPointSchema.nullable().describe('and up to here, exclusive; null: to knownAt'),
  })
  .meta({ id: 'VintageStatement' }) satisfies z.ZodType<VintageStatement>;

const VintageFigureSchema = z
  .object({
    eventId: z.string(),
    position: PositionSchema,
    recordedAt: TimestampSchema,
    figure: FigureSchema,
  })
  .meta({ id: 'VintageFigure' });

const VintageSchema = z
  .object({
    series: SeriesKeySchema,
    time: ValidTimeSchema,
    validOn: LocalDateSchema,
    statementCount: z.int().min(1).describe('Of all pages'),
    statements: z.array(VintageStatementSchema).describe('Those on this page, in log order'),
    first: VintageFigureSchema.describe('首次公布'),
    latest: VintageFigureSchema.nullable().describe('最新; null when it is withdrawn'),
    asKnown: VintageFigureSchema.nullable()
      .exactOptional()
      .describe('某日所知: what stood at asKnownOn'),
    asKnownAbsence: z.enum(['notYetStated', 'withdrawn']).exactOptional(),
  })
  .meta({ id: 'Vintage' });

const metricHead = {
  metric: IdSchema,
  names: TextSchema,
  kind: MetricKindSchema,
  unit: z.string().exactOptional(),
};

const vintages = {
  ...metricHead,
  asKnownAt: PositionSchema.exactOptional().describe('The position that asKnownOn meant'),
  items: z
    .array(VintageSchema)
    .describe(
      'Valid times, series by series, of each the latest day first. A page holds at most 1,000 ' +
        'statements: a valid time with more of them goes on on the next page',
    ),
  knownAt: PositionSchema,
};
z.object({ ...vintages, next: z.string().nullable() }) satisfies z.ZodType<Vintages>;
export const VintagesSheetSchema = z
  .object({ ...vintages, nextPageToken: z.string().nullable() })
  .meta({ id: 'Vintages' });

const DefinitionEventSchema = ChangeSchema.extend({
  evidence: EvidenceSchema.exactOptional(),
  inForceFrom: LocalDateSchema.nullable().describe('The valid day from which it counts'),
}).meta({ id: 'DefinitionEvent', description: 'An event that made the definition' });

const ChainStatementSchema = TimelineEntrySchema.omit({
  series: true,
  observation: true,
  positions: true,
}).meta({ id: 'ChainStatement' });

const PassedOverSchema = z
  .object({
    eventId: z.string(),
    position: PositionSchema,
    recordedAt: TimestampSchema,
    statement: z.enum(['reported', 'corrected', 'withdrawn']),
    time: ValidTimeSchema,
    validOn: LocalDateSchema,
    figure: FigureSchema.exactOptional(),
    reason: z.string().exactOptional(),
    because: z.enum(['superseded', 'withdrawn', 'lowerPosition', 'validLater']),
  })
  .meta({ id: 'PassedOver', description: 'A statement that is not the figure, and why' });

const RuleSchema = z
  .object({
    code: z
      .enum([
        'KNOWN_UP_TO',
        'LATEST_VALID_TIME',
        'CORRECTION_SUPERSEDES',
        'WITHDRAWN_PASSED_OVER',
        'TIE_BY_POSITION',
        'PRINTED_EXACT',
        'PRINTED_MORE_THAN',
        'PRINTED_OVER',
        'PRINTED_AT_LEAST',
        'PRINTED_NEARLY',
        'PRINTED_ABOUT',
        'PRINTED_RANGE',
        'PRINTED_LABEL',
        'BASIS_INFERRED',
        'BREAK_BEFORE_FIGURE',
        'BREAK_AFTER_FIGURE',
        'RETIRED',
        'NOTHING_STATED',
        'ALL_WITHDRAWN',
      ])
      .describe('Never changes its meaning; new ones may be added'),
    text: TextSchema,
    facts: z.record(z.string(), z.string()).describe('What the words hold'),
  })
  .meta({ id: 'Rule', description: 'A rule that had a part in the answer' });

const WhySeriesSchema = z
  .object({
    series: SeriesKeySchema,
    figure: z
      .object({
        observation: z.string(),
        eventId: z.string(),
        position: PositionSchema,
        time: ValidTimeSchema,
        validOn: LocalDateSchema,
        printed: z.string(),
        figure: FigureSchema,
      })
      .exactOptional()
      .describe('The figure that stands'),
    absence: z.enum(['missing', 'withdrawn']).exactOptional().describe('Why none stands'),
    positions: PositionsSchema,
    chain: z
      .array(ChainStatementSchema)
      .describe('From the report to the statement that stands: the report and the newest 99'),
    chainOmitted: z.int().describe('Corrections of the chain that are not shown'),
    passedOver: z.array(PassedOverSchema).describe('The nearest ones, in log order'),
    morePassedOver: z.boolean(),
    rules: z.array(RuleSchema),
  })
  .meta({ id: 'WhySeries' }) satisfies z.ZodType<WhySeries>;

export const WhySchema = z
  .object({
    ...metricHead,
    knownAt: PositionSchema,
    validAt: LocalDateSchema.nullable(),
    status: z.enum(['active', 'retired']),
    definition: z.array(DefinitionEventSchema).describe('In force, in log order'),
    definitionLater: z.array(DefinitionEventSchema).describe('Counting only from a later day'),
    definitionOmitted: z.int().describe('Revisions that are not shown'),
    rules: z.array(RuleSchema).describe('Those that hold for every series'),
    series: z.array(WhySeriesSchema).describe('The first 100; name another one by `series`'),
    moreSeries: z.boolean(),
    absence: z.literal('missing').exactOptional().describe('Nothing was ever stated'),
  })
  .meta({ id: 'Why' }) satisfies z.ZodType<Why>;
