import type { Text } from './text.js';

/** JSON values as they stand in facts and refusals. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * An expected "no": a stable code, the place in the command (JSON pointer), the value seen, and
 * what to do. HTTP decides the status; nothing here knows about it.
 */
export type Refusal = {
  code: string;
  pointer: string;
  message: Text;
  hint: Text;
  received?: Json;
  facts?: { [key: string]: Json };
};

/**
 * The answer of `decide`. `unchanged` means that the ledger already says exactly this: there is
 * nothing to append, and `existing` names the event that says it.
 */
export type Decision<E> =
  | { outcome: 'accepted'; events: [E, ...E[]] }
  | { outcome: 'unchanged'; existing: string }
  | { outcome: 'refused'; refusals: [Refusal, ...Refusal[]] };

/** An event as `evolve` sees it: what happened, plus what the log knows of it. */
export type Recorded<E> = E & { id: string; revision: number };

/**
 * One aggregate: pure functions over plain data.
 *
 * `evolve` never refuses, never throws on a known event and never reads a clock. It consumes the
 * state it is given: the caller must not use that object again (long histories are folded in
 * place; copying a metric of 100,000 observations at every event would be quadratic).
 * `decide` never changes its arguments.
 */
export interface Aggregate<S, C, E> {
  /** First part of the stream name: `metric` in `metric-disputes-resolved`. */
  readonly category: string;
  initial(): S;
  decide(command: C, state: S): Decision<E>;
  evolve(state: S, event: Recorded<E>): S;
}

/** Carried by every command: the calendar day in Asia/Shanghai on which it is decided. */
export type Decided = { today: string };

/** A reference of a command to another aggregate that the log does not know. */
export type MissingReference = {
  pointer: string;
  id: string;
  kind: 'reform' | 'unit' | 'milestone' | 'metric';
};
