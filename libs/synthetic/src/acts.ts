import type { MetricDefinition, Text } from '@ledger/domain';
import type { JsonObject } from '@ledger/event-log';
import { isoDay, yearOf, type Day } from './calendar.js';
import type { Metric, Span } from './metrics.js';
import { milestoneActs } from './milestones.js';
import { unitId, units } from './places.js';
import { partAt, type Random } from './random.js';
import { reformActs } from './reforms.js';
import type { Stream, Teller, Told } from './telling.js';
import { officer, paperOf } from './voices.js';

/** Something that the reform office does on a day, apart from figures. */
export type Act = { day: Day; said: Said };
export type Said = {
  stream: Stream;
  type: string;
  /** Some facts name an earlier event, which has its id only when it was told. */
  data: JsonObject | (() => JsonObject);
  reason?: string;
  evidence?: boolean;
  onTold?: (id: string) => void;
};

/** All acts of a history in the order of their days. */
export function planActs(metrics: readonly Metric[], span: Span, seed: number): Act[] {
  const acts = [
    ...unitActs(span),
    ...reformActs(span, seed),
    ...milestoneActs(metrics, span, seed),
    ...metrics.flatMap((metric) => metricActs(metric)),
  ];
  return acts.sort((left, right) => left.day - right.day);
}

/** All units are there from the first day; one office is renamed later. */
function unitActs({ first, last }: Span): Act[] {
  return units.flatMap((unit): Act[] => {
    const stream = { name: `unit-${unit.unit}`, next: 0 };
    const registered = { day: first, said: { stream, type: 'UnitRegistered', data: unit } };
    if (unit.unit !== RENAMED.unit) return [registered];
    const reason = '机构改革，部门更名';
    const renamed = { stream, type: 'UnitRenamed', data: RENAMED, reason };
    return [registered, { day: Math.floor((first + last) / 2), said: renamed }];
  });
}

const RENAMED = {
  unit: unitId('government-services-bureau'),
  names: { zh: '区政务服务和数据管理局', en: 'Bureau of Government Services and Data' },
};

export function tellAct({ day, said }: Act, teller: Teller, random: Random, at: number): Told {
  const { stream, type, data, reason, evidence, onTold } = said;
  const told = teller.tell(
    stream,
    {
      type,
      data: typeof data === 'function' ? data() : data,
      actor: officer(random),
      source: paperOf(day, 1 + random.below(400)),
      ...(reason !== undefined && { reason }),
      ...(evidence === true && { evidence: teller.digests(1 + random.below(2)) }),
    },
    at,
  );
  onTold?.(told.event.id);
  return told;
}

function metricActs(metric: Metric): Act[] {
  const { stream, definition, from, retiredOn } = metric;
  const defined = { stream, type: 'MetricDefined', data: { metric: stream.metric, ...definition } };
  const retired = (of: Metric['stream'], on: Day, reason: string): Act => ({
    day: on + 1,
    said: {
      stream: of,
      type: 'MetricRetired',
      data: { metric: of.metric, retiredOn: isoDay(on) },
      reason,
    },
  });
  return [
    { day: from, said: defined },
    ...revision(metric),
    ...breakActs(metric, retired),
    ...(retiredOn === undefined ? [] : [retired(stream, retiredOn, '该项工作已办结，不再统计')]),
  ];
}

/** One definition in six is worded anew at some time. */
function revision({ stream, definition, from, seed, span, retiredOn, ...others }: Metric): Act[] {
  const end = Math.min(retiredOn ?? span.last, others.break?.on ?? span.last);
  const day = from + Math.floor((end - from) * (0.2 + 0.7 * partAt(seed, 20)));
  if (partAt(seed, 21) > 1 / 6 || day <= from) return [];
  const changes = { definition: revisedText(definition, yearOf(day)) };
  const data = { metric: stream.metric, validFrom: isoDay(day), changes };
  const reason = '年度统计制度修订，口径说明更清楚，数据不变';
  return [{ day, said: { stream, type: 'MetricDefinitionRevised', data, reason } }];
}

const revisedText = ({ definition }: MetricDefinition, year: number): Text => ({
  zh: `${definition.zh}（${year}年修订：以系统数据为准，纸质台账备查。）`,
  en: `${definition.en} (Revised in ${year}: the system's data count, paper is kept.)`,
});

type Retire = (of: Metric['stream'], on: Day, reason: string) => Act;

function breakActs(metric: Metric, retired: Retire): Act[] {
  const { stream, definition, names } = metric;
  if (metric.break === undefined) return [];
  const { on, successor } = metric.break;
  const mapping = {
    zh: '新口径只统计经系统核验的部分，约为原口径的四成，前后不可比。',
    en: 'Only what the system has verified; about two fifths of before, and not comparable.',
  };
  const declared: JsonObject = {
    metric: stream.metric,
    validFrom: isoDay(on),
    ...(successor !== undefined && { successor: successor.metric }),
    mapping,
  };
  const reason = '统计制度调整，改按系统核验数统计';
  const declare: Act = {
    day: on,
    said: { stream, type: 'SeriesBreakDeclared', data: declared, reason },
  };
  if (successor === undefined) return [declare];
  const renamed: MetricDefinition = {
    ...definition,
    names: { zh: `${names.zh}（新口径）`, en: `${names.en} (revised)` },
    relations: [{ type: 'succeeds', ref: stream.metric }],
  };
  const data = { metric: successor.metric, ...renamed };
  return [
    { day: on, said: { stream: successor, type: 'MetricDefined', data } },
    declare,
    retired(stream, on - 1, '口径变更后由接续指标统计'),
  ];
}
