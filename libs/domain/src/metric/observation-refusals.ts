import type { Json, Refusal } from '../decision.js';
import type { Quantity, QuantityInput, Value } from '../quantity/quantity.js';
import type { ValidTime } from '../time/time.js';
import { validOn } from '../time/valid-time.js';
import type { MetricKind, RatioParts, SeriesKey, TimeSemantics } from './events.js';
import type { LiveStatement } from './live-line.js';
import type { Chain } from './state.js';
import { kindWords, printedOf, timeSemanticsWords, timeWords } from './words.js';

// One observation by itself.

export const seriesKeyMismatch = (series: SeriesKey, declared: readonly string[]): Refusal => ({
  code: 'SERIES_KEY_MISMATCH',
  pointer: '/series',
  message: {
    zh: `数据的分组与指标不符，应为：${declared.join('、') || '不分组'}。`,
    en: `The series key does not fit; the metric's dimensions are: ${declared.join(', ') || 'none'}.`,
  },
  hint: {
    zh: '请逐项填写指标声明的分组，不多填、不少填。',
    en: 'Give each declared dimension, and no other.',
  },
  received: series,
  facts: { dimensions: [...declared] },
});

export const timeSemanticsMismatch = (
  received: TimeSemantics,
  expected: TimeSemantics,
): Refusal => ({
  code: 'TIME_SEMANTICS_MISMATCH',
  pointer: '/time/type',
  message: {
    zh: `该指标按“${timeSemanticsWords[expected].zh}”填报，本次为“${timeSemanticsWords[received].zh}”。`,
    en: `Figures of this metric are stated ${timeSemanticsWords[expected].en}, not ${timeSemanticsWords[received].en}.`,
  },
  hint: {
    zh: `请将时间类型改为 ${expected}。`,
    en: `Use a time of type ${expected}.`,
  },
  received,
  facts: { expected },
});

export const labelNotAllowed = (kind: MetricKind, printed: string): Refusal => ({
  code: 'LABEL_NOT_ALLOWED',
  pointer: '/value/label',
  message: {
    zh: `${kindWords[kind].zh}类指标应填报数值，不能填报文字标识。`,
    en: `A ${kindWords[kind].en} needs a figure, not a label.`,
  },
  hint: {
    zh: '请填报数值；文字标识只用于静态参数和里程碑。',
    en: 'Report a quantity; labels belong to parameters and milestones.',
  },
  received: printed,
});

export const quantityNotAllowed = (quantity: QuantityInput): Refusal => ({
  code: 'QUANTITY_NOT_ALLOWED',
  pointer: '/value/quantity',
  message: {
    zh: '该参数没有计量单位，只能填报文字标识。',
    en: 'This parameter has no unit and takes labels only.',
  },
  hint: {
    zh: '请以文字标识（label）填报。',
    en: 'Report a label.',
  },
  received: quantity.printed ?? quantity.amount ?? null,
});

export const amountNegative = (kind: MetricKind, amount: string, pointer: string): Refusal => ({
  code: 'AMOUNT_NEGATIVE',
  pointer,
  message: {
    zh: `${kindWords[kind].zh}不能小于 0。`,
    en: `A ${kindWords[kind].en} is never below 0.`,
  },
  hint: {
    zh: '请核对数值；原填报有误的，请更正原记录。',
    en: 'Check the figure; to mend an earlier one, correct it.',
  },
  received: amount,
});

export const progressNeedsMilestone = (milestone: string, amount: string): Refusal => ({
  code: 'PROGRESS_NEEDS_MILESTONE',
  pointer: '/value/quantity/amount',
  message: {
    zh: `里程碑 ${milestone} 尚未达成，进度不能填报为 100%。`,
    en: `Milestone ${milestone} is not reached, so progress cannot be 100 percent.`,
  },
  hint: {
    zh: '请先填报该里程碑达成情况并附佐证，再填报 100%。',
    en: 'Report the milestone with its evidence first.',
  },
  received: amount,
  facts: { milestone },
});

export const partsOnlyForRatios = (parts: RatioParts): Refusal => ({
  code: 'RATIO_PARTS_INVALID',
  pointer: '/parts',
  message: {
    zh: '只有比率类指标才能填报分子和分母。',
    en: 'Only a ratio has a numerator and a denominator.',
  },
  hint: { zh: '请删去分子和分母。', en: 'Leave the parts out.' },
  received: parts,
});

export const partNotDecimal = (received: string, pointer: string): Refusal => ({
  code: 'RATIO_PARTS_INVALID',
  pointer,
  message: {
    zh: '分子和分母应为不小于 0 的十进制数，最多 30 位。',
    en: 'The parts of a ratio are decimals from 0, of at most 30 digits.',
  },
  hint: { zh: '请填写如 9985 的数字。', en: 'Give a number such as 9985.' },
  received,
});

export const partsInvalid = (parts: RatioParts): Refusal => ({
  code: 'RATIO_PARTS_INVALID',
  pointer: '/parts',
  message: {
    zh: '分母应大于 0，分子不能大于分母。',
    en: 'The denominator is above 0, and the numerator does not exceed it.',
  },
  hint: { zh: '请核对分子和分母。', en: 'Check both parts.' },
  received: parts,
});

