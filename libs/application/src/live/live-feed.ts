import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { comparePositions } from '@ledger/event-log';
import type { Change } from '@ledger/read-models';

/** At most this many reads wait for the projection at one time; more are told at once. */
const WAITER_LIMIT = 10_000;

/**
 * Changes that are committed to the log and to the views, in log order: all of them after the
 * position `after`. `position` is how far the views are now. Where views were built anew, a batch
 * without changes says so; whoever has not seen all up to `after` reads the change table.
 */
export class ChangesProjected {
  constructor(
    readonly changes: readonly Change[],
    readonly after: string,
    readonly position: string,
  ) {}
}

type Waiter = { position: string; settle: (reached: boolean) => void };

/**
 * Carries what was projected to whoever is listening now: to readers that wait for a position,
 * and over the `EventBus` to the live streams. Nothing durable may depend on it; a listener that
 * missed something reads the change table of the views.
 */
@Injectable()
export class LiveFeed {
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly events: EventBus) {}

  publish(batch: { changes: readonly Change[]; after: string; position: string }): void {
    for (const waiter of this.waiters) {
      if (comparePositions(batch.position, waiter.position) >= 0) waiter.settle(true);
    }
    this.events.publish(new ChangesProjected(batch.changes, batch.after, batch.position));
  }

  /**
   * Resolves true as soon as a batch reaches `position`, false after `timeoutMs`. The caller has
   * just seen that the views are not there yet.
   */
  waitFor(position: string, timeoutMs: number): Promise<boolean> {
    if (this.waiters.size >= WAITER_LIMIT) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { position, settle };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.waiters.add(waiter);
    });
  }
}
