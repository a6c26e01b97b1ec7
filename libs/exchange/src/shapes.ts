// The shapes of what comes in by file or over HTTP, in zod: one schema drives validation and
// OpenAPI. They say what may stand where; what it means is decided by the domain.
import { z } from 'zod';

export const TextSchema = z
  .strictObject({ zh: z.string().min(1), en: z.string().min(1) })
  .meta({ id: 'Text', description: 'A label in both languages.' });

export const IdSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(120)
  .meta({ description: 'Lower-case letters, digits and single dashes.' });

export const LocalDateSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ description: 'A calendar date in Asia/Shanghai.', examples: ['2021-08-26'] });

const phrase = z.string().min(1).exactOptional();
const code = z.string().min(1).exactOptional();

export const ScopeSchema = z
  .strictObject({ start: LocalDateSchema, end: LocalDateSchema, code })
  .meta({ id: 'Scope' });

export const ValidTimeSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('asOf'),
      asOf: LocalDateSchema,
      scope: ScopeSchema.exactOptional(),
      phrase,
    }),
    z.strictObject({
      type: z.literal('period'),
      start: LocalDateSchema,
      end: LocalDateSchema,
      code,
      phrase,
    }),
    z.strictObject({
      type: z.literal('yearToDate'),
      start: LocalDateSchema,
      end: LocalDateSchema,
      code,
      phrase,
    }),
    z.strictObject({
      type: z.literal('averagePerPeriod'),
      per: z.enum(['month', 'quarter', 'year']),
      asOf: LocalDateSchema,
      window: z.strictObject({ start: LocalDateSchema, end: LocalDateSchema }).exactOptional(),
      phrase,
    }),
  ])
  .meta({ id: 'ValidTime', description: 'What the figure is about: a day, a period, an average.' });

export const EventDateSchema = z
  .strictObject({
    type: z.enum(['date', 'asOf']),
    date: LocalDateSchema,
    scope: ScopeSchema.exactOptional(),
    phrase,
  })
  .meta({ id: 'EventDate', description: 'On a known day, or by a day where none is printed.' });

const decimal = z
  .string()
  .meta({ description: 'An exact decimal as a string, never a number.', examples: ['681000'] });

export const BasisSchema = z.enum(['floorArea', 'landArea', 'perCommunity']);

export const QuantityInputSchema = z
  .strictObject({
    printed: z.string().min(1).exactOptional(),
    amount: decimal.exactOptional(),
    unit: z.string().min(1).exactOptional(),
    qualifier: z
      .enum(['exact', 'moreThan', 'over', 'atLeast', 'nearly', 'about', 'range'])
      .exactOptional(),
    lower: decimal.exactOptional(),
    upper: decimal.exactOptional(),
    resolution: decimal.exactOptional(),
    basis: BasisSchema.exactOptional(),
  })
  .meta({
    id: 'QuantityInput',
    description: '`printed` alone ("68.1万平方米"), or `amount` and `unit`, or both in agreement.',
  });

export const LabelSchema = z.strictObject({ printed: z.string().min(1) }).meta({ id: 'Label' });

export const ValueInputSchema = z
  .union([
    z.strictObject({ quantity: QuantityInputSchema }),
    z.strictObject({ label: LabelSchema }),
  ])
  .meta({ id: 'ValueInput' });

export const RatioPartsSchema = z
  .strictObject({ numerator: decimal, denominator: decimal })
  .meta({ id: 'RatioParts' });

export const PlaceSchema = z
  .strictObject({ highlight: z.int().min(0).max(9_999), item: z.int().min(0).max(99_999) })
  .meta({ id: 'Place' });

export const RelationSchema = z
  .strictObject({
    type: z.string().min(1),
    ref: IdSchema,
    note: z.string().min(1).exactOptional(),
  })
  .meta({ id: 'Relation' });

export const CharacteristicsSchema = z
  .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), z.array(z.string().min(1)).min(1))
  .meta({ description: 'Fixed properties of what is measured, by name.' });

export const MetricKindSchema = z.enum([
  'cumulative',
  'stock',
  'flow',
  'ratio',
  'progress',
  'parameter',
]);
export const TimeSemanticsSchema = z.enum(['asOf', 'period', 'yearToDate', 'averagePerPeriod']);
export const DirectionSchema = z.enum(['rising', 'falling', 'keep', 'notStated']);
export const FrequencySchema = z.enum([
  'once',
  'irregular',
  'weekly',
  'monthly',
  'quarterly',
  'halfYearly',
  'yearly',
]);
export const RatioWordsSchema = z.strictObject({
  numerator: z.string().min(1).exactOptional(),
  denominator: z.string().min(1).exactOptional(),
});

/** A metric's definition as the domain keeps it; lists that are left out are empty. */
export const MetricDefinitionSchema = z
  .strictObject({
    reform: IdSchema,
    names: TextSchema,
    kind: MetricKindSchema,
    unit: z.string().min(1).exactOptional(),
    unitPrinted: z.string().min(1).exactOptional(),
    basis: BasisSchema.exactOptional(),
    basisInferred: z.literal(true).exactOptional(),
    direction: DirectionSchema.default('notStated'),
    timeSemantics: TimeSemanticsSchema,
    seriesDimensions: z.array(z.string().regex(/^[a-z][A-Za-z0-9]*$/)).default([]),
    characteristics: CharacteristicsSchema.default({}),
    definition: TextSchema,
    dataSource: TextSchema,
    frequency: FrequencySchema,
    owner: IdSchema,
    leadUnit: IdSchema.exactOptional(),
    participants: z.array(z.string().min(1)).default([]),
    place: PlaceSchema.exactOptional(),
    parts: RatioWordsSchema.exactOptional(),
    completionMilestone: IdSchema.exactOptional(),
    scope: ScopeSchema.exactOptional(),
    relations: z.array(RelationSchema).default([]),
    note: z.string().min(1).exactOptional(),
  })
  .meta({ id: 'MetricDefinitionInput' });

export const StageSchema = z.enum([
  'proposed',
  'pilot',
  'demonstrationPoint',
  'replicated',
  'institutionalised',
]);
export const UnitLevelSchema = z.enum(['district', 'street', 'community', 'institution', 'other']);

/** Where a statement comes from. */
export const SourceSchema = z
  .strictObject({
    kind: z.string().min(1),
    id: z.string().min(1),
    locator: z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), z.union([z.string(), z.int()]))
      .exactOptional(),
  })
  .meta({ id: 'Source' });
