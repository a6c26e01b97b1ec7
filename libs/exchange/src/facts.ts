import { z } from 'zod';
import type { LedgerRequest, MetricDefinition, Text } from '@ledger/domain';
import { shapeProblems } from './shape-problems.js';
import {
  CharacteristicsSchema,
  DirectionSchema,
  EventDateSchema,
  FrequencySchema,
  IdSchema,
  LocalDateSchema,
  MetricDefinitionSchema,
  PlaceSchema,
  RatioPartsSchema,
  RelationSchema,
  ScopeSchema,
  StageSchema,
  TextSchema,
  UnitLevelSchema,
  ValidTimeSchema,
  ValueInputSchema,
} from './shapes.js';
import { type Position, readStrictJson } from './strict-json.js';

/** Version 1 of the facts format; see README.md of this room. Only ever added to. */
export const FACTS_FORMAT = 'reform-ledger/facts@1';

const note = z.string().min(1).exactOptional();

const MetricFactSchema = MetricDefinitionSchema.extend({
  fact: z.literal('metric'),
  id: IdSchema,
  definition: TextSchema.exactOptional(),
  dataSource: TextSchema.exactOptional(),
  frequency: FrequencySchema.exactOptional(),
  direction: DirectionSchema.exactOptional(),
  owner: IdSchema.exactOptional(),
  observations: z.array(
    z.strictObject({
      time: ValidTimeSchema,
      value: ValueInputSchema,
      series: z.record(z.string(), z.string()).default({}),
      parts: RatioPartsSchema.exactOptional(),
      note,
    }),
  ),
});

const MilestoneFactSchema = z.strictObject({
  fact: z.literal('milestone'),
  id: IdSchema,
  reform: IdSchema,
  place: PlaceSchema.exactOptional(),
  names: TextSchema,
  label: z.string().min(1).exactOptional(),
  due: LocalDateSchema.exactOptional(),
  scope: ScopeSchema.exactOptional(),
  leadUnit: IdSchema.exactOptional(),
  participants: z.array(z.string().min(1)).default([]),
  characteristics: CharacteristicsSchema.default({}),
  relations: z.array(RelationSchema).default([]),
  note,
  status: z.enum(['planned', 'ongoing', 'reached']),
  on: EventDateSchema.exactOptional(),
});

const FactsFileSchema = z.strictObject({
  format: z.literal(FACTS_FORMAT),
  compiledOn: LocalDateSchema,
  synthetic: z.literal(true).exactOptional(),
  source: z.strictObject({
    kind: z.string().min(1),
    id: z.string().min(1),
    title: z.string().min(1),
    publisher: z.string().min(1),
    publishedAt: z.iso.datetime({ offset: true }),
    place: z.string().min(1),
    language: z.string().min(1),
  }),
  defaults: z.strictObject({
    owner: IdSchema,
    frequency: FrequencySchema,
    direction: DirectionSchema,
    dataSource: TextSchema,
  }),
  units: z.array(
    z.strictObject({
      id: IdSchema,
      names: TextSchema,
      level: UnitLevelSchema,
      parent: IdSchema.exactOptional(),
    }),
  ),
  reforms: z.array(
    z.strictObject({
      id: IdSchema,
      highlight: z.int().min(0).max(9_999).exactOptional(),
      names: TextSchema,
      summary: TextSchema.exactOptional(),
      stage: StageSchema.exactOptional(),
    }),
  ),
  facts: z.array(z.discriminatedUnion('fact', [MetricFactSchema, MilestoneFactSchema])),
});

export type FactsFile = z.infer<typeof FactsFileSchema>;
type Fact = FactsFile['facts'][number];
type MetricFact = Extract<Fact, { fact: 'metric' }>;
type MilestoneFact = Extract<Fact, { fact: 'milestone' }>;

/** Why a facts file is refused, and where: the file is taken whole or not at all. */
export type FileProblem = {
  code: string;
  pointer: string;
  line: number;
  column: number;
  message: Text;
  hint: Text;
  received?: unknown;
};

/**
 * One write that a file asks for. `key` names it inside the file and stays the same when the file
 * is imported again; `pointer` is its place in the file.
 */
export type PlannedWrite = {
  key: string;
  pointer: string;
  request: LedgerRequest;
  source: { kind: string; id: string; locator?: { [name: string]: string | number } };
};

export type FactsReading =
  | { ok: true; file: FactsFile; writes: PlannedWrite[]; place: (pointer: string) => Position }
  | { ok: false; problems: FileProblem[] };

