import type { status } from '@grpc/grpc-js';
import type { CallRecord, Rpc } from './calls.js';
import { refusal, refusals, type Refusal } from './status.js';

/** How a call ends: with a status, cleanly, with a torn connection, or not at all. */
export type Ending = Refusal | 'end' | 'reset' | 'silent';

/** For calls with one answer, and for reads and subscriptions before their first frame. */
export type AnswerFault = {
  kind: 'answer';
  /** Whether the append is written all the same. */
  applied: boolean;
  ending: Exclude<Ending, 'end'> | 'normal';
  delayMs: number;
  /** For BatchAppend: the answer comes twice. */
  twice: boolean;
  /** For BatchAppend: the refusal is an answer in the stream, with or without its details. */
  inBatch?: 'empty' | 'withoutDetails';
};

/** For reads and subscriptions once frames flow. */
export type FramesFault = {
  kind: 'frames';
  ending?: Ending;
  /** The ending comes after this many events; 0 is right after the confirmation. */
  afterEvents?: number;
  beforeConfirmation?: boolean;
  /** The ending comes in place of the next checkpoint frame: its events were sent already. */
  atCheckpoint?: boolean;
  caughtUp?: 'never' | 'twice';
  /** `lagging`: every second checkpoint repeats the position before the last one. */
  checkpoints?: 'twice' | 'lagging';
  /** The event at the start position comes too, as if the border were inclusive. */
  startsInclusive?: boolean;
  /** Ends with ABORTED when this many live events wait for a blocked consumer. */
  liveBuffer?: number;
};

export type Fault = AnswerFault | FramesFault;

const answer = (part: Partial<AnswerFault>): AnswerFault => {
  return { kind: 'answer', applied: false, ending: 'normal', delayMs: 0, twice: false, ...part };
};
const frames = (part: Omit<FramesFault, 'kind'>): FramesFault => ({ kind: 'frames', ...part });

/** The words of the language: what can go wrong with a call. */
export const fault = {
  silent: () => answer({ ending: 'silent' }),
  appliedThenSilent: () => answer({ applied: true, ending: 'silent' }),
  appliedThenReset: () => answer({ applied: true, ending: 'reset' }),
  reset: () => answer({ ending: 'reset' }),
  /** Applied at once, answered after the delay. */
  late: (delayMs: number) => answer({ applied: true, delayMs }),
  twice: () => answer({ applied: true, twice: true }),
  notReady: () => answer({ ending: refusals.notReady(), inBatch: 'empty' }),
  tooBusy: () => answer({ ending: refusals.tooBusy(), inBatch: 'empty' }),
  /** On BatchAppend an answer without details; elsewhere as `notReady`. */
  withoutDetails: () => answer({ ending: refusals.notReady(), inBatch: 'withoutDetails' }),
  notLeader: (host: string, port: number) => answer({ ending: refusals.notLeader(host, port) }),
  noLeader: () => answer({ ending: refusals.noLeader() }),
  unauthenticated: () => answer({ ending: refusals.unauthenticated() }),
  /** Told by the trailer, as the server does for known users without the right. */
  accessDenied: () => answer({ ending: refusals.accessDenied() }),
  tooLarge: (maxAppendSize: number) => answer({ ending: refusals.tooLarge(maxAppendSize) }),
  internal: () => answer({ ending: refusals.internal() }),
  unknown: () => answer({ ending: refusals.unknown() }),
  status: (code: status, details: string, trailers?: Record<string, string>) => {
    return answer({ ending: refusal(code, details, trailers) });
  },
  /** A refusal after the write: the caller sees an error, the events stand. */
  appliedThenStatus: (ending: Refusal) => answer({ applied: true, ending }),

  /** The read or subscription ends after so many events. */
  drop: (ending: Ending, afterEvents: number) => frames({ ending, afterEvents }),
  dropBeforeConfirmation: (ending: Ending) => frames({ ending, beforeConfirmation: true }),
  dropAtCheckpoint: (ending: Ending) => frames({ ending, atCheckpoint: true }),
  noCaughtUp: () => frames({ caughtUp: 'never' }),
  caughtUpTwice: () => frames({ caughtUp: 'twice' }),
  repeatedCheckpoints: () => frames({ checkpoints: 'twice' }),
  laggingCheckpoints: () => frames({ checkpoints: 'lagging' }),
  borderTwice: () => frames({ startsInclusive: true }),
  slowConsumer: (liveBuffer = 32) => frames({ liveBuffer }),
  /** Several of the above at once. */
  frames,
};

type About = Pick<CallRecord, 'rpc' | 'stream'>;
type Rule = { rpc: Rpc; fault: Fault; skip: number; left: number; when: (call: About) => boolean };

export type FaultOptions = {
  /** How many calls it meets; then all is well again. */
  times?: number;
  /** Which calls count, by stream for example. */
  when?: (call: About) => boolean;
};

/** What shall go wrong, decided before it does. The first rule that fits a call is used up. */
export class Faults {
  #rules: Rule[] = [];

  /** The next call, or the next `times` calls. */
  next(rpc: Rpc, fault: Fault, { times = 1, when = () => true }: FaultOptions = {}): this {
    this.#rules.push({ rpc, fault, skip: 0, left: times, when });
    return this;
  }

  /** The nth call from now, counted from 1. */
  nth(
    rpc: Rpc,
    n: number,
    fault: Fault,
    { times = 1, when = () => true }: FaultOptions = {},
  ): this {
    this.#rules.push({ rpc, fault, skip: n - 1, left: times, when });
    return this;
  }

  /** Every call until `clear`. */
  always(rpc: Rpc, fault: Fault, { when = () => true }: FaultOptions = {}): this {
    this.#rules.push({ rpc, fault, skip: 0, left: Infinity, when });
    return this;
  }

  /** Forgets what has not happened yet; calls that hang already stay silent. */
  clear(): void {
    this.#rules = [];
  }

  /** How many faults are still waiting for a call; `always` does not count. */
  get pending(): number {
    const counted = this.#rules.filter(({ left }) => left !== Infinity);
    return counted.reduce((sum, { left }) => sum + left, 0);
  }

  /** The server asks here at every call. */
  take(call: About): Fault | undefined {
    const fitting = this.#rules.filter((rule) => rule.rpc === call.rpc && rule.when(call));
    const chosen = fitting.find((rule) => rule.skip === 0);
    for (const rule of fitting) if (rule.skip > 0) rule.skip -= 1;
    if (chosen === undefined) return undefined;
    chosen.left -= 1;
    if (chosen.left === 0) this.#rules = this.#rules.filter((rule) => rule !== chosen);
    return chosen.fault;
  }
}