export const partsDisagree = (parts: RatioParts, printed: string): Refusal => ({
  code: 'RATIO_PARTS_DISAGREE',
  pointer: '/parts',
  message: {
    zh: `按分子 ${parts.numerator}、分母 ${parts.denominator} 计算，无论四舍五入还是截尾，都得不出 ${printed}。`,
    en: `${parts.numerator} of ${parts.denominator} is not ${printed}, neither rounded nor cut off.`,
  },
  hint: {
    zh: '请核对比率及其分子、分母，使三者一致。',
    en: 'Check the rate and its parts: the three must agree.',
  },
  received: parts,
});

// An observation among the others.

export const observationExists = (live: LiveStatement, value: Value): Refusal => ({
  code: 'OBSERVATION_EXISTS',
  pointer: '/time',
  message: {
    zh: `该时间（${timeWords(live.time, 'zh')}）已填报 ${printedOf(live.value)}，与本次的 ${printedOf(value)} 不同。`,
    en: `${printedOf(live.value)} stands for ${timeWords(live.time, 'en')} already, not ${printedOf(value)}.`,
  },
  hint: {
    zh: `如原数有误，请更正记录 ${live.event}，并说明理由。`,
    en: `If that is wrong, correct event ${live.event} with a reason.`,
  },
  received: printedOf(value),
  facts: { eventId: live.event, printed: printedOf(live.value) },
});

export const observationUnknown = (eventId: string, pointer: string): Refusal => ({
  code: 'OBSERVATION_UNKNOWN',
  pointer,
  message: {
    zh: `该指标没有编号为 ${eventId} 的填报或更正记录。`,
    en: `This metric has no report or correction ${eventId}.`,
  },
  hint: {
    zh: '请从指标的时间线中查找要处理的记录编号。',
    en: 'Find the event in the timeline of the metric.',
  },
  received: eventId,
});

export const superseded = (eventId: string, live: LiveStatement, pointer: string): Refusal => ({
  code: 'OBSERVATION_NOT_LIVE',
  pointer,
  message: {
    zh: `记录 ${eventId} 已被更正，现行记录为 ${live.event}（${printedOf(live.value)}）。`,
    en: `Event ${eventId} was corrected; ${live.event} (${printedOf(live.value)}) stands now.`,
  },
  hint: { zh: '请针对现行记录操作。', en: 'Address the event that stands.' },
  received: eventId,
  facts: { standing: 'corrected', eventId: live.event, printed: printedOf(live.value) },
});

export const observationWithdrawn = (
  eventId: string,
  { by, withdrew }: Extract<Chain['standing'], { status: 'withdrawn' }>,
  pointer: string,
): Refusal => ({
  code: 'OBSERVATION_NOT_LIVE',
  pointer,
  message: {
    zh: `记录 ${eventId} 所属的数据已撤回。`,
    en: `The observation of event ${eventId} was withdrawn.`,
  },
  hint: { zh: '如需恢复，请重新填报。', en: 'Report it anew if there is a figure again.' },
  received: eventId,
  facts: { standing: 'withdrawn', eventId: by, withdrew },
});

/** `neighbour` says on which side of the new value the other one stands in time. */
export const lineFalls = (
  kind: 'cumulative' | 'progress',
  neighbour: 'earlier' | 'later',
  stands: LiveStatement,
  value: Value,
): Refusal => {
  const date = validOn(stands.time);
  const theirs = printedOf(stands.value);
  const mine = printedOf(value);
  return {
    code: kind === 'cumulative' ? 'CUMULATIVE_FALLS' : 'PROGRESS_FALLS',
    pointer: '/value/quantity',
    message:
      neighbour === 'earlier'
        ? {
            zh: `${kindWords[kind].zh} ${mine} 低于此前（${date}）已填报的 ${theirs}。`,
            en: `${mine} is less than the ${theirs} reported for the earlier date ${date}.`,
          }
        : {
            zh: `${kindWords[kind].zh} ${mine} 高于此后（${date}）已填报的 ${theirs}。`,
            en: `${mine} is more than the ${theirs} reported for the later date ${date}.`,
          },
    hint: {
      zh: `如 ${date} 的数据有误，请先更正记录 ${stands.event}；统计口径有变化的，请声明口径变更。`,
      en: `Correct event ${stands.event} first if it is wrong; declare a series break if the method changed.`,
    },
    received: mine,
    facts: { neighbour, eventId: stands.event, validOn: date, ...valueFacts(stands.value) },
  };
};

function valueFacts(value: Value): { [name: string]: Json } {
  if ('label' in value) return { printed: value.label.printed };
  const { printed, amount, lower, upper }: Quantity = value.quantity;
  return {
    printed,
    ...(amount !== undefined && { amount }),
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
  };
}

export const periodsOverlapping = (stands: LiveStatement, time: ValidTime): Refusal => ({
  code: 'PERIODS_OVERLAP',
  pointer: '/time',
  message: {
    zh: `${timeWords(time, 'zh')} 与已填报的 ${timeWords(stands.time, 'zh')}（${printedOf(stands.value)}）重叠，流量会重复计算。`,
    en: `${timeWords(time, 'en')} overlaps ${timeWords(stands.time, 'en')} (${printedOf(stands.value)}): a flow would be counted twice.`,
  },
  hint: {
    zh: `请改用不重叠的时段，或先撤回记录 ${stands.event}。`,
    en: `Use a period that does not overlap, or withdraw event ${stands.event} first.`,
  },
  received: { ...time },
  facts: { eventId: stands.event, printed: printedOf(stands.value), validOn: validOn(stands.time) },
});
