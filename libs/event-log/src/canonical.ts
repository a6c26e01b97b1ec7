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
  return write(value, [prefix]);
}

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      if (!Number.isSafeInteger(value)) refuse(path, value, 'is no safe integer');
      if (Object.is(value, -0)) refuse(path, '-0', 'is minus zero');
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (path.length > MAX_DEPTH) refuse(path, undefined, `lies deeper than ${MAX_DEPTH} levels`);
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      return refuse(path, `[${typeof value}]`, 'is no JSON value');
  }
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    path.push(index);
    if (index > 0) text += ',';
    text += write(items[index], path);
    path.pop();
  }
  return `${text}]`;
}

function writeObject(object: object, path: Path): string {
  if (!isPlain(object)) refuse(path, '[object]', 'is no plain object');
  const keys = Object.keys(object);
  if (!isSorted(keys)) keys.sort(); // by UTF-16 code units, as RFC 8785 asks for
  let text = '{';
  for (const key of keys) {
    path.push(key);
    if (text.length > 1) text += ',';
    text += writeKey(key, path);
    text += ':';
    text += write(object[key], path);
    path.pop();
  }
  return text + '}';
}

/** Plain also when it comes from another realm, whose `Object.prototype` is not ours. */
function isPlain(object: object): object is { [key: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isSorted(keys: readonly string[]): boolean {
  let last = '';
  for (const key of keys) {
    if (key < last) return false;
    last = key;
  }
  return true;
}

const INTEGER_LIKE = /^(?:0|[1-9][0-9]*)$/;
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9]*$/;

function writeKey(key: string, path: Path): string {
  if (PLAIN_KEY.test(key)) return `"${key}"`;
  if (INTEGER_LIKE.test(key)) refuse(path, key, 'is an integer-like key');
  if (key === '__proto__') refuse(path, key, 'is a forbidden key');
  return writeString(key, path);
}

/**
 * Strings of these characters need no escape and are in NFC whatever their order: none of them
 * combines, and none is altered by normalisation. ASCII, Latin letters, punctuation, kana, Chinese.
 */
export const PLAIN_TEXT =
  /^[ !#-[\]-~\u00a1-\u02ff\u2010-\u2027\u2030-\u205e\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]*$/;
const LONE_SURROGATE = /\p{Cs}/u;

function writeString(text: string, path: Path): string {
  if (PLAIN_TEXT.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) refuse(path, text, 'holds a lone surrogate');
  if (text.includes('\0')) refuse(path, text, 'holds U+0000');
  if (text.normalize('NFC') !== text) refuse(path, text, 'is not in Unicode NFC');
  return JSON.stringify(text);
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
