import type { MetricDefinition, Text } from '@ledger/domain';
import type { Day, Frequency } from './calendar.js';
import { reforms, type Template } from './catalogue.js';
import { officeName, PREFIX, unitId, type Member } from './places.js';
import type { Measure } from './printing.js';
import { at, mixed, partAt } from './random.js';
import { lifeOf, templateOf, type Shape } from './span.js';
import type { Subject } from './subjects.js';
import type { Stream } from './telling.js';

/** The first and the last day of a history. */
export type Span = { first: Day; last: Day };

/** A stream of a metric, with the identifier that its events carry. */
export type MetricStream = Stream & { metric: string };

export type Metric = {
  index: number;
  seed: number;
  template: Template;
  measure: Measure;
  names: Text;
  definition: MetricDefinition;
  stream: MetricStream;
  frequency: Frequency;
  span: Span;
  /** From the day of its definition. */
  from: Day;
  series: Series[];
  /** The last day of which it takes figures. */
  retiredOn?: Day;
  /** From `on` the figures are `factor` times what they were; in a stream of its own, or the same. */
  break?: { on: Day; factor: number; successor?: MetricStream };
  completion?: { milestone: string; on: Day };
};

/** `scale` is what the whole metric's comes to in this series. */
export type Series = { metric: Metric; member: Member; seed: number; scale: number };

/** Days before the first metric is defined: units, reforms and milestones come first. */
const PREPARED = 3;

export function planMetric(index: number, shape: Shape, span: Span, seed: number): Metric {
  const template = templateOf(index);
  const own = mixed(seed + index);
  const days = span.last - span.first - PREPARED;
  const life = lifeOf(index, seed);
  const dayAt = (part: number): Day => span.first + PREPARED + Math.floor(part * days);
  const subject = subjectOf(index, template);
  const metric = `${PREFIX}-${template.key}${subject === undefined ? '' : `-${subject.id}`}`;
  const from = dayAt(life.from);
  const completion =
    template.kind === 'progress'
      ? { milestone: `${metric}-completed`, on: dayAt(life.completed) }
      : undefined;
  const names = namesOf(template, subject);
  const planned: Metric = {
    index,
    seed: own,
    template,
    measure: measureOf(template),
    names,
    definition: definitionOf({ template, names, shape, index, milestone: completion?.milestone }),
    stream: { name: `metric-${metric}`, metric, next: 0 },
    frequency: shape.frequency,
    span,
    from,
    series: [],
  };
  if (completion !== undefined) planned.completion = completion;
  if (life.to < 1) planned.retiredOn = dayAt(life.to);
  else if (index % 50 === 7) planned.break = breakOf(planned, dayAt);
  planned.series = seriesOf(planned, shape, subject !== undefined);
  return planned;
}

function breakOf({ template, seed, from, span, stream }: Metric, dayAt: (part: number) => Day) {
  const part = (from - span.first) / Math.max(1, span.last - span.first);
  const on = dayAt(part + (1 - part) * (0.3 + 0.4 * partAt(seed, 6)));
  const factor = template.kind === 'ratio' || template.kind === 'parameter' ? 1 : 0.4;
  const metric = `${stream.metric}-revised`;
  return {
    on,
    factor,
    ...(partAt(seed, 7) < 0.5 && { successor: { name: `metric-${metric}`, metric, next: 0 } }),
  };
}

function seriesOf(metric: Metric, { dimension }: Shape, hasSubject: boolean): Series[] {
  const { template, seed } = metric;
  const own = hasSubject ? 0.05 + 0.1 * partAt(seed, 8) : 1;
  return dimension.members.map((member, place) => {
    const weight = (0.5 + partAt(seed, 100 + place)) / dimension.members.length;
    return {
      metric,
      member,
      seed: mixed(seed ^ Math.imul(place + 1, 0x632be5ab)),
      scale: Math.max(template.scale * own * weight, 1),
    };
  });
}

/** The whole district first, then one subject after the other, then the same in a second group. */
function subjectOf(index: number, { subjects }: Template): Subject | undefined {
  const round = Math.floor(index / templateCount);
  if (round === 0) return undefined;
  const subject = at(subjects, (round - 1) % subjects.length);
  const group = Math.floor((round - 1) / subjects.length) + 1;
  if (group === 1) return subject;
  return {
    id: `${subject.id}-${group}`,
    zh: `${subject.zh}（第${group}组）`,
    en: `${subject.en}, group ${group}`,
  };
}

const templateCount = (() => {
  const firstKey = templateOf(0).key;
  let count = 1;
  while (templateOf(count).key !== firstKey) count += 1;
  return count;
})();

const namesOf = ({ names }: Template, subject: Subject | undefined): Text =>
  subject === undefined
    ? { ...names }
    : { zh: `${subject.zh}${names.zh}`, en: `${names.en}: ${subject.en}` };

const measureOf = ({ unit = '', word = '', nature = 'counted', basis }: Template): Measure => ({
  unit,
  word,
  nature,
  ...(basis !== undefined && { basis }),
});

const frequencyWords: Record<Frequency, Text & { stated: MetricDefinition['frequency'] }> = {
  daily: { zh: '每个工作日', en: 'each working day', stated: 'irregular' },
  weekly: { zh: '每周', en: 'weekly', stated: 'weekly' },
  monthly: { zh: '每月', en: 'monthly', stated: 'monthly' },
  quarterly: { zh: '每季度', en: 'quarterly', stated: 'quarterly' },
};

type Defined = {
  template: Template;
  names: Text;
  shape: Shape;
  index: number;
  milestone: string | undefined;
};

function definitionOf({ template, names, shape, index, milestone }: Defined): MetricDefinition {
  const reform = at(reforms, template.reform);
  const office = officeName(reform.office);
  const rhythm = frequencyWords[shape.frequency];
  return {
    reform: `${PREFIX}-${reform.key}`,
    names,
    kind: template.kind,
    ...(template.unit !== undefined && { unit: template.unit }),
    ...(template.word !== undefined && { unitPrinted: template.word }),
    ...(template.basis !== undefined && { basis: template.basis }),
    direction: template.kind === 'parameter' ? 'notStated' : 'rising',
    timeSemantics: template.time,
    seriesDimensions: [...shape.dimension.names],
    characteristics: {},
    definition: {
      zh: `${names.zh}，由责任单位按台账逐笔核实，${rhythm.zh}填报一次。`,
      en: `${names.en}, checked item by item against the ledger and reported ${rhythm.en}.`,
    },
    dataSource: { zh: `${office.zh}工作台账`, en: `Working ledger of the ${office.en}` },
    frequency: rhythm.stated,
    owner: unitId(reform.office),
    participants: [],
    place: { highlight: template.reform, item: index + 1 },
    ...(template.kind === 'ratio' && { parts: { numerator: '办结数', denominator: '应办数' } }),
    ...(milestone !== undefined && { completionMilestone: milestone }),
    relations: [],
  };
}
