import type { JsonValue } from './envelope.js';
import { EventLogError } from './event-log.js';

/** Objects and arrays inside one another, the outermost counted. */
export const MAX_DEPTH = 32;

/** The pointer that the value starts at, then the keys and indexes down to where we are. */
type Path = [prefix: string, ...down: (string | number)[]];

/**
 * The one spelling of a JSON value: RFC 8785 (JCS). Keys stand in the order of their UTF-16 code
 * units, nothing is written that can be left out, strings are escaped as `JSON.stringify` does.
 *
 * Narrower than the RFC wherever JavaScript or a reader would change a value without a word: only
 * safe integers and no -0 (quantities are decimal strings), no integer-like keys (engines reorder
 * them), no `__proto__`, strings in Unicode NFC without lone surrogates and U+0000, plain objects
 * and arrays only, at most `MAX_DEPTH` deep. So `canonicalJson(JSON.parse(text)) === text` holds
 * for every text that it writes: that comparison is the check of a stored text, and `JSON.parse`
 * the inverse.
 *
 * Throws `EventLogError` `ENTRY_NOT_CANONICAL` with a JSON pointer, under `prefix`, and the value.
 */
export function canonicalJson(value: unknown, prefix = ''): string {
  const copy = canonicalCopy(value, prefix);
  const text = JSON.stringify(copy);
  if (!isPlainJson(text)) checkTexts(copy, prefix);
  return text;
}

/**
 * The value with its keys in canonical order, sharing no object with the one given, so that
 * `JSON.stringify` writes its canonical spelling. Everything is checked but its texts: those need a
 * look (`checkTexts`) only if what `JSON.stringify` wrote is not `isPlainJson`. Throws as
 * `canonicalJson` does.
 */
export function canonicalCopy<T>(value: T, prefix?: string): T;
export function canonicalCopy(value: unknown, prefix = ''): unknown {
  return copyOf(value, [prefix]);
}

/**
 * JSON text of these characters escapes nothing, and is in NFC whatever their order: none of them
 * combines, and none is altered by normalisation. ASCII but the backslash, Latin letters,
 * punctuation, kana, Chinese.
 */
const PLAIN_JSON =
  /^[ -[\]-~\u00a1-\u02ff\u2010-\u2027\u2030-\u205e\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]*$/;

/** Whether no string of what `JSON.stringify` wrote needs a look of its own. */
export function isPlainJson(text: string): boolean {
  return PLAIN_JSON.test(text);
}

/** Checks the strings in a canonical copy, with `prefix` before the pointer to a bad one. */
export function checkTexts(copy: unknown, prefix = ''): void {
  checkTextsAt(copy, [prefix]);
}

function copyOf(value: unknown, path: Path): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isSafeInteger(value)) refuse(path, value, 'is no safe integer');
      if (Object.is(value, -0)) refuse(path, '-0', 'is minus zero');
      return value;
    case 'object':
      if (value === null) return value;
      if (path.length > MAX_DEPTH) refuse(path, undefined, `lies deeper than ${MAX_DEPTH} levels`);
      return Array.isArray(value) ? copyOfArray(value, path) : copyOfObject(value, path);
    default:
      return refuse(path, `[${typeof value}]`, 'is no JSON value');
  }
}

function copyOfArray(items: readonly unknown[], path: Path): JsonValue[] {
  const copy: JsonValue[] = [];
  for (let index = 0; index < items.length; index += 1) {
    path.push(index);
    copy.push(copyOf(items[index], path));
    path.pop();
  }
  return copy;
}

function copyOfObject(object: object, path: Path): JsonValue {
  if (!isPlain(object)) refuse(path, '[object]', 'is no plain object');
  const copy: { [key: string]: JsonValue } = {};
  for (const key of keyOrder(Object.keys(object), path)) {
    path.push(key);
    copy[key] = copyOf(object[key], path);
    path.pop();
  }
  return copy;
}

/** Plain also when it comes from another realm, whose `Object.prototype` is not ours. */
function isPlain(object: object): object is { [key: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function checkTextsAt(value: unknown, path: Path): void {
  if (typeof value === 'string') return checkText(value, path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    path.push(key);
    checkText(key, path);
    checkTextsAt(member, path);
    path.pop();
  }
}

const LONE_SURROGATE = /\p{Cs}/u;

function checkText(text: string, path: Path): void {
  if (LONE_SURROGATE.test(text)) refuse(path, text, 'holds a lone surrogate');
  if (text.includes('\0')) refuse(path, text, 'holds U+0000');
  if (text.normalize('NFC') !== text) refuse(path, text, 'is not in Unicode NFC');
}

const INTEGER_LIKE = /^(?:0|[1-9][0-9]*)$/;

/** The same keys in canonical order, by UTF-16 code units, as RFC 8785 asks for. Checks each key. */
function keyOrder(keys: readonly string[], path: Path): readonly string[] {
  let list = keyLists;
  for (const key of keys) {
    const longer = list.longer.get(key);
    if (longer === undefined) return newKeyOrder(keys, path);
    list = longer;
  }
  return (list.inOrder ??= checkedAndSorted(keys, path));
}

/**
 * The lists of keys that were seen, by their first key, second key and so on. Events of one type
 * repeat them, and finding a list here takes a fraction of checking and sorting it. Short ones of
 * short keys only, and all are forgotten when they are many: what callers invent must not fill the
 * memory.
 */
type KeyList = { longer: Map<string, KeyList>; inOrder?: readonly string[] };
const MAX_KEY_LISTS = 10_000;
const MAX_KEPT = { keys: 100, keyLength: 64 };
let keyLists: KeyList = { longer: new Map() };
let keyListCount = 0;

function newKeyOrder(keys: readonly string[], path: Path): readonly string[] {
  const inOrder = checkedAndSorted(keys, path);
  if (keys.length > MAX_KEPT.keys) return inOrder;
  if (keys.some((key) => key.length > MAX_KEPT.keyLength)) return inOrder;
  if (keyListCount + keys.length > MAX_KEY_LISTS) {
    keyLists = { longer: new Map() };
    keyListCount = 0;
  }
  let list = keyLists;
  for (const key of keys) {
    let longer = list.longer.get(key);
    if (longer === undefined) {
      longer = { longer: new Map() };
      list.longer.set(key, longer);
      keyListCount += 1;
    }
    list = longer;
  }
  list.inOrder = inOrder;
  return inOrder;
}

function checkedAndSorted(keys: readonly string[], path: Path): readonly string[] {
  for (const key of keys) {
    if (INTEGER_LIKE.test(key)) refuse([...path, key], key, 'is an integer-like key');
    if (key === '__proto__') refuse([...path, key], key, 'is a forbidden key');
  }
  return [...keys].sort();
}

function refuse(path: Path, received: unknown, why: string): never {
  const [prefix, ...down] = path;
  const pointer = prefix + down.map((part) => `/${escape(part)}`).join('');
  const shown = Number.isNaN(received) || isInfinite(received) ? String(received) : received;
  throw new EventLogError(
    'ENTRY_NOT_CANONICAL',
    `The value at "${pointer}" ${why}; write it as plain JSON with decimal strings for quantities.`,
    { pointer, received: typeof shown === 'string' ? shown.slice(0, 200) : shown },
  );
}

function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}

/** A key as a part of a JSON pointer, RFC 6901. */
function escape(part: string | number): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}
