import type { Refusal } from '../decision.js';
import { compareIntervals } from '../quantity/bounds.js';
import { Decimal } from '../quantity/decimal.js';
import type { Value } from '../quantity/quantity.js';
import { periodsOverlap } from '../time/period.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import { validOn } from '../time/valid-time.js';
import type { SeriesKey } from './events.js';
import * as refuse from './observation-refusals.js';
import {
  boundsOf,
  edgesOf,
  exactly,
  extremesOf,
  grainOf,
  liesBelow,
  placeIn,
  statementAt,
  statementBefore,
  stretchesBefore,
  stretchesFrom,
  type Edge,
  type LiveStatement,
  type Stretch,
} from './live-line.js';
import { liveLine, type Break, type DefinedMetric } from './state.js';

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
  const { time, value } = candidate;
  const line = liveLine(state, candidate.series);
  const { upper } = edgesOf(value);
  const exact = exactly(value);
  return walk(stretchesBefore(line, placeIn(line, time)), -1, {
    meet: (earlier) => {
      if (!comparable(earlier.time, time, state.breaks)) return 'end';
      if (certainlyBelow(value, earlier.value)) return 'found';
      const theirs = edgesOf(earlier.value);
      if (earlier.replaces !== undefined && theirs.lower) return 'end';
      return sameGrain(value, earlier.value) || beyond(upper, theirs.upper, 1) ? 'end' : 'on';
    },
    judge: (block) => {
      const { highestLower, lowestUpper, exact: amounts, countsAnew } = extremesOf(block);
      const alike = exact && amounts.get(exact.grain);
      if (exact && alike?.most.gt(exact.amount)) return 'look';
      if (liesBelow(upper, highestLower)) return 'look';
      if (alike || countsAnew || beyond(upper, lowestUpper, 1)) return 'end';
      const [first] = block;
      return first && comparable(first.time, time, state.breaks) ? 'on' : 'end';
    },
  });
}

/**
 * The nearest later statement that lies certainly below the new value. The mirror of the above, but
 * no correction ends the walk: what follows one is not below it, and may still be below this.
 */
function laterBelow(state: DefinedMetric, candidate: Candidate): LiveStatement | undefined {
  const { time, value } = candidate;
  const line = liveLine(state, candidate.series);
  const { block, index } = placeIn(line, time);
  const from = { block, index: index + (candidate.as === 'correction' ? 1 : 0) };
  const { lower } = edgesOf(value);
  const exact = exactly(value);
  return walk(stretchesFrom(line, from), 1, {
    meet: (later) => {
      if (!comparable(time, later.time, state.breaks)) return 'end';
      if (certainlyBelow(later.value, value)) return 'found';
      const theirs = edgesOf(later.value);
      return sameGrain(value, later.value) || beyond(lower, theirs.lower, -1) ? 'end' : 'on';
    },
    judge: (block) => {
      const { highestLower, lowestUpper, exact: amounts } = extremesOf(block);
      const alike = exact && amounts.get(exact.grain);
      if (exact && alike?.least.lt(exact.amount)) return 'look';
      if (liesBelow(lowestUpper, lower)) return 'look';
      if (alike || beyond(lower, highestLower, -1)) return 'end';
      const last = block.at(-1);
      return last && comparable(time, last.time, state.breaks) ? 'on' : 'end';
    },
  });
}

/**
 * What a walk comes to at one statement; and in a whole block, without a look at each of it: `on`
 * to the next block, to an `end` somewhere in it and nothing found before, or it has to `look`.
 */
type Walk = {
  meet(statement: LiveStatement): 'found' | 'end' | 'on';
  judge(block: readonly LiveStatement[]): 'look' | 'end' | 'on';
};

/** The first of these mostly decides; who gets past all of them may have a long way to go. */
const NEIGHBOURS = 8;

/**
 * Walks away from a new value, forwards (`step` 1) or backwards (-1), until something is found or
 * nothing can be. Whole blocks are passed by what their statements say at most and at least: with
 * the outcome of a walk through all of them, at a cost that hardly grows with the line.
 */
function walk(
  stretches: Iterable<Stretch>,
  step: 1 | -1,
  { meet, judge }: Walk,
): LiveStatement | undefined {
  let met = 0;
  for (const { block, from, isWhole } of stretches) {
    let isJudged = !isWhole;
    for (let index = from; index >= 0 && index < block.length; index += step) {
      const statement = block[index];
      if (statement === undefined) break;
      if (met >= NEIGHBOURS && !isJudged) {
        const outcome = judge(block);
        if (outcome === 'end') return undefined;
        if (outcome === 'on') break;
        isJudged = true;
      }
      met += 1;
      const outcome = meet(statement);
      if (outcome === 'found') return statement;
      if (outcome === 'end') return undefined;
    }
  }
  return undefined;
}

function overlapRefusals(state: DefinedMetric, candidate: Candidate): Refusal[] {
  const { time } = candidate;
  if (time.type !== 'period' || candidate.as === 'correction') return [];
  const line = liveLine(state, candidate.series);
  const place = placeIn(line, time);
  // Live periods of a flow are disjoint, so only the two neighbours can share a day with this one.
  return [statementBefore(line, place), statementAt(line, place)]
    .filter((near) => near !== undefined)
    .filter((near) => near.time.type === 'period' && periodsOverlap(near.time, time))
    .map((near) => refuse.periodsOverlapping(near, time));
}

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
  const grain = grainOf(left);
  return grain !== undefined && grain === grainOf(right);
}

/**
 * Whether an edge lies further out than another: above it for upper ones (`side` 1), below it for
 * lower ones (-1). An absent edge is no limit, and nothing lies beyond it.
 */
function beyond(mine: Edge | undefined, theirs: Edge | undefined, side: 1 | -1): boolean {
  if (!mine) return true;
  if (!theirs) return false;
  return mine.value.cmp(theirs.value) * side > 0;
}
