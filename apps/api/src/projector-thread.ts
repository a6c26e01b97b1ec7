import { Worker } from 'node:worker_threads';
import type { RebuildSaid } from '@ledger/application';
import type { LogAddress } from '@ledger/engines';
import type { Batch, ModelStanding, Standing } from '@ledger/read-models';
import { builtPath } from './files.js';
import { ModelPace } from './read-models/model-pace.js';

/** What the thread is told when it starts. */
export type ProjectorSettings = { log: LogAddress; viewsFile: string };

/** `recorded`: the comparison of a build stands in the log. */
export type ToProjector = 'wake' | 'close' | { recorded: string };
/** `ready`: the views have taken in all that the log held; at the start and after a failure. */
export type FromProjector =
  | { kind: 'views'; views: ViewsInForce }
  | { kind: 'models'; models: ModelStanding[] }
  | { kind: 'ready'; standing: Standing }
  | { kind: 'batch'; batch: Batch }
  | { kind: 'notice'; text: string }
  | { kind: 'failed'; code: string; message: string };

/**
 * The views that the projector opened. `outdated`: why somebody should rebuild them, if so.
 * `toRecord`: how they compared with those before, until that stands in the log.
 */
export type ViewsInForce = { build: string; outdated?: string; toRecord?: RebuildSaid };

/** The views cannot follow the log. */
export class ProjectorFailed extends Error {
  override readonly name = 'ProjectorFailed';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where the views stand, and whether they follow the log. */
export type ProjectionState = Standing & { running: boolean };

type Listeners = {
  batch: (batch: Batch) => void;
  failure: (failure: ProjectorFailed) => void;
};

/** The main thread's end of the projector: hears of its batches, wakes it, and ends it. */
export class ProjectorThread {
  private readonly worker: Worker;
  private readonly ready: Promise<void>;
  private onReady: () => void = () => {};
  private onEarlyFailure: (failure: ProjectorFailed) => void = () => {};
  private readonly exited: Promise<void>;
  private closing = false;
  private at: ProjectionState = { running: false, position: '0', sequence: -1 };
  private ended = false;
  private listeners: Listeners | undefined;
  private inForce: ViewsInForce = { build: '' };
  private standing: readonly ModelStanding[] = [];
  private tellViews: (views: ViewsInForce) => void = () => {};
  /** How fast each model goes. */
  readonly pace = new ModelPace();
  /** The failure that the thread is in, and that nobody was there to hear of. */
  private unheard: ProjectorFailed | undefined;

  /**
   * Resolves when the views have taken in all that the log held; rejects with `ProjectorFailed`
   * when they cannot. `say` hears what an operator should know meanwhile.
   */
  static async start(
    settings: ProjectorSettings,
    say: (text: string) => void,
  ): Promise<ProjectorThread> {
    const thread = new ProjectorThread(settings, say);
    try {
      await thread.ready;
      return thread;
    } catch (error) {
      // Its files are closed before anybody hears of it: the process may be about to end.
      await thread.exited;
      throw error;
    }
  }

  private constructor(
    settings: ProjectorSettings,
    private readonly say: (text: string) => void,
  ) {
    const file = builtPath('apps', 'api', 'src', 'projector.worker.js');
    this.worker = new Worker(file, { workerData: settings });
    this.ready = new Promise((resolve, reject) => {
      this.onReady = resolve;
      this.onEarlyFailure = reject;
    });
    this.worker.on('message', (message: FromProjector) => this.hear(message));
    this.worker.on('error', (error) => this.fail('THREAD_LOST', error.message));
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.ended = true;
        this.fail('THREAD_LOST', 'The projector has ended.');
        resolve();
      });
    });
  }

  /**
   * One listener each: the live feed, and whoever tells the operator, who hears at once of a failure
   * that still lasts. Batches from before are in the views.
   */
  listen(listeners: Listeners): void {
    this.listeners = listeners;
    if (this.unheard !== undefined) listeners.failure(this.unheard);
    this.unheard = undefined;
  }

  get state(): ProjectionState {
    return this.at;
  }

  /** How each model stands, by what was told last. */
  get models(): readonly ModelStanding[] {
    return this.standing;
  }

  /** The views in force, as the projector opened them. */
  get views(): ViewsInForce {
    return this.inForce;
  }

  /** One listener: hears of the views in force now, and whenever the projector opens views. */
  onViews(listener: (views: ViewsInForce) => void): void {
    this.tellViews = listener;
    listener(this.inForce);
  }

  /** Something was committed to the log; without this the thread finds out a little later. */
  wake(): void {
    if (!this.ended) this.worker.postMessage('wake' satisfies ToProjector);
  }

  /** The log tells of this build: the views need not keep it for that any more. */
  recorded(build: string): void {
    if (!this.ended) this.worker.postMessage({ recorded: build } satisfies ToProjector);
  }

  /** Resolves when the thread has closed its files and ended. */
  async close(): Promise<void> {
    this.closing = true;
    if (!this.ended) this.worker.postMessage('close' satisfies ToProjector);
    await this.exited;
  }

  private hear(message: FromProjector): void {
    switch (message.kind) {
      case 'ready':
        this.runs(message.standing);
        this.onReady();
        return;
      case 'batch':
        this.runs(message.batch);
        this.listeners?.batch(message.batch);
        return;
      case 'views':
        this.inForce = message.views;
        this.tellViews(message.views);
        return;
      case 'models':
        this.standing = message.models;
        this.pace.take(message.models);
        return;
      case 'notice':
        this.say(message.text);
        return;
      case 'failed':
        this.fail(message.code, message.message);
    }
  }

  private runs({ position, sequence }: Standing): void {
    this.at = { running: true, position, sequence };
    this.unheard = undefined;
  }

  private fail(code: string, message: string): void {
    this.at = { ...this.at, running: false };
    if (this.closing) return;
    const failure = new ProjectorFailed(code, message);
    this.onEarlyFailure(failure);
    if (this.listeners === undefined) this.unheard = failure;
    else this.listeners.failure(failure);
  }
}