/** Reads a facts file: strict JSON, the right shape, every id once. The domain judges the rest. */
export function readFacts(text: string): FactsReading {
  const json = readStrictJson(text.replace(/^\uFEFF/, ''));
  if (!json.ok) return { ok: false, problems: json.problems };
  const parsed = FactsFileSchema.safeParse(json.value);
  const problems = parsed.success
    ? [...duplicates(parsed.data), ...undated(parsed.data)]
    : shapeProblems(parsed.error.issues, json.value);
  if (!parsed.success || problems.length > 0) {
    return {
      ok: false,
      problems: problems.map((found) => ({ ...found, ...json.place(found.pointer) })),
    };
  }
  return { ok: true, file: parsed.data, writes: plannedWrites(parsed.data), place: json.place };
}

function duplicates(file: FactsFile): Omit<FileProblem, 'line' | 'column'>[] {
  const lists = { units: file.units, reforms: file.reforms, facts: file.facts };
  return Object.entries(lists).flatMap(([list, entries]) => {
    const seen = new Set<string>();
    return entries.flatMap(({ id }, index) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      return [
        {
          code: 'ID_DUPLICATE',
          pointer: `/${list}/${index}/id`,
          message: { zh: `编号“${id}”重复出现。`, en: `The id "${id}" stands here twice.` },
          hint: { zh: '每个编号只出现一次。', en: 'Give each entry its own id.' },
          received: id,
        },
      ];
    });
  });
}

function undated(file: FactsFile): Omit<FileProblem, 'line' | 'column'>[] {
  return file.facts.flatMap((fact, index) =>
    fact.fact === 'milestone' && fact.status !== 'planned' && fact.on === undefined
      ? [
          {
            code: 'FIELD_MISSING',
            pointer: `/facts/${index}/on`,
            message: {
              zh: `里程碑“${fact.id}”缺少日期字段“on”。`,
              en: `The milestone "${fact.id}" lacks its date "on".`,
            },
            hint: {
              zh: '已完成或推进中的里程碑须写明日期。',
              en: 'A milestone that is reached or ongoing needs a date.',
            },
          },
        ]
      : [],
  );
}

/** The file's writes in the order in which they must be taken: what is named before what names it. */
function plannedWrites(file: FactsFile): PlannedWrite[] {
  const source = { kind: file.source.kind, id: file.source.id };
  const units = file.units.map(({ id, ...rest }, index): PlannedWrite => ({
    key: `unit/${id}`,
    pointer: `/units/${index}`,
    request: { type: 'RegisterUnit', unit: id, ...rest },
    source,
  }));
  const reforms = file.reforms.map(({ id, ...rest }, index): PlannedWrite => ({
    key: `reform/${id}`,
    pointer: `/reforms/${index}`,
    request: { type: 'RegisterReform', reform: id, ...rest },
    source,
  }));
  const facts = file.facts.flatMap((fact, index) => {
    const located = fact.place === undefined ? source : { ...source, locator: { ...fact.place } };
    const writes = fact.fact === 'metric' ? metricWrites(file, fact) : milestoneWrites(fact);
    return writes.map(({ key, pointer, request }): PlannedWrite => ({
      key,
      pointer: `/facts/${index}${pointer}`,
      request,
      source: located,
    }));
  });
  return [...units, ...reforms, ...facts];
}

type Write = Omit<PlannedWrite, 'source'>;

function metricWrites(file: FactsFile, fact: MetricFact): Write[] {
  const { fact: _fact, id, observations, definition, ...rest } = fact;
  const stated: MetricDefinition = {
    ...file.defaults,
    ...rest,
    definition: definition ?? {
      zh: `来源原文所称“${fact.names.zh}”`,
      en: `As the source words it: ${fact.names.en}`,
    },
  };
  return [
    {
      key: `metric/${id}`,
      pointer: '',
      request: { type: 'DefineMetric', metric: id, definition: stated },
    },
    ...observations.map((observation, index): Write => ({
      key: `metric/${id}/observation/${index}`,
      pointer: `/observations/${index}`,
      request: { type: 'ReportObservation', metric: id, ...observation },
    })),
  ];
}

function milestoneWrites(fact: MilestoneFact): Write[] {
  const { fact: _fact, id, status, on, label, ...rest } = fact;
  const plan = { ...rest, ...(label === undefined ? {} : { label: { printed: label } }) };
  const planned: Write = {
    key: `milestone/${id}`,
    pointer: '',
    request: { type: 'PlanMilestone', milestone: id, plan },
  };
  if (status === 'planned' || on === undefined) return [planned];
  const type = status === 'reached' ? 'ReachMilestone' : 'ReportMilestoneOngoing';
  return [
    planned,
    { key: `milestone/${id}/${status}`, pointer: '/on', request: { type, milestone: id, on } },
  ];
}
