import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type CommandBus, type EventBus, ofType } from '@nestjs/cqrs';
import type { Subscription } from 'rxjs';
import { commandHash, commandIdentity, type Operation, type Operations } from '@ledger/application';
import type { Actor } from '@ledger/event-log';
import { rebuildToRecord } from '@ledger/read-models';
import { OperationChanged } from '../operations/operations-keeper.js';
import type { ProjectorThread, ViewsInForce } from '../projector-thread.js';
import { RebuildRecorder } from './rebuild-recorder.js';

type Parts = {
  projector: ProjectorThread;
  operations: Operations;
  commands: CommandBus;
  events: EventBus;
  actor: Actor;
  viewsFile: string;
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
  private subscription: Subscription | undefined;
  private bootRebuild: string | undefined;

  constructor(private readonly parts: Parts) {
    const { projector, ...rest } = parts;
    const onRecorded = (build: string): void => projector.recorded(build);
    this.recorder = new RebuildRecorder({ ...rest, onRecorded });
  }

  onApplicationBootstrap(): void {
    const { projector, events } = this.parts;
    this.subscription = events
      .pipe(ofType(OperationChanged))
      .subscribe(({ operation }) => this.lookAt(operation));
    projector.onViews((views) => this.look(views));
  }

  async onModuleDestroy(): Promise<void> {
    this.subscription?.unsubscribe();
    await this.recorder.close();
  }

  /** The rebuild that this server does, else the last one that it did or was asked for. */
  get lastRebuild(): Operation | undefined {
    const rebuilds = this.parts.operations.list().filter(({ kind }) => kind === 'rebuild');
    return rebuilds.find(({ state }) => state === 'running') ?? rebuilds[0];
  }

  private look({ toRecord, outdated }: ViewsInForce): void {
    if (toRecord !== undefined) this.recorder.record(toRecord);
    if (outdated !== undefined && this.bootRebuild === undefined) this.rebuild(outdated);
  }

  /** The projector sees the new views a moment later, and the next operation might be as quick. */
  private lookAt({ kind, state }: Operation): void {
    if (kind !== 'rebuild' || state !== 'succeeded') return;
    const said = rebuildToRecord(this.parts.viewsFile);
    if (said !== undefined) this.recorder.record(said);
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
