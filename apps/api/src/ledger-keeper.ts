import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { LiveFeed } from '@ledger/application';
import type { Ledger } from './api.module.js';

/**
 * Ties the opened ledger to the life of the application: what the projector has done goes to the
 * live feed, and when the last request is answered threads and files are closed.
 */
export class LedgerKeeper implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Ledger');
  private tellLost: (reason: string) => void = () => {};
  private readonly lost: Promise<string>;

  constructor(
    private readonly ledger: Ledger,
    private readonly feed: LiveFeed,
  ) {
    const lostThread = new Promise<string>((resolve) => {
      this.tellLost = resolve;
    });
    this.lost = Promise.race([ledger.log.lost, lostThread]);
  }

  /** Calls back with the reason when a thread is gone that this process cannot do without. */
  onLost(listener: (reason: string) => void): void {
    void this.lost.then(listener);
  }

  onModuleInit(): void {
    this.ledger.projector.listen({
      batch: (batch) => this.feed.publish(batch),
      failure: ({ code, message }) => {
        this.logger.error(`The views do not follow the log now (${code}): ${message}`);
        if (code === 'THREAD_LOST') this.tellLost(`The projector's thread is gone: ${message}`);
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.ledger.close();
  }
}
