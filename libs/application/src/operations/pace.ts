import type { Clock } from '@ledger/event-log';
import type { OperationProgress, WorkProgress } from './operation.js';

/** Where a phase was first heard of; before that nobody knows when it began. */
type Mark = { at: number; done: number };

/** Counts how far work is, how fast it goes and how long it will take; afresh in each phase. */
export class Pace {
  #progress: OperationProgress;
  #mark: Mark | undefined;

  constructor(
    unit: string,
    private readonly clock: Clock,
  ) {
    const nothing = { done: 0, total: 0, ratePerSecond: null, etaSeconds: null };
    this.#progress = { phase: 'queued', unit, ...nothing };
  }

  get progress(): OperationProgress {
    return { ...this.#progress };
  }

  /** The work is begun, and has not told anything yet. */
  begin(): void {
    this.#progress = { ...this.#progress, phase: 'starting' };
  }

  /** Takes a report of the work. What is done may turn out to be more than was foreseen. */
  take({ phase, done, total, unit }: WorkProgress): void {
    const now = this.clock();
    if (this.#mark === undefined || phase !== this.#progress.phase) this.#mark = { at: now, done };
    const seconds = (now - this.#mark.at) / 1_000;
    const exactRate = seconds > 0 ? (done - this.#mark.done) / seconds : 0;
    const all = Math.max(done, total);
    this.#progress = {
      phase,
      done,
      total: all,
      unit,
      ratePerSecond: exactRate > 0 ? Math.round(exactRate) : null,
      etaSeconds: exactRate > 0 ? Math.ceil((all - done) / exactRate) : null,
    };
  }

  /** The work is done, whole: progress ends at done = total. */
  finish(): void {
    const { total } = this.#progress;
    this.#progress = { ...this.#progress, done: total, etaSeconds: 0 };
  }

  /** The work ended before its end: how far it came stays, and nothing is left to wait for. */
  stop(): void {
    this.#progress = { ...this.#progress, etaSeconds: null };
  }
}
