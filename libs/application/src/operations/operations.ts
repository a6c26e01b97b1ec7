import type { Clock } from '@ledger/event-log';
import { newId } from '../write/identity.js';
import type {
  Operation,
  OperationRequest,
  OperationState,
  StartWork,
  Submission,
  Work,
  WorkEnd,
} from './operation.js';
import { Pace } from './pace.js';

/** Operations that may wait for the one that runs. */
export const MOST_QUEUED = 10;
/** Operations that are remembered, with those that wait and run. */
export const MOST_REMEMBERED = 100;
/** Listeners hear of progress at most so often, and of every change of state at once. */
export const TELL_EVERY_MS = 250;
/** Nobody is told to come back later than that. */
const LONGEST_RETRY_SECONDS = 60;
const USUAL_RETRY_SECONDS = 10;
/** What is counted until the work says otherwise. */
const USUAL_UNIT = 'events';

export type OperationsParts = {
  clock: Clock;
  /** Begins the work of one operation; what it throws makes the operation fail. */
  start: StartWork;
  /** Hears of every change of state, and of progress now and then. */
  onChange?: (operation: Operation) => void;
};

type Entry = Pick<Operation, 'result' | 'error' | 'startedAt' | 'endedAt'> & {
  readonly id: string;
  readonly asked: OperationRequest;
  readonly createdAt: string;
  readonly pace: Pace;
  state: OperationState;
  cancelRequested: boolean;
  toldAt: number;
};

/** The operation that runs, its work, and when it and what follows from it is settled. */
type Running = { entry: Entry; work: Work | undefined; settled: Promise<void> };

/**
 * The long work of one process: one operation runs at a time, a few wait, and the last hundred are
 * remembered, in memory alone. It holds no timer; what it starts is ended by `close`. An operation
 * that never ends keeps the others waiting, so work must end when it is cancelled.
 */
export class Operations {
  private readonly entries = new Map<string, Entry>();
  private running: Running | undefined;
  private closed = false;

  constructor(private readonly parts: OperationsParts) {}

  /** Takes work on, unless too much waits. The same command again is the same operation. */
  submit(asked: OperationRequest): Submission {
    const before = this.all().find((entry) => entry.asked.commandId === asked.commandId);
    if (before !== undefined) {
      if (before.asked.commandHash !== asked.commandHash) return { kind: 'keyReused' };
      return { kind: 'accepted', operation: shown(before), replayed: true };
    }
    const waiting = this.waiting().length;
    if (this.closed || waiting >= MOST_QUEUED) {
      return { kind: 'full', waiting, retryAfterSeconds: this.retryAfterSeconds() };
    }
    const entry: Entry = {
      id: newId(),
      asked,
      createdAt: this.now(),
      pace: new Pace(USUAL_UNIT, this.parts.clock),
      state: 'queued',
      cancelRequested: false,
      toldAt: -Infinity,
    };
    this.entries.set(entry.id, entry);
    this.forget();
    if (this.running === undefined) this.startNext();
    else this.tell(entry);
    return { kind: 'accepted', operation: shown(entry), replayed: false };
  }

  get(id: string): Operation | undefined {
    const entry = this.entries.get(id);
    return entry === undefined ? undefined : shown(entry);
  }

  /** Newest first. */
  list(): Operation[] {
    return this.all().map(shown).reverse();
  }

  /**
   * Asks an operation to stop. One that waits is cancelled at once, one that runs soon, and one that
   * has ended stays as it ended. Undefined when there is none of this id.
   */
  cancel(id: string): Operation | undefined {
    const entry = this.entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.state === 'queued') this.end(entry, { state: 'cancelled' });
    if (entry.state === 'running' && !entry.cancelRequested) {
      entry.cancelRequested = true;
      this.running?.work?.cancel();
      this.tell(entry);
    }
    return shown(entry);
  }

  /** Takes nothing on any more, cancels what waits and runs, and resolves when that has ended. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { id } of this.waiting()) this.cancel(id);
    if (this.running === undefined) return;
    this.cancel(this.running.entry.id);
    await this.running.settled;
  }

  private startNext(): void {
    const [entry] = this.waiting();
    if (entry === undefined) return;
    entry.state = 'running';
    entry.pace.begin();
    entry.startedAt = this.now();
    const running: Running = { entry, work: undefined, settled: Promise.resolve() };
    this.running = running;
    running.settled = this.runOut(running);
    this.tell(entry);
  }

  private async runOut(running: Running): Promise<void> {
    const end = await this.workOf(running);
    this.running = undefined;
    this.end(running.entry, end);
    this.startNext();
  }

  private async workOf(running: Running): Promise<WorkEnd> {
    const { id, asked, pace } = running.entry;
    const { kind, request } = asked;
    try {
      running.work = this.parts.start({ id, kind, request }, (progress) => {
        if (running.entry.state !== 'running') return;
        pace.take(progress);
        this.tellNowAndThen(running.entry);
      });
      return await running.work.ended;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { state: 'failed', error: { code: 'OPERATION_FAILED', message } };
    }
  }

  private end(entry: Entry, end: WorkEnd): void {
    entry.state = end.state;
    entry.endedAt = this.now();
    if (end.state === 'succeeded') {
      entry.result = end.result;
      entry.pace.finish();
    } else {
      entry.pace.stop();
    }
    if (end.state === 'failed') entry.error = end.error;
    this.tell(entry);
  }

  private tellNowAndThen(entry: Entry): void {
    // A clock that is set back must not silence an operation for hours.
    if (Math.abs(this.parts.clock() - entry.toldAt) >= TELL_EVERY_MS) this.tell(entry);
  }

  private tell(entry: Entry): void {
    entry.toldAt = this.parts.clock();
    this.parts.onChange?.(shown(entry));
  }

  private all(): Entry[] {
    return [...this.entries.values()];
  }

  private waiting(): Entry[] {
    return this.all().filter(({ state }) => state === 'queued');
  }

  /** The oldest that have ended make room for new ones. */
  private forget(): void {
    for (const { id, endedAt } of this.all()) {
      if (this.entries.size <= MOST_REMEMBERED) return;
      if (endedAt !== undefined) this.entries.delete(id);
    }
  }

  private retryAfterSeconds(): number {
    const { etaSeconds } = this.running?.entry.pace.progress ?? { etaSeconds: null };
    const seconds = etaSeconds ?? USUAL_RETRY_SECONDS;
    return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, seconds));
  }

  private now(): string {
    return new Date(this.parts.clock()).toISOString();
  }
}

function shown(entry: Entry): Operation {
  const { id, asked, state, cancelRequested, createdAt, startedAt, endedAt } = entry;
  const { kind, request, startedBy } = asked;
  return {
    id,
    kind,
    state,
    ...(cancelRequested && state === 'running' && { cancelRequested }),
    progress: entry.pace.progress,
    request,
    startedBy,
    createdAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(entry.result !== undefined && { result: entry.result }),
    ...(entry.error !== undefined && { error: entry.error }),
  };
}
