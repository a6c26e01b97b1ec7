import type { Refusal } from '../decision.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import { validOn } from '../time/valid-time.js';
import type { MetricDefinition, MetricKind, TimeSemantics } from './events.js';
import type { Break } from './state.js';
import { kindWords, timeSemanticsWords } from './words.js';

export const notDefined = (metric: string): Refusal => ({
  code: 'METRIC_NOT_DEFINED',
  pointer: '/metric',
  message: { zh: `指标 ${metric} 尚未定义。`, en: `Metric ${metric} is not defined.` },
  hint: { zh: '请先定义该指标，或改正编号。', en: 'Define it first, or mend the identifier.' },
  received: metric,
});

export const alreadyDefined = (metric: string): Refusal => ({
  code: 'METRIC_ALREADY_DEFINED',
  pointer: '/metric',
  message: {
    zh: `指标 ${metric} 已有定义，且与本次不同。`,
    en: `Metric ${metric} is defined already, in other words.`,
  },
  hint: {
    zh: '如需调整定义，请使用“修订定义”；如系另一项指标，请另用编号。',
    en: 'Revise the definition, or use another identifier for another metric.',
  },
  received: metric,
});

export const unitUnknown = (unit: string, pointer: string): Refusal => ({
  code: 'UNIT_UNKNOWN',
  pointer,
  message: { zh: `计量单位 ${unit} 不在单位表中。`, en: `There is no unit ${unit}.` },
  hint: {
    zh: '请使用单位表中的代码，如 m2、case、person、percent。',
    en: 'Use a code of the table of units, such as m2, case, person or percent.',
  },
  received: unit,
});

export const kindNeedsPercent = (kind: MetricKind, unit: string, pointer: string): Refusal => ({
  code: 'KIND_UNIT_MISMATCH',
  pointer,
  message: {
    zh: `${kindWords[kind].zh}类指标的计量单位应为百分比（percent）。`,
    en: `A ${kindWords[kind].en} is stated in percent.`,
  },
  hint: {
    zh: '请将计量单位改为 percent，或改用其他指标类型。',
    en: 'Use the unit percent, or another kind of metric.',
  },
  received: unit,
});

export const kindTimeMismatch = (
  kind: MetricKind,
  received: TimeSemantics,
  allowed: readonly TimeSemantics[],
  pointer: string,
): Refusal => ({
  code: 'KIND_TIME_MISMATCH',
  pointer,
  message: {
    zh: `${kindWords[kind].zh}类指标不能采用“${timeSemanticsWords[received].zh}”口径。`,
    en: `A ${kindWords[kind].en} cannot be stated ${timeSemanticsWords[received].en}.`,
  },
  hint: {
    zh: `可选：${allowed.map((type) => timeSemanticsWords[type].zh).join('、')}。`,
    en: `Possible: ${allowed.join(', ')}.`,
  },
  received,
  facts: { kind, allowed: [...allowed] },
});

export const dimensionInvalid = (name: string, pointer: string): Refusal => ({
  code: 'DIMENSION_INVALID',
  pointer,
  message: {
    zh: '分组名称应为以小写字母开头的字母和数字，且不得重复。',
    en: 'A dimension is named by letters and digits from a small letter on, each one once.',
  },
  hint: { zh: '例如 street、orgUnit。', en: 'Use a name such as street or orgUnit.' },
  received: name,
});

export const changesEmpty = (): Refusal => ({
  code: 'CHANGES_EMPTY',
  pointer: '/changes',
  message: { zh: '未列出任何需要修订的内容。', en: 'Nothing is named that should change.' },
  hint: { zh: '请写明要修订的字段及新内容。', en: 'Name the fields and what they should say.' },
  received: {},
});

export const needsBreak = (field: keyof MetricDefinition, pointer: string): Refusal => ({
  code: 'DEFINITION_NEEDS_BREAK',
  pointer,
  message: {
    zh: `“${structuralWords[field] ?? field}”一经变更，前后数据不再可比，不能以修订方式处理。`,
    en: `With another ${field}, figures before and after do not compare: that is no revision.`,
  },
  hint: {
    zh: '请声明口径变更，并另行定义接续指标。',
    en: 'Declare a series break and define a metric that succeeds this one.',
  },
  received: field,
});

const structuralWords: { [field: string]: string } = {
  kind: '指标类型',
  unit: '计量单位',
  basis: '计量基础',
  timeSemantics: '时间口径',
  seriesDimensions: '分组',
};

export const breakAlreadyDeclared = ({ validFrom, by }: Break): Refusal => ({
  code: 'BREAK_ALREADY_DECLARED',
  pointer: '/validFrom',
  message: {
    zh: `自 ${validFrom} 起的口径变更已声明，且内容与本次不同。`,
    en: `A series break from ${validFrom} is declared already, with other particulars.`,
  },
  hint: { zh: '请核对生效日期和接续指标。', en: 'Check the date and the successor.' },
  received: validFrom,
  facts: { eventId: by },
});

export const ownSuccessor = (metric: string): Refusal => ({
  code: 'SUCCESSOR_ITSELF',
  pointer: '/successor',
  message: { zh: '指标不能以自身为接续指标。', en: 'A metric cannot succeed itself.' },
  hint: {
    zh: '请填写另一项指标；沿用本指标的不填。',
    en: 'Name another metric, or leave the successor out.',
  },
  received: metric,
});

export const retired = (metric: string, retiredOn: LocalDate, time: ValidTime): Refusal => ({
  code: 'METRIC_RETIRED',
  pointer: time.type === 'asOf' || time.type === 'averagePerPeriod' ? '/time/asOf' : '/time/end',
  message: {
    zh: `指标 ${metric} 自 ${retiredOn} 后停用，不再接收此后的数据。`,
    en: `Metric ${metric} was retired on ${retiredOn} and takes no later figures.`,
  },
  hint: {
    zh: '停用日及以前的数据仍可补报、更正。',
    en: 'Figures up to that day can still be reported and corrected.',
  },
  received: validOn(time),
  facts: { retiredOn },
});

export const alreadyRetired = (
  metric: string,
  { retiredOn, retiredBy }: { retiredOn: LocalDate; retiredBy: string },
): Refusal => ({
  code: 'METRIC_ALREADY_RETIRED',
  pointer: '/retiredOn',
  message: {
    zh: `指标 ${metric} 已于 ${retiredOn} 停用。`,
    en: `Metric ${metric} was retired on ${retiredOn} already.`,
  },
  hint: { zh: '请核对停用日期。', en: 'Check the date.' },
  facts: { eventId: retiredBy, retiredOn },
});
