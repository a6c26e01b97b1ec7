import { certainBounds, type Bounds } from '../quantity/bounds.js';
import { Decimal } from '../quantity/decimal.js';
import type { Value } from '../quantity/quantity.js';
import type { ValidTime } from '../time/time.js';
import { compareTimes } from '../time/valid-time.js';
import type { RatioParts } from './events.js';

/**
 * What stands for one valid time of one series. `event` is the statement, `observation` the first
 * report of its chain, `replaces` the statement it corrected, where it is a correction.
 */
export type LiveStatement = {
  event: string;
  observation: string;
  replaces?: string;
  time: ValidTime;
  value: Value;
  parts?: RatioParts;
};

/**
 * The live statements of one series in the order of their valid times, one a time, in blocks that
 * are never empty. To find a time costs O(log n); to put a statement in or take it out that, and a
 * move within one block. So a late entry of a long series costs what one of a short series costs.
 */
export type LiveLine = { length: number; blocks: LiveStatement[][] };
type Block = readonly LiveStatement[];

/** The most that a block holds before it is cut in two. */
export const BLOCK = 128;

/** Where a valid time stands, or would stand; at the end of the line `block` is their number. */
export type Place = { block: number; index: number };

export const emptyLine = (): LiveLine => ({ length: 0, blocks: [] });

/** The first place that is not before the time. */
export function placeIn({ blocks }: LiveLine, time: ValidTime): Place {
  const last = blocks.at(-1)?.at(-1);
  if (last === undefined || isBefore(last, time)) return { block: blocks.length, index: 0 };
  // The place is in the first block whose last statement is not before the time.
  const block = firstWhere(blocks.length, (at) => !isBefore(blocks[at]?.at(-1), time));
  const statements = blocks[block] ?? [];
  return { block, index: firstWhere(statements.length, (at) => !isBefore(statements[at], time)) };
}

/** What stands at this very time, if anything does. */
export function standingAt(line: LiveLine, time: ValidTime): LiveStatement | undefined {
  const there = statementAt(line, placeIn(line, time));
  return there !== undefined && compareTimes(there.time, time) === 0 ? there : undefined;
}

export const statementAt = (
  { blocks }: LiveLine,
  { block, index }: Place,
): LiveStatement | undefined => blocks[block]?.[index];

export const statementBefore = (
  { blocks }: LiveLine,
  { block, index }: Place,
): LiveStatement | undefined =>
  index > 0 ? blocks[block]?.[index - 1] : blocks[block - 1]?.at(-1);

/** A part of a block, from an index on to the block's start or end; `isWhole`: all of it. */
export type Stretch = { block: Block; from: number; isWhole: boolean };

/** What stands before a place, in stretches to be read backwards. */
export function* stretchesBefore({ blocks }: LiveLine, place: Place): Generator<Stretch> {
  const own = blocks[place.block];
  if (own && place.index > 0) yield { block: own, from: place.index - 1, isWhole: false };
  for (let at = place.block - 1; at >= 0; at -= 1) {
    const block = blocks[at];
    if (block) yield { block, from: block.length - 1, isWhole: true };
  }
}

/** What stands at a place and after it, in stretches to be read forwards. */
export function* stretchesFrom({ blocks }: LiveLine, place: Place): Generator<Stretch> {
  const own = blocks[place.block];
  if (own && place.index < own.length) {
    yield { block: own, from: place.index, isWhole: place.index === 0 };
  }
  for (let at = place.block + 1; at < blocks.length; at += 1) {
    const block = blocks[at];
    if (block) yield { block, from: 0, isWhole: true };
  }
}

/** Puts a statement in its place, instead of the one of the same time if there is one. */
export function put(line: LiveLine, statement: LiveStatement): void {
  const place = placeIn(line, statement.time);
  const there = statementAt(line, place);
  const statements = line.blocks[place.block];
  if (there && statements && compareTimes(there.time, statement.time) === 0) {
    statements[place.index] = statement;
    known.delete(statements);
    return;
  }
  line.length += 1;
  insert(line.blocks, place, statement);
}

/** Takes out what stands at a time; nothing if nothing does. */
export function takeOut(line: LiveLine, time: ValidTime): void {
  if (standingAt(line, time) === undefined) return;
  const { block, index } = placeIn(line, time);
  const statements = line.blocks[block] ?? [];
  statements.splice(index, 1);
  known.delete(statements);
  if (statements.length === 0) line.blocks.splice(block, 1);
  line.length -= 1;
}

