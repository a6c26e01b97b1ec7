import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CommandBus, EventBus, QueryBus } from '@nestjs/cqrs';
import { ApplicationModule, LiveFeed, Operations } from '@ledger/application';
import { openLog } from '@ledger/engines';
import type { Clock, ServedEventLog } from '@ledger/event-log';
import { openViews, type Views, viewsFileIn } from '@ledger/read-models';
import type { Config } from './config.js';
import { HealthController, LOG_STATE, PROJECTION_STATE } from './http/health.controller.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ProblemsController } from './http/problems.controller.js';
import { ReadDesk } from './http/read-desk.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { LOCAL_ACTOR, WriteDesk } from './http/write-desk.js';
import { LedgerKeeper } from './ledger-keeper.js';
import {
  operationsFolder,
  OperationsKeeper,
  operationsOf,
} from './operations/operations-keeper.js';
import { OperationsController } from './operations/operations.controller.js';
import { ProjectorThread } from './projector-thread.js';
import { CatalogueController } from './read/catalogue.controller.js';
import { ChangesController } from './read/changes.controller.js';
import { DiffController } from './read/diff.controller.js';
import { FiguresController } from './read/figures.controller.js';
import { FunnelsController } from './read/funnels.controller.js';
import { LogController } from './read/log.controller.js';
import { SeriesController } from './read/series.controller.js';
import { VintagesController } from './read/vintages.controller.js';
import { ReadModelsController } from './read-models/read-models.controller.js';
import { ReadModelsKeeper } from './read-models/read-models-keeper.js';
import { ReadModelsReport } from './read-models/read-models-report.js';
import { LEDGER_ORIGIN } from './stream/cloud-event.js';
import { LiveHub } from './stream/live-hub.js';
import { StreamController } from './stream/stream.controller.js';
import { MetricsWriteController } from './write/metrics.controller.js';
import { MilestonesWriteController } from './write/milestones.controller.js';
import { ObservationsWriteController } from './write/observations.controller.js';
import { ReformsWriteController } from './write/reforms.controller.js';
import { UnitsWriteController } from './write/units.controller.js';

/** What the server runs on: the log, the views, and the thread that keeps them together. */
export type Ledger = {
  log: ServedEventLog;
  views: Views;
  projector: ProjectorThread;
  clock: Clock;
  close(): Promise<void>;
};

/**
 * Opens the log that the configuration names, and waits until the views have taken in all that it
 * holds. `say` hears what an operator should know.
 */
export async function openLedger(
  config: Config,
  say: (notice: string) => void,
  clock: Clock = Date.now,
): Promise<Ledger> {
  const log = await openLog(config.log, { clock, onNotice: say });
  let projector: ProjectorThread | undefined;
  try {
    const viewsFile = viewsFileIn(config.dataDirectory);
    projector = await ProjectorThread.start({ log: config.log, viewsFile }, say);
    const thread = projector;
    const views = openViews(viewsFile);
    const stopWaking = log.onCommitted(() => thread.wake());
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      stopWaking();
      await thread.close();
      views.close();
      await log.close();
    };
    return { log, views, projector, clock, close: () => (closing ??= close()) };
  } catch (error) {
    await projector?.close();
    await log.close();
    throw error;
  }
}

@Module({})
export class ApiModule {
  static register(config: Config, ledger: Ledger): DynamicModule {
    const { log, views, clock, projector } = ledger;
    return {
      module: ApiModule,
      imports: [ApplicationModule.register({ log, views, clock })],
      controllers: [
        // Verbs after a colon come first, so that no `:id` takes them.
        UnitsWriteController,
        ReformsWriteController,
        MilestonesWriteController,
        MetricsWriteController,
        ObservationsWriteController,
        CatalogueController,
        FiguresController,
        DiffController,
        FunnelsController,
        SeriesController,
        VintagesController,
        ChangesController,
        LogController,
        OperationsController,
        ReadModelsController,
        StreamController,
        HealthController,
        ProblemsController,
      ],
      providers: [
        WriteDesk,
        ReadDesk,
        LiveHub,
        { provide: LOCAL_ACTOR, useValue: config.actor },
        { provide: LEDGER_ORIGIN, useValue: config.origin },
        { provide: PROJECTION_STATE, useValue: () => projector.state },
        { provide: LOG_STATE, useValue: () => log.state() },
        {
          provide: LedgerKeeper,
          inject: [LiveFeed],
          useFactory: (feed: LiveFeed) => new LedgerKeeper(ledger, feed),
        },
        {
          provide: Operations,
          inject: [EventBus],
          useFactory: (bus: EventBus) => operationsOf(config, clock, bus),
        },
        {
          provide: OperationsKeeper,
          inject: [Operations],
          useFactory: (operations: Operations) =>
            new OperationsKeeper(operations, operationsFolder(config)),
        },
        {
          provide: ReadModelsKeeper,
          inject: [Operations, CommandBus, EventBus],
          useFactory: (operations: Operations, commands: CommandBus, events: EventBus) => {
            const { actor, dataDirectory } = config;
            const viewsFile = viewsFileIn(dataDirectory);
            const parts = { projector, operations, commands, events, actor, viewsFile };
            return new ReadModelsKeeper(parts);
          },
        },
        {
          provide: ReadModelsReport,
          inject: [ReadModelsKeeper, QueryBus],
          useFactory: (keeper: ReadModelsKeeper, queries: QueryBus) =>
            new ReadModelsReport({ projector, keeper, queries, clock }),
        },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }
}
