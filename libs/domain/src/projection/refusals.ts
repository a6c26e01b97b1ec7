import type { Refusal } from '../decision.js';
import type { RebuiltModel } from './events.js';

export const buildInvalid = (build: string): Refusal => ({
  code: 'BUILD_INVALID',
  pointer: '/build',
  message: {
    zh: '构建名应为 8 位小写十六进制数字。',
    en: 'The name of a build is 8 hexadecimal digits in lower case.',
  },
  hint: { zh: '请填写新视图库的构建名。', en: "Give the new database's own name." },
  received: build,
});

export const positionInvalid = (position: string): Refusal => ({
  code: 'POSITION_INVALID',
  pointer: '/position',
  message: { zh: '记账位置应为十进制整数。', en: 'A position is a whole decimal number.' },
  hint: {
    zh: '请填写新旧视图比对所到的位置。',
    en: 'Give the position up to which old and new were compared.',
  },
  received: position,
});

export const modelsMissing = (): Refusal => ({
  code: 'MODELS_MISSING',
  pointer: '/models',
  message: { zh: '未列出任何视图。', en: 'No read model is named.' },
  hint: { zh: '请列出本次重建的各个视图。', en: 'Name the models that were built anew.' },
  received: [],
});

export const modelRepeated = (name: string, pointer: string): Refusal => ({
  code: 'MODEL_REPEATED',
  pointer,
  message: { zh: `视图 ${name} 列出了两次。`, en: `The model ${name} is named twice.` },
  hint: { zh: '每个视图只列一次。', en: 'Name each model once.' },
  received: name,
});

export const countInvalid = (received: number, least: number, pointer: string): Refusal => ({
  code: 'COUNT_INVALID',
  pointer,
  message: {
    zh: `此处应为不小于 ${least} 的整数。`,
    en: `A whole number from ${least} belongs here.`,
  },
  hint: {
    zh: '请填写视图的版本号或行数。',
    en: "Give the model's version, or the number of its rows.",
  },
  received: Number.isFinite(received) ? received : String(received),
});

export const hashInvalid = (hash: string, pointer: string): Refusal => ({
  code: 'HASH_INVALID',
  pointer,
  message: {
    zh: '内容摘要应为 64 位小写十六进制数字。',
    en: 'A hash is a SHA-256 of 64 hexadecimal digits in lower case.',
  },
  hint: { zh: '请填写视图全部行的摘要。', en: "Give the hash over the model's rows." },
  received: hash,
});

export const verdictWrong = (
  { name, verdict, hash, previous }: RebuiltModel,
  pointer: string,
): Refusal => ({
  code: 'VERDICT_WRONG',
  pointer: `${pointer}/verdict`,
  message: {
    zh: `视图 ${name} 的结论与新旧内容不符。`,
    en: `The verdict on the model ${name} is not what old and new content say.`,
  },
  hint: {
    zh: '新旧行数和摘要都相同才是“一致”，其余须作说明。',
    en: 'Models are equal if they have the same rows and hash; all else is to be explained.',
  },
  received: verdict,
  facts: { hash, previousHash: previous?.hash ?? null },
});

export const explanationMissing = (names: string[]): Refusal => ({
  code: 'EXPLANATION_MISSING',
  pointer: '/explanation',
  message: {
    zh: `视图 ${names.join('、')} 与原有内容不同，未作说明。`,
    en: `The content of ${names.join(', ')} changed, and nothing says why.`,
  },
  hint: {
    zh: '请说明内容为何变化，说明将随事件长期保存。',
    en: 'Say why it changed; the explanation is kept with the event for good.',
  },
  received: null,
  facts: { models: names },
});

export const buildAlreadyRecorded = (build: string, eventId: string): Refusal => ({
  code: 'BUILD_ALREADY_RECORDED',
  pointer: '/build',
  message: {
    zh: `构建 ${build} 已入账，且内容与本次不同。`,
    en: `The build ${build} is recorded already, with other particulars.`,
  },
  hint: {
    zh: '每次重建请使用新的构建名。',
    en: 'Give every rebuild a name of its own.',
  },
  received: build,
  facts: { eventId },
});
