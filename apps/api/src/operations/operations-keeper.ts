import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EventBus } from '@nestjs/cqrs';
import { type Operation, Operations } from '@ledger/application';
import type { Clock } from '@ledger/event-log';
import { viewsFileIn } from '@ledger/read-models';
import type { Config } from '../config.js';
import { startOperation } from './operation-thread.js';

/** An operation changed its state, or came further; goes to the live streams over the `EventBus`. */
export class OperationChanged {
  constructor(readonly operation: Operation) {}
}

/** What operations make meanwhile, in the data directory: the disk that has room for views. */
export const operationsFolder = ({ dataDirectory }: Config): string =>
  join(dataDirectory, 'operations');

/** The operations of this server, each in a thread, told of on the bus. */
export function operationsOf(config: Config, clock: Clock, bus: EventBus): Operations {
  const { log, dataDirectory } = config;
  const viewsFile = viewsFileIn(dataDirectory);
  return new Operations({
    clock,
    start: ({ id, kind, request }, onProgress) => {
      const folder = join(operationsFolder(config), id);
      return startOperation({ log, viewsFile, folder, kind, request }, onProgress);
    },
    onChange: (operation) => {
      bus.publish(new OperationChanged(operation));
    },
  });
}

/**
 * Ties operations to the life of the application. What a killed server left of them is removed at
 * the start: the lock on the log says that nobody else uses this data directory. When the server
 * stops, they end before the log is closed under them.
 */
@Injectable()
export class OperationsKeeper implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly operations: Operations,
    private readonly folder: string,
  ) {}

  onModuleInit(): void {
    this.clear();
  }

  async onModuleDestroy(): Promise<void> {
    await this.operations.close();
    this.clear();
  }

  private clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
