import type { Refusal } from '../decision.js';

export const alreadyRegistered = (unit: string): Refusal => ({
  code: 'UNIT_ALREADY_REGISTERED',
  pointer: '/unit',
  message: {
    zh: `单位 ${unit} 已登记，且登记内容与本次不同。`,
    en: `Unit ${unit} is registered already, with other particulars.`,
  },
  hint: {
    zh: '名称变动请使用“更名”；不同的单位请另用编号。',
    en: 'Rename it if its name changed; use another identifier for another unit.',
  },
  received: unit,
});

export const notRegistered = (unit: string): Refusal => ({
  code: 'UNIT_NOT_REGISTERED',
  pointer: '/unit',
  message: { zh: `单位 ${unit} 尚未登记。`, en: `Unit ${unit} is not registered.` },
  hint: { zh: '请先登记该单位，或改正编号。', en: 'Register it first, or mend the identifier.' },
  received: unit,
});

export const ownParent = (unit: string): Refusal => ({
  code: 'UNIT_PARENT_ITSELF',
  pointer: '/parent',
  message: { zh: '单位不能以自身为上级。', en: 'A unit cannot be its own parent.' },
  hint: {
    zh: '请填写实际的上级单位；没有上级的不填。',
    en: 'Name the unit above it, or leave the parent out.',
  },
  received: unit,
});
