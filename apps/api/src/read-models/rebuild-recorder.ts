import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { rebuildCommand, type RebuildSaid, type WriteProjection } from '@ledger/application';
import type { Actor } from '@ledger/event-log';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const REFUSED = 'WRITE_REJECTED';

type Parts = {
  commands: { execute(command: WriteProjection): Promise<unknown> };
  /** Who the event names. */
  actor: Actor;
  /** Hears of a build that stands in the log. */
  onRecorded: (build: string) => void;
};

/**
 * Puts into the log how rebuilt views compare with those that they replaced. The same build is the
 * same command, so whoever else records it, or does so again after a crash, adds nothing. While the
 * log cannot be written it is tried again.
 */
export class RebuildRecorder {
  private readonly logger = new Logger('ReadModels');
  private readonly closing = new AbortController();
  private readonly waiting = new Map<string, RebuildSaid>();
  private readonly settled = new Set<string>();
  private working: Promise<void> | undefined;

  constructor(private readonly parts: Parts) {}

  /** Returns at once. */
  record(said: RebuildSaid): void {
    if (this.settled.has(said.build)) return;
    this.waiting.set(said.build, said);
    this.working ??= this.work();
  }

  /** Resolves when nothing of it is under way any more. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.closing;
    let pause = FIRST_RETRY_MS;
    for (let said = this.next(); said !== undefined && !signal.aborted; said = this.next()) {
      if (await this.isSettled(said)) {
        this.settled.add(said.build);
        this.waiting.delete(said.build);
        pause = FIRST_RETRY_MS;
      } else {
        await wait(pause, undefined, { signal, ref: false }).catch(() => {});
        pause = Math.min(LONGEST_RETRY_MS, 2 * pause);
      }
    }
    this.working = undefined;
  }

  private next(): RebuildSaid | undefined {
    return this.waiting.values().next().value;
  }

  /** False: nobody knows yet whether it is recorded. A no of the ledger will not change. */
  private async isSettled(said: RebuildSaid): Promise<boolean> {
    const { commands, actor, onRecorded } = this.parts;
    try {
      await commands.execute(rebuildCommand(said, actor));
      onRecorded(said.build);
      return true;
    } catch (error) {
      const isRefused = error instanceof Object && 'code' in error && error.code === REFUSED;
      const text = error instanceof Object && 'message' in error ? String(error.message) : '';
      if (isRefused) this.logger.error(`The ledger does not take the rebuild in: ${text}`);
      else this.logger.warn(`The rebuild of the views is not recorded yet: ${text}`);
      return isRefused;
    }
  }
}
