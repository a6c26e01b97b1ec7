import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import { commandHash, commandIdentity, type Operation, type Operations } from '@ledger/application';
import type { Actor } from '@ledger/event-log';
import type { ProjectorThread, ViewsInForce } from '../projector-thread.js';
import { RebuildRecorder } from './rebuild-recorder.js';

type Parts = {
  projector: ProjectorThread;
  operations: Operations;
  commands: CommandBus;
  actor: Actor;
};

/** What the server asks of itself at its start; whoever asks over HTTP gives no trigger. */
const REQUEST = { trigger: 'boot' };

/**
 * Sees to the views that come into force, whoever put them there: those that another version of
 * the models made are rebuilt, once a start, and a comparison that they carry goes into the log.
 */
export class ReadModelsKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ReadModels');
  private readonly recorder: RebuildRecorder;
  private bootRebuild: string | undefined;

  constructor(private readonly parts: Parts) {
    const { projector, ...rest } = parts;
    const onRecorded = (build: string): void => projector.recorded(build);
    this.recorder = new RebuildRecorder({ ...rest, onRecorded });
  }

  onApplicationBootstrap(): void {
    this.parts.projector.onViews((views) => this.look(views));
  }

  async onModuleDestroy(): Promise<void> {
    await this.recorder.close();
  }

  /** The last rebuild that this server did or does. */
  get lastRebuild(): Operation | undefined {
    return this.parts.operations.list().find(({ kind }) => kind === 'rebuild');
  }

  private look({ toRecord, outdated }: ViewsInForce): void {
    if (toRecord !== undefined) this.recorder.record(toRecord);
    if (outdated !== undefined && this.bootRebuild === undefined) this.rebuild(outdated);
  }

  /** What keeps it from being done once keeps it for good; an operator may start another. */
  private rebuild(why: string): void {
    const { operations, actor } = this.parts;
    this.logger.warn(`The views serve as they are and are rebuilt beside it: ${why}.`);
    const submission = operations.submit({
      kind: 'rebuild',
      request: REQUEST,
      startedBy: actor,
      commandId: commandIdentity({ actor, route: 'rebuild at boot' }),
      commandHash: commandHash(REQUEST),
    });
    if (submission.kind === 'accepted') this.bootRebuild = submission.operation.id;
  }
}
