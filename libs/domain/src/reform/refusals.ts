import type { Refusal } from '../decision.js';
import type { Stage } from './events.js';
import { stageWords } from './words.js';

export const alreadyRegistered = (reform: string): Refusal => ({
  code: 'REFORM_ALREADY_REGISTERED',
  pointer: '/reform',
  message: {
    zh: `改革举措 ${reform} 已登记，且登记内容与本次不同。`,
    en: `Reform ${reform} is registered already, with other particulars.`,
  },
  hint: {
    zh: '如系另一项改革，请另用编号；阶段变化请使用“推进阶段”。',
    en: 'Use another identifier for another reform; advance the stage if that is what changed.',
  },
  received: reform,
});

export const notRegistered = (reform: string): Refusal => ({
  code: 'REFORM_NOT_REGISTERED',
  pointer: '/reform',
  message: { zh: `改革举措 ${reform} 尚未登记。`, en: `Reform ${reform} is not registered.` },
  hint: {
    zh: '请先登记该改革举措，或改正编号。',
    en: 'Register it first, or mend the identifier.',
  },
  received: reform,
});

export const stageNotAhead = (from: Stage, to: Stage): Refusal => ({
  code: 'STAGE_NOT_AHEAD',
  pointer: '/to',
  message: {
    zh: `当前阶段为“${stageWords[from].zh}”，不能退回“${stageWords[to].zh}”。`,
    en: `The reform stands at ${stageWords[from].en}; it cannot go back to ${stageWords[to].en}.`,
  },
  hint: {
    zh: '请选择当前阶段之后的阶段。',
    en: 'Choose a stage after the present one.',
  },
  received: to,
  facts: { from },
});

export const stageSkipped = (from: Stage, to: Stage): Refusal => ({
  code: 'STAGE_SKIPPED_WITHOUT_REASON',
  pointer: '/reason',
  message: {
    zh: `从“${stageWords[from].zh}”直接进入“${stageWords[to].zh}”跨越了中间阶段，未说明理由。`,
    en: `From ${stageWords[from].en} to ${stageWords[to].en} skips a stage, and no reason is given.`,
  },
  hint: {
    zh: '请说明跨阶段推进的理由，或逐阶段推进。',
    en: 'Say why the stage was skipped, or advance stage by stage.',
  },
  received: to,
  facts: { from },
});

/** The lead is not its own co-unit, and each co-unit is named once. */
export function coUnitRefusals(lead: string, coUnits: readonly string[]): Refusal[] {
  return coUnits.flatMap((unit, index) => {
    const pointer = `/coUnits/${index}`;
    if (unit === lead) return [leadIsCoUnit(unit, pointer)];
    return coUnits.indexOf(unit) < index ? [coUnitRepeated(unit, pointer)] : [];
  });
}

const leadIsCoUnit = (unit: string, pointer: string): Refusal => ({
  code: 'LEAD_IS_CO_UNIT',
  pointer,
  message: {
    zh: `牵头单位 ${unit} 不能同时列为配合单位。`,
    en: `The lead unit ${unit} cannot be a co-unit as well.`,
  },
  hint: { zh: '请从配合单位中删去牵头单位。', en: 'Take the lead out of the co-units.' },
  received: unit,
});

const coUnitRepeated = (unit: string, pointer: string): Refusal => ({
  code: 'CO_UNIT_REPEATED',
  pointer,
  message: { zh: `配合单位 ${unit} 重复列出。`, en: `The co-unit ${unit} is named twice.` },
  hint: { zh: '请保留一次。', en: 'Name it once.' },
  received: unit,
});
