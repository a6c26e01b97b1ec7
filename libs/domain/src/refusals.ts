import type { Decision, Json, MissingReference, Refusal } from './decision.js';
import { isCleanText, isWritten, type Text } from './text.js';
import type { LocalDate, Scope } from './time/time.js';
import { validateEventDate } from './time/validate.js';

// How deciders say no. They collect every refusal of a command, so that a caller mends all at once.

export const accepted = <E>(event: E): Decision<E> => ({ outcome: 'accepted', events: [event] });

export type Refused = Extract<Decision<never>, { outcome: 'refused' }>;

export const refused = (first: Refusal, ...others: Refusal[]): Refused => ({
  outcome: 'refused',
  refusals: [first, ...others],
});

/** The refusal for these reasons, or undefined when there are none and deciding goes on. */
export function refusedFor(refusals: readonly Refusal[]): Refused | undefined {
  const [first, ...others] = refusals;
  return first && refused(first, ...others);
}

export const unchanged = (
  existing: string,
): Extract<Decision<never>, { outcome: 'unchanged' }> => ({
  outcome: 'unchanged',
  existing,
});

/** Moves a refusal of a part of the command to where that part stands in it. */
export const moved = (refusal: Refusal, pointer: string): Refusal => ({
  ...refusal,
  pointer: pointer + refusal.pointer,
});

const lastDay = '9999-12-31';

/** A single day (DATE_INVALID); with `today` it may not lie after it (TIME_IN_FUTURE). */
export const dateRefusals = (date: LocalDate, pointer: string, today = lastDay): Refusal[] =>
  validateEventDate({ type: 'date', date }, today).map((refusal) => ({ ...refusal, pointer }));

/** A scope may end in the future: it says what is covered, not what was observed. */
export const scopeRefusals = (scope: Scope, pointer: string): Refusal[] =>
  validateEventDate({ type: 'date', date: lastDay, scope }, lastDay).map((refusal) => ({
    ...refusal,
    pointer: refusal.pointer.replace('/scope', pointer),
  }));

const maximumIdLength = 120;

/** The form of every identifier of metrics, reforms, milestones and units. */
export function idRefusals(id: string, pointer: string): Refusal[] {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) && id.length <= maximumIdLength) return [];
  return [
    {
      code: 'ID_INVALID',
      pointer,
      message: {
        zh: '编号只能由小写字母、数字和单个连字符组成，且不超过 120 个字符。',
        en: 'An identifier is lower-case letters and digits joined by single hyphens, at most 120.',
      },
      hint: {
        zh: '请改用类似 disputes-resolved 的编号。',
        en: 'Use an identifier such as disputes-resolved.',
      },
      received: id,
    },
  ];
}

/**
 * Every string anywhere in a command must be storable as it stands, and every key must survive
 * canonical JSON. What the application added (`today`, `facts`) is not the caller's and is skipped.
 */
export function textRefusals(command: { type: string; today: string }): Refusal[] {
  return Object.entries(command)
    .filter(([name]) => name !== 'type' && name !== 'today' && name !== 'facts')
    .flatMap(([name, value]) => uncleanTexts(value, `/${name}`));
}

