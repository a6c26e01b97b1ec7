import {
  certainBounds,
  physicalLimits,
  type Bound,
  type LocalDate,
  type MetricKind,
  type Qualifier,
  type Quantity,
} from '@ledger/domain';
import type { Figure } from '../../answers.js';
import type { Rule, RuleCode } from './answers.js';

// How a figure is chosen and what its printed text means, in words for people and codes for
// programs. They say what TimelineQueries and certainBounds do; nothing is decided here.

type Facts = Rule['facts'];

const rule = (code: RuleCode, facts: Facts, zh: string, en: string): Rule => ({
  code,
  text: { zh, en },
  facts,
});

export const knownUpTo = (position: string, recordedAt: string): Rule =>
  rule(
    'KNOWN_UP_TO',
    { position, recordedAt },
    `只采用记账位置 ${position} 及以前已入账的内容，之后入账的更正不改变当时所知。`,
    `Only what was recorded up to position ${position} counts; nothing recorded later changes what was known then.`,
  );

export const latestValidTime = (validAt: LocalDate | null, validOn: LocalDate): Rule =>
  validAt === null
    ? rule(
        'LATEST_VALID_TIME',
        { validOn },
        `取最新一期：${validOn}。`,
        `The latest valid time stands: ${validOn}.`,
      )
    : rule(
        'LATEST_VALID_TIME',
        { validAt, validOn },
        `取不晚于 ${validAt} 的最新一期：${validOn}。`,
        `The latest valid time not after ${validAt} stands: ${validOn}.`,
      );

export const correctionSupersedes = (corrections: number): Rule =>
  rule(
    'CORRECTION_SUPERSEDES',
    { corrections: String(corrections) },
    `更正 ${corrections} 次，以最后一次更正为准，原值仍在账上。`,
    `Corrected ${times(corrections)}: the last correction stands, and what it replaced stays on record.`,
  );

export const withdrawnPassedOver: Rule = rule(
  'WITHDRAWN_PASSED_OVER',
  {},
  '已撤回的填报值不采用。',
  'What was withdrawn is passed over.',
);

export const tieByPosition = (validOn: LocalDate): Rule =>
  rule(
    'TIE_BY_POSITION',
    { validOn },
    `同为 ${validOn} 的填报值，以入账在后者为准。`,
    `Of several figures for ${validOn} the one recorded last stands.`,
  );

export const breakBefore = (validFrom: LocalDate): Rule =>
  rule(
    'BREAK_BEFORE_FIGURE',
    { validFrom },
    `自 ${validFrom} 起口径变更，与此前数值不可比。`,
    `A series break holds from ${validFrom}: the figure does not compare with those before it.`,
  );

export const breakAfter = (validFrom: LocalDate): Rule =>
  rule(
    'BREAK_AFTER_FIGURE',
    { validFrom },
    `该值早于 ${validFrom} 起的口径变更，属于旧口径。`,
    `The figure is older than the series break of ${validFrom} and belongs to the series before it.`,
  );

export const retired = (retiredOn: LocalDate): Rule =>
  rule(
    'RETIRED',
    { retiredOn },
    `指标自 ${retiredOn} 起停用，看板自该日起不再显示。`,
    `The metric is retired from ${retiredOn}: from that day on the board leaves it out.`,
  );

export const nothingStated = (validAt: LocalDate | null): Rule =>
  rule(
    'NOTHING_STATED',
    validAt === null ? {} : { validAt },
    validAt === null ? '尚未填报，不等于零。' : `截至 ${validAt} 没有填报，不等于零。`,
    validAt === null
      ? 'Nothing was stated. That is not zero.'
      : `Nothing was stated for a time up to ${validAt}. That is not zero.`,
  );

export const allWithdrawn: Rule = rule(
  'ALL_WITHDRAWN',
  {},
  '填报值均已撤回，不等于零。',
  'Everything stated was withdrawn. That is not zero.',
);

/** What the printed text says for certain, and whether the source names what it measures. */
export function printedRules({ quantity, label }: Figure, kind: MetricKind): Rule[] {
  if (label !== undefined) return [labelRule(label.printed)];
  if (quantity === undefined) return [];
  return [
    quantityRule(quantity, kind),
    ...(quantity.basisInferred ? [basisInferred(quantity)] : []),
  ];
}

const labelRule = (printed: string): Rule =>
  rule(
    'PRINTED_LABEL',
    { printed },
    `“${printed}”是文字标识，不参与计算。`,
    `"${printed}" is a label: nothing is calculated with it.`,
  );

const basisInferred = ({ printed, basis }: Quantity): Rule =>
  rule(
    'BASIS_INFERRED',
    { printed, ...(basis !== undefined && { basis }) },
    '原文未写明口径，口径按上下文推定。',
    'The source does not say what is measured; the basis is inferred from what stands around it.',
  );

const qualifiers: { readonly [q in Qualifier]: { code: RuleCode; zh: string; en: string } } = {
  exact: { code: 'PRINTED_EXACT', zh: '是确数', en: 'is exact' },
  moreThan: { code: 'PRINTED_MORE_THAN', zh: '是“余”', en: 'says "more than"' },
  over: { code: 'PRINTED_OVER', zh: '是“超”', en: 'says "over"' },
  atLeast: { code: 'PRINTED_AT_LEAST', zh: '是“以上”', en: 'says "at least"' },
  nearly: { code: 'PRINTED_NEARLY', zh: '是“近”', en: 'says "nearly"' },
  about: { code: 'PRINTED_ABOUT', zh: '是“约”', en: 'says "about"' },
  range: { code: 'PRINTED_RANGE', zh: '是区间', en: 'is a range' },
};

function quantityRule(quantity: Quantity, kind: MetricKind): Rule {
  const { code, zh, en } = qualifiers[quantity.qualifier];
  const { printed, unit, resolution } = quantity;
  const { lower, upper } = certainBounds(quantity, physicalLimits(kind));
  const facts = {
    printed,
    unit,
    ...(resolution !== undefined && { resolution }),
    ...boundFacts('lower', lower),
    ...boundFacts('upper', upper),
  };
  return rule(
    code,
    facts,
    `“${printed}”${zh}${boundText(lower, ['，不少于 ', '，多于 '])}${boundText(upper, ['，不多于 ', '，少于 '])}（${unit}）。`,
    `"${printed}" ${en}${boundText(lower, [', not below ', ', above '])}${boundText(upper, [', not above ', ', below '])} (${unit}).`,
  );
}

const boundFacts = (side: 'lower' | 'upper', bound: Bound | undefined): Facts =>
  bound === undefined
    ? {}
    : { [side]: bound.value, [`${side}Inclusive`]: bound.inclusive ? 'true' : 'false' };

const boundText = (bound: Bound | undefined, [closed, open]: readonly [string, string]): string =>
  bound === undefined ? '' : `${bound.inclusive ? closed : open}${bound.value}`;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
