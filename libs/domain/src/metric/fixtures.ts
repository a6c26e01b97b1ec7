import type { QuantityInput, Value, ValueInput } from '../quantity/quantity.js';
import { understandQuantity } from '../quantity/understand.js';
import type { ValidTime } from '../time/time.js';
import type {
  CorrectObservation,
  DefineMetric,
  ReportObservation,
  ReviseMetricDefinition,
  WithdrawObservation,
} from './commands.js';
import type {
  MetricDefined,
  MetricDefinition,
  MetricEvent,
  ObservationReported,
} from './events.js';

// The article's figures of 26 August 2021, in the words of the ledger.

export const published = '2021-08-26';
export const today = '2021-09-01';

export type Metric = { metric: string; definition: MetricDefinition };

const metric = (
  id: string,
  stated: Partial<MetricDefinition> & Pick<MetricDefinition, 'kind' | 'names' | 'timeSemantics'>,
): Metric => ({
  metric: id,
  definition: {
    reform: 'land-redevelopment-3-0',
    direction: 'rising',
    seriesDimensions: [],
    characteristics: {},
    definition: { zh: '按签约或移交台账统计。', en: 'Counted from the ledgers of the project.' },
    dataSource: { zh: '深圳特区报', en: 'Shenzhen Special Zone Daily' },
    frequency: 'irregular',
    owner: 'reform-office',
    participants: [],
    relations: [],
    ...stated,
  },
});

/** 115万 m² floor area signed. */
export const signedArea = metric('relocation-agreement-signed-floor-area', {
  kind: 'cumulative',
  names: { zh: '签约建筑面积', en: 'Floor area signed for relocation' },
  timeSemantics: 'asOf',
  unit: 'm2',
  basis: 'floorArea',
});

/** 68.1万 m²; the source names no basis. */
export const vacatedArea = metric('vacated-premises-handed-over-area', {
  kind: 'cumulative',
  names: { zh: '腾空移交面积', en: 'Vacated premises handed over' },
  timeSemantics: 'asOf',
  unit: 'm2',
  basis: 'floorArea',
  basisInferred: true,
});

/** 80余条. */
export const measuresLaunched = metric('reform-measures-launched', {
  kind: 'cumulative',
  names: { zh: '推出改革举措', en: 'Reform measures launched' },
  timeSemantics: 'asOf',
  unit: 'measure',
  unitPrinted: '条',
});

/** Cumulative within the year, counted by street; numbers of this one are invented. */
export const callsThisYear = metric('e-certificate-calls-this-year', {
  kind: 'cumulative',
  names: { zh: '今年以来电子证照调用量', en: 'E-certificate calls of the year' },
  timeSemantics: 'yearToDate',
  unit: 'call',
  unitPrinted: '次',
  seriesDimensions: ['street'],
});

/** 9985宗 in the first half of 2021. */
export const disputesResolved = metric('disputes-resolved', {
  kind: 'flow',
  names: { zh: '化解矛盾纠纷', en: 'Disputes resolved' },
  timeSemantics: 'period',
  unit: 'case',
  unitPrinted: '宗',
});

/** 99.87% in the first half of 2021. */
export const resolutionRate = metric('dispute-resolution-rate', {
  kind: 'ratio',
  names: { zh: '矛盾纠纷化解率', en: 'Dispute resolution rate' },
  timeSemantics: 'period',
  unit: 'percent',
});

/** 28个. */
export const stationsInUse = metric('appeal-class1-stations-in-use', {
  kind: 'stock',
  names: { zh: '一类诉求服务站', en: 'Class 1 appeal stations in use' },
  timeSemantics: 'asOf',
  unit: 'station',
  unitPrinted: '个',
});

/** 80%; done when the structure's fit-out milestone is reached. */
export const fitOutProgress = metric('facilities-installation-fitout-progress', {
  kind: 'progress',
  names: { zh: '安装装修进度', en: 'Installation and fit-out' },
  timeSemantics: 'asOf',
  unit: 'percent',
  completionMilestone: 'science-facilities-completed',
});