/** A full block is cut in two; at the end of the line a new one is begun, so that blocks fill up. */
function insert(blocks: LiveStatement[][], place: Place, statement: LiveStatement): void {
  const isAtEnd = place.block === blocks.length;
  const statements = blocks[isAtEnd ? place.block - 1 : place.block];
  if (statements === undefined || (isAtEnd && statements.length >= BLOCK)) {
    blocks.push([statement]);
    return;
  }
  if (isAtEnd) statements.push(statement);
  else statements.splice(place.index, 0, statement);
  const extremes = known.get(statements);
  if (extremes) include(extremes, statement);
  if (statements.length <= BLOCK) return;
  blocks.splice(place.block + 1, 0, statements.splice(BLOCK / 2));
  known.delete(statements);
}

/** One end of what is certain of a figure, ready to be compared. */
export type Edge = { value: Decimal; inclusive: boolean };

/**
 * What the statements of a block say at most and at least: enough to know that none of them lies
 * above or below a figure. `exact` holds the exact amounts by their grain; `countsAnew`: there is a
 * correction with a lower bound among them.
 */
export type Extremes = {
  highestLower?: Edge;
  lowestUpper?: Edge;
  exact: Map<string, { least: Decimal; most: Decimal }>;
  countsAnew: boolean;
};

/** Of blocks as they stand. No part of the state: it follows from it, and whoever asks makes it. */
const known = new WeakMap<Block, Extremes>();

/** Where neighbours decide, which is nearly always, nobody asks for this. */
export function extremesOf(block: Block): Extremes {
  const there = known.get(block);
  if (there !== undefined) return there;
  const made: Extremes = { exact: new Map(), countsAnew: false };
  for (const statement of block) include(made, statement);
  known.set(block, made);
  return made;
}

function include(extremes: Extremes, { value, replaces }: LiveStatement): void {
  const { lower, upper } = edgesOf(value);
  if (lower && isFurther(lower, extremes.highestLower, 1)) extremes.highestLower = lower;
  if (upper && isFurther(upper, extremes.lowestUpper, -1)) extremes.lowestUpper = upper;
  if (lower && replaces !== undefined) extremes.countsAnew = true;
  const exact = exactly(value);
  if (exact === undefined) return;
  const { grain, amount } = exact;
  const { least, most } = extremes.exact.get(grain) ?? { least: amount, most: amount };
  extremes.exact.set(grain, {
    least: amount.lt(least) ? amount : least,
    most: amount.gt(most) ? amount : most,
  });
}

export const boundsOf = (value: Value): Bounds =>
  'quantity' in value ? certainBounds(value.quantity) : {};

export function edgesOf(value: Value): { lower?: Edge; upper?: Edge } {
  const { lower, upper } = boundsOf(value);
  return {
    ...(lower && { lower: { ...lower, value: new Decimal(lower.value) } }),
    ...(upper && { upper: { ...upper, value: new Decimal(upper.value) } }),
  };
}

/** Exact figures of one grain, given to the same digit, are told apart by their amounts alone. */
export function grainOf(value: Value): string | undefined {
  if (!('quantity' in value)) return undefined;
  const { qualifier, resolution = '', amount } = value.quantity;
  return qualifier === 'exact' && amount !== undefined ? resolution : undefined;
}

/** The grain and the amount of an exact figure. */
export function exactly(value: Value): { grain: string; amount: Decimal } | undefined {
  const grain = grainOf(value);
  if (grain === undefined || !('quantity' in value)) return undefined;
  const { amount } = value.quantity;
  return amount === undefined ? undefined : { grain, amount: new Decimal(amount) };
}

/** Whether all up to one edge lies below all from another on; an absent edge is no limit. */
export function liesBelow(upper: Edge | undefined, lower: Edge | undefined): boolean {
  if (upper === undefined || lower === undefined) return false;
  const order = upper.value.cmp(lower.value);
  return order < 0 || (order === 0 && !(upper.inclusive && lower.inclusive));
}

/** Further up (`side` 1) or down (-1); of equal ones the one that is itself excluded. */
function isFurther(edge: Edge, than: Edge | undefined, side: 1 | -1): boolean {
  if (than === undefined) return true;
  const order = edge.value.cmp(than.value) * side;
  return order > 0 || (order === 0 && than.inclusive && !edge.inclusive);
}

/** The first of 0 … count - 1 for which something holds that holds for all that follow. */
function firstWhere(count: number, holds: (at: number) => boolean): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

const isBefore = (statement: LiveStatement | undefined, time: ValidTime): boolean =>
  statement !== undefined && compareTimes(statement.time, time) < 0;
