import type { Metadata } from '@grpc/grpc-js';
import type { Calls, CallRecord, Rpc } from './calls.js';
import type { AnswerFault, Ending, Faults } from './faults.js';
import { refusals, type Refusal } from './status.js';
import type { EventStoreModel } from './store.js';

export type Credentials = { user: string; password: string };

/** Something that runs until it is told how to end. */
export type Running = { finish(ending: Ending): void };

/** What every RPC of one server needs. */
export type Host = {
  store: EventStoreModel;
  faults: Faults;
  calls: Calls;
  credentials: Credentials | undefined;
  /** Subscriptions that run now. */
  subscriptions: Set<Running>;
  /** Tears the connection on which the call came. */
  reset(call: Caller): void;
};

export type Caller = { getPeer(): string };
type ServerCall = Caller & {
  metadata: Metadata;
  cancelled: boolean;
  on(event: 'cancelled', then: () => void): unknown;
};

export type Reply<T> = { value: T } | { refusal: Refusal };

/** Notes the call; says why it must not go on, or nothing. */
export function admit(
  host: Host,
  call: ServerCall,
  rpc: Rpc,
  stream?: string,
): { record: CallRecord; denied?: Refusal } {
  const record = host.calls.begin(rpc, call, stream);
  // The real server answers these two to anybody: clients need them to find their way.
  const open = rpc === 'gossip' || rpc === 'serverFeatures';
  if (open || host.credentials === undefined) return { record };
  const { user, password } = host.credentials;
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return record.authorization === wanted
    ? { record }
    : { record, denied: refusals.unauthenticated() };
}

/** Does what the call asks for and answers, unless the fault says otherwise. */
export function meet<T>(
  host: Host,
  call: Caller,
  fault: AnswerFault | undefined,
  apply: () => Reply<T>,
  answer: (reply: Reply<T>) => void,
): void {
  if (fault === undefined) return answer(apply());
  if (fault.ending === 'normal') {
    const reply = apply();
    if (fault.delayMs === 0) return answer(reply);
    setTimeout(() => answer(reply), fault.delayMs).unref();
    return;
  }
  if (fault.applied) apply();
  if (fault.ending === 'silent') return;
  if (fault.ending === 'reset') return host.reset(call);
  answer({ refusal: fault.ending });
}

/** The fault of a call with one answer; faults of frames do not concern it. */
export function answerFault(host: Host, rpc: Rpc, stream?: string): AnswerFault | undefined {
  const fault = host.faults.take(stream === undefined ? { rpc } : { rpc, stream });
  return fault?.kind === 'answer' ? fault : undefined;
}
