import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { LiveFeed } from '@ledger/application';
import type { Ledger } from './api.module.js';

/**
 * Ties the opened ledger to the life of the application: what the projector has done goes to the
 * live feed, and when the last request is answered threads and files are closed.
 */
export class LedgerKeeper implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Ledger');

  constructor(
    private readonly ledger: Ledger,
    private readonly feed: LiveFeed,
  ) {}

  onModuleInit(): void {
    this.ledger.projector.listen({
      batch: (batch) => this.feed.publish(batch),
      failure: ({ code, message }) => {
        this.logger.error(`The views do not follow the log now (${code}): ${message}`);
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.ledger.close();
  }
}
