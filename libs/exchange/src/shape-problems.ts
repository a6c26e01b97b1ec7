import type { z } from 'zod';
import type { Json, Text } from '@ledger/domain';
import { escapePointer } from './strict-json.js';

/** A place where something incoming has not the shape it should have. */
export type ShapeProblem = {
  code:
    | 'FIELD_MISSING'
    | 'FIELD_UNKNOWN'
    | 'AMOUNT_NOT_A_STRING'
    | 'TYPE_WRONG'
    | 'VALUE_NOT_ALLOWED'
    | 'FORMAT_WRONG'
    | 'SIZE_WRONG';
  pointer: string;
  message: Text;
  hint: Text;
  received?: Json;
};

type Issue = z.core.$ZodIssue;

const decimalFields = new Set([
  'amount',
  'lower',
  'upper',
  'resolution',
  'numerator',
  'denominator',
]);

/** Turns what zod found into problems with JSON pointers into `input`, worded for people. */
export function shapeProblems(issues: Issue[], input: unknown): ShapeProblem[] {
  return issues.flatMap((issue) => fromIssue(issue, input, []));
}

function fromIssue(issue: Issue, input: unknown, base: PropertyKey[]): ShapeProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField([...path, key], input));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The alternative that fits best is what was meant.
    const [nearest] = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
    return (nearest ?? []).flatMap((inner) => fromIssue(inner, input, path));
  }
  return [single(issue, path, valueAt(input, path))];
}

function depth(issues: Issue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length));
}

function unknownField(path: PropertyKey[], input: unknown): ShapeProblem {
  const name = String(path.at(-1));
  return {
    code: 'FIELD_UNKNOWN',
    pointer: pointerOf(path),
    message: { zh: `没有名为“${name}”的字段。`, en: `There is no field "${name}" here.` },
    hint: { zh: '请删除该字段或检查拼写。', en: 'Remove it or check its spelling.' },
    ...received(valueAt(input, path)),
  };
}

function single(issue: Issue, path: PropertyKey[], value: unknown): ShapeProblem {
  const pointer = pointerOf(path);
  const name = String(path.at(-1) ?? '');
  if (value === undefined) {
    return {
      code: 'FIELD_MISSING',
      pointer,
      message: { zh: `缺少字段“${name}”。`, en: `The field "${name}" is missing.` },
      hint: { zh: '请补充该字段。', en: 'Add it.' },
    };
  }
  if (issue.code === 'invalid_type' && typeof value === 'number' && decimalFields.has(name)) {
    return {
      code: 'AMOUNT_NOT_A_STRING',
      pointer,
      message: {
        zh: `“${name}”必须是十进制字符串，不能是数字。`,
        en: `"${name}" must be a decimal string, not a number.`,
      },
      hint: { zh: `请写成 "${value}"。`, en: `Write it as "${value}".` },
      ...received(value),
    };
  }
  return { ...described(issue, name), pointer, ...received(value) };
}

type Described = Pick<ShapeProblem, 'code' | 'message' | 'hint'>;

function described(issue: Issue, name: string): Described {
  switch (issue.code) {
    case 'invalid_type':
      return {
        code: 'TYPE_WRONG',
        message: { zh: `“${name}”的类型不对。`, en: `"${name}" has the wrong type.` },
        hint: { zh: `应为 ${issue.expected}。`, en: `It should be ${issue.expected}.` },
      };
    case 'invalid_value':
      return notAllowed(name, issue.values.map(String));
    case 'invalid_union':
      return notAllowed(name, 'options' in issue ? (issue.options ?? []).map(String) : []);
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `>= ${issue.minimum}` : `<= ${issue.maximum}`;
      return {
        code: 'SIZE_WRONG',
        message: {
          zh: `“${name}”的长度或大小超出范围。`,
          en: `"${name}" is too short, too long or out of range.`,
        },
        hint: { zh: `应 ${bound}。`, en: `It should be ${bound}.` },
      };
    }
    default:
      return {
        code: 'FORMAT_WRONG',
        message: { zh: `“${name}”的格式不对。`, en: `"${name}" has the wrong form.` },
        hint: {
          zh: 'pattern' in issue ? `应符合 ${issue.pattern}` : '请按接口说明填写',
          en: 'pattern' in issue ? `It should match ${issue.pattern}` : 'See the API description',
        },
      };
  }
}

function notAllowed(name: string, values: string[]): Described {
  const list = values.join(', ');
  return {
    code: 'VALUE_NOT_ALLOWED',
    message: {
      zh: `“${name}”的取值不在允许范围内。`,
      en: `"${name}" is none of the allowed values.`,
    },
    hint: { zh: `可选：${list}。`, en: `Choose one of: ${list}.` },
  };
}

function pointerOf(path: PropertyKey[]): string {
  return path.map((step) => `/${escapePointer(String(step))}`).join('');
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  let value: unknown = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = new Map<PropertyKey, unknown>(Object.entries(value)).get(String(step));
  }
  return value;
}

/** What was seen, short enough for an error. */
function received(value: unknown): { received?: Json } {
  if (value === undefined) return {};
  const text = JSON.stringify(value);
  return { received: text.length <= 200 ? JSON.parse(text) : `${text.slice(0, 200)}…` };
}
