/**
 * How the rows of a block index are spelled: lines of decimal numbers of fixed width, sorted.
 *
 *     20210826 000000001234 00000000     key, position, payload
 *
 * As digits of one width sort like numbers, a block can be searched and merged as text; it can be
 * read with any SQLite shell; and a text of two kilobytes comes out of the driver in the time of a
 * number, which a BLOB does not (twice the time of a key get, for its own buffer).
 */
export const KEY_DIGITS = 8;
export const POSITION_DIGITS = 12;
export const PAYLOAD_DIGITS = 8;

export const KEY_AT = 0;
export const POSITION_AT = KEY_DIGITS + 1;
export const PAYLOAD_AT = POSITION_AT + POSITION_DIGITS + 1;
/** Bytes of a line, its line feed included. */
export const LINE = PAYLOAD_AT + PAYLOAD_DIGITS + 1;
/** Lines of a full block: larger ones make live writing dearer, smaller ones a rebuild. */
export const BLOCK_LINES = 64;

/** The largest position that a line can hold. */
export const LAST_POSITION = 10 ** POSITION_DIGITS - 1;
/** The largest key and payload. */
export const LAST_KEY = 10 ** KEY_DIGITS - 1;
export const LAST_PAYLOAD = 10 ** PAYLOAD_DIGITS - 1;

const ZERO = 48;
const SPACE = 32;
const LINE_FEED = 10;

/** The digits of 0000 to 9999, one after another: four digits are written at the price of one. */
const QUADS = Buffer.from(
  Array.from({ length: 10_000 }, (_, value) => String(value).padStart(4, '0')).join(''),
  'latin1',
);

/** One line: a place on two axes, and what stands there. */
export type Line = { key: number; position: number; payload: number };

/** Writes a line into bytes. Inverse: `lineAt` on the text of the bytes. */
export function writeLine(bytes: Uint8Array, at: number, { key, position, payload }: Line): void {
  checkRange(key, LAST_KEY);
  checkRange(position, LAST_POSITION);
  checkRange(payload, LAST_PAYLOAD);
  writeDigits(bytes, at + KEY_AT, KEY_DIGITS, key);
  bytes[at + POSITION_AT - 1] = SPACE;
  writeDigits(bytes, at + POSITION_AT, POSITION_DIGITS, position);
  bytes[at + PAYLOAD_AT - 1] = SPACE;
  writeDigits(bytes, at + PAYLOAD_AT, PAYLOAD_DIGITS, payload);
  bytes[at + LINE - 1] = LINE_FEED;
}

/** The line with a number in a block's text. Inverse of `writeLine`. */
export const lineAt = (text: string, number: number): Line => ({
  key: digitsAt(text, number * LINE + KEY_AT, KEY_DIGITS),
  position: digitsAt(text, number * LINE + POSITION_AT, POSITION_DIGITS),
  payload: digitsAt(text, number * LINE + PAYLOAD_AT, PAYLOAD_DIGITS),
});

export const linesIn = (text: { length: number }): number => text.length / LINE;

/** Below 0 when a line stands before (key, position), above 0 behind it, 0 at it. */
export function compareLine(text: string, number: number, key: number, position: number): number {
  const there = digitsAt(text, number * LINE + KEY_AT, KEY_DIGITS);
  if (there !== key) return there - key;
  return digitsAt(text, number * LINE + POSITION_AT, POSITION_DIGITS) - position;
}

/** How many lines of a block stand at or before (key, position). */
export function linesUpTo(text: string, key: number, position: number): number {
  let [from, to] = [0, linesIn(text)];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareLine(text, middle, key, position) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

export function digitsAt(text: string, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index += 1) {
    value = value * 10 + text.charCodeAt(index) - ZERO;
  }
  return value;
}

/** Writes a number with leading zeros; `digits` is a multiple of four. */
function writeDigits(bytes: Uint8Array, at: number, digits: number, value: number): void {
  let rest = value;
  for (let index = at + digits - 4; index >= at; index -= 4) {
    const next = Math.floor(rest / 10_000);
    const quad = (rest - next * 10_000) * 4;
    bytes[index] = QUADS[quad] ?? ZERO;
    bytes[index + 1] = QUADS[quad + 1] ?? ZERO;
    bytes[index + 2] = QUADS[quad + 2] ?? ZERO;
    bytes[index + 3] = QUADS[quad + 3] ?? ZERO;
    rest = next;
  }
}

function checkRange(value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`A block index holds whole numbers up to ${most}, not ${value}.`);
}
