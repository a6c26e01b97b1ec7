import type { MetricDefinition, MetricEvent, Value } from '@ledger/domain';
import type { JsonObject } from '@ledger/event-log';
import { checkWhole } from './bounds.js';
import { dayOf, isoDay, momentOf, type Day } from './calendar.js';
import { PREFIX, REFORM_OFFICE } from './places.js';
import { printAmount } from './printing.js';
import { at, mixed, Random } from './random.js';
import { Teller, type Saying, type Stream, type Told } from './telling.js';

/** For benches: `metrics` streams that grow alike. */
export type EvenOptions = { events: number; metrics: number; seed: number };

const FIRST_DAY = dayOf('1998-01-01');
/** Then 2025 is reached: what is measured longer has more series instead of more days. */
const MOST_DAYS = 10_000;
const CORRECTIONS = 0.05;
const WITHDRAWALS = 0.01;
const LATE = 0.1;

const measure = {
  unit: 'm2',
  word: '平方米',
  nature: 'continuous',
  basis: 'floorArea',
} as const;

export const evenMetricId = (number: number): string => `${PREFIX}-vacated-area-parcel-${number}`;

/** The day of which a series of an even history speaks first for 0, and so on. */
export const evenDay = (number: number): string => isoDay(FIRST_DAY + number);

/** One series: the last day without a figure, and the statement that was made last. */
type EvenSeries = {
  key: { [dimension: string]: string };
  missed: Day | undefined;
  standing: { id: string; observation: string; day: Day; digit: number } | undefined;
};

type EvenMetric = { metric: string; stream: Stream; series: EvenSeries[] };

/**
 * One unit, one reform, then the definitions of all metrics, then statements: day after day each
 * series of each metric makes one, the metrics in another order each day. About 5 in 100 are
 * corrections, 1 in 100 withdrawals, and 10 in 100 speak of a day before the last. A metric has one
 * series, and several where its history would go beyond 10,000 days. A longer history with as many
 * series begins with the shorter one, byte for byte. Throws a RangeError for impossible numbers.
 */
export function evenHistory(options: EvenOptions): Iterable<Told> {
  checkWhole('events', options.events, 1, 100_000_000);
  checkWhole('metrics', options.metrics, 1, 1_000_000);
  return { [Symbol.iterator]: () => tellAll(options) };
}

function* tellAll({ events, metrics: count, seed }: EvenOptions): Generator<Told> {
  const random = new Random(seed);
  const teller = new Teller(mixed(seed ^ 0x6a09e667));
  const perMetric = Math.ceil(Math.ceil(events / count) / MOST_DAYS);
  const metrics = Array.from({ length: count }, (_, number) => metricOf(number, perMetric));
  let left = events;
  for (const told of opening(metrics, teller)) {
    yield told;
    left -= 1;
    if (left === 0) return;
  }
  for (let day = FIRST_DAY; ; day += 1) {
    random.shuffle(metrics);
    const moments = momentsAfter(day, count * perMetric);
    for (const metric of metrics) {
      for (const series of metric.series) {
        yield statement(metric, series, { day, at: moments(), random, teller });
        left -= 1;
        if (left === 0) return;
      }
    }
  }
}

/** Figures of a day are recorded on the next one. */
function momentsAfter(day: Day, count: number): () => number {
  let place = 0;
  return () => {
    place += 1;
    return momentOf(day + 1, place / count);
  };
}

function metricOf(number: number, perMetric: number): EvenMetric {
  const metric = evenMetricId(number);
  const keyOf = (place: number): EvenSeries['key'] =>
    perMetric === 1 ? {} : { building: `${place + 1}栋` };
  return {
    metric,
    stream: { name: `metric-${metric}`, next: 0 },
    series: Array.from({ length: perMetric }, (_, place) => ({
      key: keyOf(place),
      missed: undefined,
      standing: undefined,
    })),
  };
}

const reform = `${PREFIX}-land-redevelopment`;
const actor = { id: `${PREFIX}-clerk-17`, role: 'reporter', unit: REFORM_OFFICE };

function* opening(metrics: readonly EvenMetric[], teller: Teller): Generator<Told> {
  const moments = momentsAfter(FIRST_DAY - 1, metrics.length + 3);
  const unit = {
    unit: REFORM_OFFICE,
    names: { zh: '区委改革办', en: 'Reform Office' },
    level: 'district',
  };
  const names = { zh: '土地二次开发改革', en: 'Land redevelopment' };
  const tell = (name: string, type: string, data: JsonObject): Told =>
    teller.tell({ name, next: 0 }, { type, data, actor, source: sourceAt(0) }, moments());
  yield tell(`unit-${REFORM_OFFICE}`, 'UnitRegistered', unit);
  yield tell(`reform-${reform}`, 'ReformRegistered', { reform, names, highlight: 2 });
  for (const [number, { metric, stream, series }] of metrics.entries()) {
    const data = { metric, ...definitionOf(number, Object.keys(series[0]?.key ?? {})) };
    const said = { type: 'MetricDefined', data, actor, source: sourceAt(number) };
    yield teller.tell(stream, said, moments());
  }
}

