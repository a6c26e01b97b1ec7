import { Big } from 'big.js';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Json, Text } from '@ledger/domain';

/** Something that makes a text unfit to be taken as it stands, and where it is. */
export type JsonProblem = {
  code:
    | 'JSON_MALFORMED'
    | 'JSON_TOO_DEEP'
    | 'JSON_DUPLICATE_KEY'
    | 'JSON_KEY_FORBIDDEN'
    | 'NUMBER_LOST_DIGITS'
    | 'TEXT_NOT_CLEAN';
  /** JSON pointer of the place; empty for the document as a whole. */
  pointer: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
  received: string;
  message: Text;
  hint: Text;
};

export type Position = { line: number; column: number };

export type StrictJson =
  | { ok: true; value: Json; place: (pointer: string) => Position }
  | { ok: false; problems: [JsonProblem, ...JsonProblem[]] };

const DEEPEST = 64;

/**
 * Reads JSON (RFC 8259) as a ledger must: nothing is silently dropped or altered. Refused are
 * duplicate keys (JSON.parse keeps the last), numbers that JavaScript cannot hold digit for digit,
 * lone surrogates and U+0000 in texts, `__proto__` as a key, and nesting deeper than 64.
 * `place` gives line and column of any value, for errors that are found later.
 */
export function readStrictJson(text: string): StrictJson {
  const deep = firstTooDeep(text);
  if (deep !== undefined)
    return { ok: false, problems: [problemAt(text, deep, '', 'JSON_TOO_DEEP')] };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const detail = error === undefined ? 'EmptyDocument' : printParseErrorCode(error.error);
    return {
      ok: false,
      problems: [problemAt(text, error?.offset ?? 0, '', 'JSON_MALFORMED', detail)],
    };
  }
  const problems: JsonProblem[] = [];
  const offsets = new Map<string, number>();
  const value = build(text, tree, '', problems, offsets);
  const [first, ...rest] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...rest] };
  return { ok: true, value, place: (pointer) => positionOf(text, nearest(offsets, pointer)) };
}

function build(
  text: string,
  node: Node,
  pointer: string,
  problems: JsonProblem[],
  offsets: Map<string, number>,
): Json {
  offsets.set(pointer, node.offset);
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      return buildObject(text, children, pointer, problems, offsets);
    case 'array':
      return children.map((child, index) =>
        build(text, child, `${pointer}/${index}`, problems, offsets),
      );
    case 'number': {
      const raw = text.slice(node.offset, node.offset + node.length);
      if (!holdsExactly(raw)) {
        problems.push(problemAt(text, node.offset, pointer, 'NUMBER_LOST_DIGITS', raw));
      }
      return Number(raw);
    }
    case 'string':
      checkText(text, node, pointer, problems);
      return String(node.value);
    case 'boolean':
      return node.value === true;
    default:
      return null;
  }
}

function buildObject(
  text: string,
  properties: Node[],
  pointer: string,
  problems: JsonProblem[],
  offsets: Map<string, number>,
): Json {
  const result: { [key: string]: Json } = {};
  const seen = new Set<string>();
  for (const property of properties) {
    const [keyNode, valueNode] = property.children ?? [];
    if (keyNode === undefined || valueNode === undefined) continue;
    const key = String(keyNode.value);
    const place = `${pointer}/${escapePointer(key)}`;
    checkText(text, keyNode, place, problems);
    if (seen.has(key)) {
      problems.push(problemAt(text, keyNode.offset, place, 'JSON_DUPLICATE_KEY', key));
    } else if (key === '__proto__') {
      problems.push(problemAt(text, keyNode.offset, place, 'JSON_KEY_FORBIDDEN', key));
    } else {
      seen.add(key);
      result[key] = build(text, valueNode, place, problems, offsets);
    }
  }
  return result;
}

function checkText(text: string, node: Node, pointer: string, problems: JsonProblem[]): void {
  const value = String(node.value);
  if (value.isWellFormed() && !value.includes('\u0000')) return;
  const raw = text.slice(node.offset, node.offset + node.length);
  problems.push(problemAt(text, node.offset, pointer, 'TEXT_NOT_CLEAN', raw));
}

/** Whether the double that JavaScript makes of these digits stands for exactly these digits. */
function holdsExactly(raw: string): boolean {
  const number = Number(raw);
  return Number.isFinite(number) && new Big(raw).eq(new Big(String(number)));
}

/** The offset of the first bracket that nests too deep, found without recursion. */
function firstTooDeep(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > DEEPEST) return at;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return undefined;
}

function nearest(offsets: Map<string, number>, pointer: string): number {
  for (let place = pointer; place !== ''; place = place.slice(0, place.lastIndexOf('/'))) {
    const offset = offsets.get(place);
    if (offset !== undefined) return offset;
  }
  return offsets.get('') ?? 0;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** Escapes one step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function problemAt(
  text: string,
  offset: number,
  pointer: string,
  code: JsonProblem['code'],
  detail = '',
): JsonProblem {
  const { line, column } = positionOf(text, offset);
  const around = detail === '' ? text.slice(offset, offset + 24) : detail;
  const received = around.toWellFormed().slice(0, 120);
  return { code, pointer, line, column, received, ...wording[code](line, column) };
}

type Wording = (line: number, column: number) => { message: Text; hint: Text };

const wording: { [code in JsonProblem['code']]: Wording } = {
  JSON_MALFORMED: (line, column) => ({
    message: {
      zh: `第 ${line} 行第 ${column} 列不是合法的 JSON。`,
      en: `Not JSON at line ${line}, column ${column}.`,
    },
    hint: {
      zh: '请检查括号、引号和逗号；不允许注释和多余的逗号。',
      en: 'Check brackets, quotes and commas; comments and trailing commas are not allowed.',
    },
  }),
  JSON_TOO_DEEP: (line, column) => ({
    message: {
      zh: `第 ${line} 行第 ${column} 列嵌套超过 ${DEEPEST} 层。`,
      en: `Nested deeper than ${DEEPEST} levels at line ${line}, column ${column}.`,
    },
    hint: { zh: '请减少嵌套层数。', en: 'Nest less deeply.' },
  }),
  JSON_DUPLICATE_KEY: (line) => ({
    message: {
      zh: `第 ${line} 行的键重复出现。`,
      en: `The key at line ${line} stands there twice.`,
    },
    hint: { zh: '每个键只保留一次。', en: 'Keep each key once.' },
  }),
  JSON_KEY_FORBIDDEN: (line) => ({
    message: { zh: `第 ${line} 行的键不可使用。`, en: `The key at line ${line} may not be used.` },
    hint: { zh: '请改用其他键名。', en: 'Use another name.' },
  }),
  NUMBER_LOST_DIGITS: (line) => ({
    message: {
      zh: `第 ${line} 行的数字在计算机中无法逐位保留。`,
      en: `The number at line ${line} cannot be held digit for digit.`,
    },
    hint: {
      zh: '请把数值写成字符串，例如 "681000"。',
      en: 'Send the figure as a string, for example "681000".',
    },
  }),
  TEXT_NOT_CLEAN: (line) => ({
    message: {
      zh: `第 ${line} 行的文本含有空字符或不成对的代理字符。`,
      en: `The text at line ${line} holds U+0000 or a lone surrogate.`,
    },
    hint: { zh: '请删除该字符后重新提交。', en: 'Remove that character and send it again.' },
  }),
};
