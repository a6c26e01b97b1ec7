import type { Refusal } from '../decision.js';
import { certainBounds, compareIntervals, type Bound, type Bounds } from '../quantity/bounds.js';
import { Decimal } from '../quantity/decimal.js';
import type { Value } from '../quantity/quantity.js';
import { periodsOverlap } from '../time/period.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import { validOn } from '../time/valid-time.js';
import type { SeriesKey } from './events.js';
import * as refuse from './observation-refusals.js';
import { lineOf, placeIn, type Break, type DefinedMetric, type LiveStatement } from './state.js';

/** A new value for a time of a series: a first report of that time, or one in place of another. */
export type Candidate = {
  series: SeriesKey;
  time: ValidTime;
  value: Value;
  as: 'report' | 'correction';
};

/**
 * What a new value would do to the line of its series: a cumulative figure or a progress falls, or
 * two periods of a flow overlap. Only what is certain counts: "about 100" neither falls nor is
 * fallen from.
 *
 * A correction may fall below an earlier value, for that is how a line falls rightly; it may not
 * rise above a later one, which then has to be corrected first. Nothing is compared across a
 * declared break, nor a year-to-date figure with another year's.
 */
export function lineRefusals(state: DefinedMetric, candidate: Candidate): Refusal[] {
  const { kind } = state.definition;
  if (kind === 'flow') return overlapRefusals(state, candidate);
  if (kind !== 'cumulative' && kind !== 'progress') return [];
  const earlier = candidate.as === 'report' ? earlierAbove(state, candidate) : undefined;
  const later = laterBelow(state, candidate);
  return [
    ...(earlier ? [refuse.lineFalls(kind, 'earlier', earlier, candidate.value)] : []),
    ...(later ? [refuse.lineFalls(kind, 'later', later, candidate.value)] : []),
  ];
}

/**
 * The nearest earlier statement that lies certainly above the new value.
 *
 * The walk back mostly ends at the first neighbour: where that one is of the same grain and not
 * above the new value, or its upper bound lies below the new one's, nothing earlier can lie above,
 * since nothing earlier lies certainly above the neighbour. It goes on over inexact and coarser
 * figures, and ends at a correction, from which on the line counts anew.
 */
function earlierAbove(state: DefinedMetric, candidate: Candidate): LiveStatement | undefined {
  const line = lineOf(state, candidate.series);
  const bounds = boundsOf(candidate.value);
  for (let index = placeIn(line, candidate.time) - 1; index >= 0; index -= 1) {
    const earlier = line[index];
    if (!earlier || !comparable(earlier.time, candidate.time, state.breaks)) return undefined;
    const theirs = boundsOf(earlier.value);
    if (certainlyBelow(candidate.value, earlier.value)) return earlier;
    if (earlier.replaces !== undefined && theirs.lower) return undefined;
    if (sameGrain(candidate.value, earlier.value) || beyond(bounds.upper, theirs.upper, 1)) {
      return undefined;
    }
  }
  return undefined;
}

/**
 * The nearest later statement that lies certainly below the new value. The mirror of the above, but
 * no correction ends the walk: what follows one is not below it, and may still be below this.
 */
function laterBelow(state: DefinedMetric, candidate: Candidate): LiveStatement | undefined {
  const line = lineOf(state, candidate.series);
  const bounds = boundsOf(candidate.value);
  const place = placeIn(line, candidate.time) + (candidate.as === 'correction' ? 1 : 0);
  for (let index = place; index < line.length; index += 1) {
    const later = line[index];
    if (!later || !comparable(candidate.time, later.time, state.breaks)) return undefined;
    const theirs = boundsOf(later.value);
    if (certainlyBelow(later.value, candidate.value)) return later;
    if (sameGrain(candidate.value, later.value) || beyond(bounds.lower, theirs.lower, -1)) {
      return undefined;
    }
  }
  return undefined;
}

function overlapRefusals(state: DefinedMetric, candidate: Candidate): Refusal[] {
  const { time } = candidate;
  if (time.type !== 'period' || candidate.as === 'correction') return [];
  const line = lineOf(state, candidate.series);
  const place = placeIn(line, time);
  // Live periods of a flow are disjoint, so only the two neighbours can share a day with this one.
  return [line[place - 1], line[place]]
    .filter((near) => near !== undefined)
    .filter((near) => near.time.type === 'period' && periodsOverlap(near.time, time))
    .map((near) => refuse.periodsOverlapping(near, time));
}

const boundsOf = (value: Value): Bounds =>
  'quantity' in value ? certainBounds(value.quantity) : {};

/** Whether two times, in order, belong to one line: same year to date, and no break between. */
function comparable(earlier: ValidTime, later: ValidTime, breaks: readonly Break[]): boolean {
  const [from, to] = [validOn(earlier), validOn(later)];
  if (later.type === 'yearToDate' && year(from) !== year(to)) return false;
  return !breaks.some(({ validFrom }) => from < validFrom && validFrom <= to);
}

const year = (date: LocalDate): string => date.slice(0, 4);

/**
 * Whether one value is certainly less than another. Two exact figures given to the same digit are
 * told by their amounts: whichever way a source rounds, rounding never turns an order round, so
 * 114万 after 115万 is a fall although both might be 114.5万. Others are told by certain bounds.
 */
export function certainlyBelow(left: Value, right: Value): boolean {
  if (!('quantity' in left) || !('quantity' in right)) return false;
  const [mine, theirs] = [left.quantity.amount, right.quantity.amount];
  if (sameGrain(left, right) && mine !== undefined && theirs !== undefined) {
    return new Decimal(mine).lt(theirs);
  }
  return compareIntervals(boundsOf(left), boundsOf(right)) === 'certainlyLess';
}

function sameGrain(left: Value, right: Value): boolean {
  if (!('quantity' in left) || !('quantity' in right)) return false;
  const [mine, theirs] = [left.quantity, right.quantity];
  return (
    mine.qualifier === 'exact' &&
    theirs.qualifier === 'exact' &&
    mine.resolution === theirs.resolution
  );
}

/**
 * Whether a bound lies further out than another: above it for upper bounds (`side` 1), below it
 * for lower ones (-1). An absent bound is no limit, and nothing lies beyond it.
 */
function beyond(mine: Bound | undefined, theirs: Bound | undefined, side: 1 | -1): boolean {
  if (!mine) return true;
  if (!theirs) return false;
  return new Decimal(mine.value).cmp(theirs.value) * side > 0;
}