const sourceAt = (row: number): Saying['source'] => ({
  kind: 'workbook',
  id: `${PREFIX}-land-renewal.xlsx`,
  locator: { sheet: '腾空移交', cell: `C${2 + row}` },
});

function definitionOf(number: number, seriesDimensions: string[]): MetricDefinition {
  return {
    reform,
    names: { zh: `第${number}地块腾空面积`, en: `Area vacated, parcel ${number}` },
    kind: 'cumulative',
    unit: 'm2',
    basis: 'floorArea',
    direction: 'rising',
    timeSemantics: 'asOf',
    seriesDimensions,
    characteristics: {},
    definition: { zh: '按移交台账统计的建筑面积。', en: 'Floor area by the handover ledger.' },
    dataSource: { zh: '更新整备局移交台账', en: 'Handover ledger of the renewal bureau' },
    frequency: 'irregular',
    owner: REFORM_OFFICE,
    participants: [],
    place: { highlight: number % 13, item: 1 + Math.floor(number / 13) },
    relations: [],
  };
}

type Moment = { day: Day; at: number; random: Random; teller: Teller };

function statement(of: EvenMetric, series: EvenSeries, { day, at, random, teller }: Moment): Told {
  const { standing } = series;
  const fate = random.part();
  const isTaken = standing !== undefined && fate < WITHDRAWALS + CORRECTIONS;
  const event = isTaken
    ? fate < WITHDRAWALS
      ? withdrawal(of, series, standing)
      : correction(of, series, standing, random)
    : report(of, series, day, random);
  const reason = isTaken ? '与移交台账核对后更正' : undefined;
  const told = teller.tell(
    of.stream,
    {
      ...event,
      actor,
      source: sourceAt(random.below(400)),
      ...(reason !== undefined && { reason }),
    },
    at,
  );
  const { id } = told.event;
  if (series.standing !== undefined) {
    if (series.standing.id === '') series.standing = { ...series.standing, id, observation: id };
    else if (event.type === 'ObservationCorrected') series.standing.id = id;
  }
  if (isTaken) series.missed = day;
  return told;
}

type Statement = Extract<MetricEvent, { type: `Observation${string}` }>;
type Stands = NonNullable<EvenSeries['standing']>;

/** The figure of the day; or now and then of an earlier day without one, and then this day waits. */
function report(of: EvenMetric, series: EvenSeries, day: Day, random: Random): Statement {
  const isLate = series.missed !== undefined && random.chance(LATE);
  const about = isLate && series.missed !== undefined ? series.missed : day;
  if (isLate) series.missed = day;
  const digit = random.below(10);
  series.standing = { id: '', observation: '', day: about, digit };
  const note = at(notes, random.below(notes.length));
  const said = { ...subjectOf(of, series, about), ...valueOf(about, digit) };
  return { type: 'ObservationReported', data: { ...said, ...(note !== '' && { note }) } };
}

const notes = ['旧工业区腾退移交，按建筑面积计', '数据由街道填报、区更新整备局核实', ''];

/** Each day has room for ten figures, so no correction meets those of other days. */
function correction(of: EvenMetric, series: EvenSeries, stands: Stands, random: Random): Statement {
  const { day, observation, id: corrects } = stands;
  const digit = (stands.digit + 1 + random.below(9)) % 10;
  series.standing = { ...stands, digit };
  const said = { ...subjectOf(of, series, day), ...valueOf(day, digit) };
  return {
    type: 'ObservationCorrected',
    data: { ...said, observation, corrects, errorClass: 'typing' },
  };
}

function withdrawal(of: EvenMetric, series: EvenSeries, stands: Stands): Statement {
  const { day, observation, id: withdraws } = stands;
  series.standing = undefined;
  return {
    type: 'ObservationWithdrawn',
    data: { ...subjectOf(of, series, day), observation, withdraws },
  };
}

const subjectOf = ({ metric }: EvenMetric, { key }: EvenSeries, day: Day) => ({
  metric,
  series: key,
  time: { type: 'asOf' as const, asOf: isoDay(day), phrase: '截至目前' },
});

function valueOf(day: Day, digit: number): { value: Value } {
  const tenths = (day - FIRST_DAY) * 10 + digit;
  return { value: { quantity: printAmount(tenths * 1_000, measure, 'tenThousands') } };
}