/** A label and no figure: 1+4+N. */
export const policySystem = metric('policy-system-1-4-n', {
  kind: 'parameter',
  names: { zh: '“1+4+N”制度体系', en: 'The 1+4+N policy system' },
  timeSemantics: 'asOf',
  direction: 'notStated',
});

export const asOf = (date: string): ValidTime => ({ type: 'asOf', asOf: date });
export const firstHalf2021: ValidTime = {
  type: 'period',
  start: '2021-01-01',
  end: '2021-06-30',
  code: '2021H1',
  phrase: '上半年',
};
export const period = (start: string, end: string): ValidTime => ({ type: 'period', start, end });
export const yearTo = (end: string): ValidTime => ({
  type: 'yearToDate',
  start: `${end.slice(0, 4)}-01-01`,
  end,
});

export const defined = ({ metric, definition }: Metric): MetricDefined => ({
  type: 'MetricDefined',
  data: { metric, ...definition },
});

/** What the ledger makes of a printed figure; fixtures hold figures that it understands. */
export function value({ definition }: Metric, printed: string): Value {
  const { unit, kind } = definition;
  if (unit === undefined) return { label: { printed } };
  const understood = understandQuantity({ printed }, { ...definition, unit, kind });
  if ('refusals' in understood) throw new Error(understood.refusals[0].message.en);
  return understood;
}

export const reported = (
  of: Metric,
  time: ValidTime,
  printed: string,
  series: ObservationReported['data']['series'] = {},
): ObservationReported => ({
  type: 'ObservationReported',
  data: { metric: of.metric, series, time, value: value(of, printed) },
});

/** A correction of the report at `observation`, directly unless `corrects` names a later link. */
export const corrected = (
  of: Metric,
  time: ValidTime,
  printed: string,
  observation: string,
  corrects = observation,
): MetricEvent => ({
  type: 'ObservationCorrected',
  data: {
    metric: of.metric,
    observation,
    corrects,
    series: {},
    time,
    value: value(of, printed),
    errorClass: 'typing',
  },
});

export const withdrawn = (
  of: Metric,
  time: ValidTime,
  observation: string,
  withdraws = observation,
): MetricEvent => ({
  type: 'ObservationWithdrawn',
  data: { metric: of.metric, observation, withdraws, series: {}, time },
});

export const define = (of: Metric): DefineMetric => ({
  type: 'DefineMetric',
  today,
  ...of,
  facts: { missingReferences: [] },
});

export const revise = (of: Metric, changes: Partial<MetricDefinition>): ReviseMetricDefinition => ({
  type: 'ReviseMetricDefinition',
  today,
  metric: of.metric,
  validFrom: '2021-08-30',
  changes,
  reason: '统计口径说明更新',
  facts: { missingReferences: [] },
});

const valueInput = (figure: string | QuantityInput | ValueInput): ValueInput => {
  if (typeof figure === 'string') return { quantity: { printed: figure } };
  return 'quantity' in figure || 'label' in figure ? figure : { quantity: figure };
};

export const report = (
  of: Metric,
  time: ValidTime,
  figure: string | QuantityInput | ValueInput,
  more: Partial<ReportObservation> = {},
): ReportObservation => ({
  type: 'ReportObservation',
  today,
  metric: of.metric,
  series: {},
  time,
  value: valueInput(figure),
  facts: { completionMilestoneReached: false },
  ...more,
});

export const correct = (
  of: Metric,
  corrects: string,
  figure: string | QuantityInput | ValueInput,
  more: Partial<CorrectObservation> = {},
): CorrectObservation => ({
  type: 'CorrectObservation',
  today,
  metric: of.metric,
  corrects,
  value: valueInput(figure),
  errorClass: 'typing',
  reason: '录入时多打一位',
  facts: { completionMilestoneReached: false },
  ...more,
});

export const withdraw = (
  of: Metric,
  withdraws: string,
  reason = '来源已撤稿',
): WithdrawObservation => ({
  type: 'WithdrawObservation',
  today,
  metric: of.metric,
  withdraws,
  reason,
});