function uncleanTexts(value: unknown, pointer: string): Refusal[] {
  if (typeof value === 'string') return isCleanText(value) ? [] : [textNotClean(value, pointer)];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => uncleanTexts(item, `${pointer}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return isStorableKey(key) ? uncleanTexts(item, at) : [keyNotAllowed(key, at)];
  });
}

/** JavaScript reorders integer-like keys and swallows `__proto__`; both would change the entry. */
const isStorableKey = (key: string): boolean =>
  key !== '' && key !== '__proto__' && !/^(0|[1-9]\d*)$/.test(key) && isCleanText(key);

const textNotClean = (received: string, pointer: string): Refusal => ({
  code: 'TEXT_NOT_CLEAN',
  pointer,
  message: {
    zh: '文本含有空字符、残缺字符，或未采用 Unicode NFC 规范形式，不能原样入账。',
    en: 'The text has a null character or a lone surrogate, or is not in Unicode NFC.',
  },
  hint: {
    zh: '请清除这些字符，并按 NFC 形式重新提交。',
    en: 'Remove such characters and send the text in NFC.',
  },
  received,
});

const keyNotAllowed = (received: string, pointer: string): Refusal => ({
  code: 'KEY_NOT_ALLOWED',
  pointer,
  message: {
    zh: '字段名不能为空、不能是纯数字，也不能是保留名称。',
    en: 'A field name may not be empty, a plain number or a reserved name.',
  },
  hint: { zh: '请换用由字母组成的字段名。', en: 'Use a field name made of letters.' },
  received,
});

/** One refusal a reference that the ledger does not know. */
export function referenceRefusals(missing: readonly MissingReference[]): Refusal[] {
  const kinds: Record<MissingReference['kind'], Text> = {
    reform: { zh: '改革举措', en: 'reform' },
    unit: { zh: '单位', en: 'unit' },
    milestone: { zh: '里程碑', en: 'milestone' },
    metric: { zh: '指标', en: 'metric' },
  };
  return missing.map(({ pointer, id, kind }) => ({
    code: 'REFERENCE_UNKNOWN',
    pointer,
    message: {
      zh: `台账中没有编号为 ${id} 的${kinds[kind].zh}。`,
      en: `The ledger knows no ${kinds[kind].en} ${id}.`,
    },
    hint: {
      zh: `请先登记该${kinds[kind].zh}，或改正编号。`,
      en: `Register the ${kinds[kind].en} first, or mend the identifier.`,
    },
    received: id,
    facts: { kind, id },
  }));
}

/** A reason is mandatory for whatever changes or takes back what the ledger said. */
export function reasonRefusals(reason: string): Refusal[] {
  if (isWritten(reason)) return [];
  return [
    {
      code: 'REASON_MISSING',
      pointer: '/reason',
      message: { zh: '未填写理由。', en: 'No reason is given.' },
      hint: {
        zh: '请说明变更、撤回或停用的理由，理由将随事件长期保存。',
        en: 'Say why; the reason is kept with the event for good.',
      },
      received: reason,
    },
  ];
}

/** Both languages of a name or text must be written. */
export function unwrittenTexts(text: Text, pointer: string, code = 'TEXT_MISSING'): Refusal[] {
  return (['zh', 'en'] as const)
    .filter((lang) => !isWritten(text[lang]))
    .map((lang) => missingField(`${pointer}/${lang}`, code, text[lang] ?? null));
}

export function missingField(pointer: string, code: string, received: Json = null): Refusal {
  return {
    code,
    pointer,
    message: { zh: `必填项为空：${pointer}。`, en: `A mandatory field is empty: ${pointer}.` },
    hint: { zh: '请补充该项内容后重新提交。', en: 'Fill it in and send again.' },
    received,
  };
}

/** The highlight is numbered from 0 (the programme as a whole), the item inside it from 1. */
export function placeRefusals(
  { highlight, item }: { highlight?: number; item?: number },
  pointer: string,
): Refusal[] {
  return [
    ...(highlight === undefined || isWhole(highlight, 0)
      ? []
      : [placeInvalid(`${pointer}/highlight`, highlight)]),
    ...(item === undefined || isWhole(item, 1) ? [] : [placeInvalid(`${pointer}/item`, item)]),
  ];
}

const isWhole = (value: number, least: number): boolean =>
  Number.isSafeInteger(value) && value >= least;

const placeInvalid = (pointer: string, received: number): Refusal => ({
  code: 'PLACE_INVALID',
  pointer,
  message: {
    zh: '亮点序号应为从 0 起的整数，条目序号应为从 1 起的整数。',
    en: 'Highlights are numbered by whole numbers from 0, items inside them from 1.',
  },
  hint: {
    zh: '请填写整数；亮点序号 0 表示改革工作整体。',
    en: 'Give a whole number; highlight 0 is the programme as a whole.',
  },
  received,
});
