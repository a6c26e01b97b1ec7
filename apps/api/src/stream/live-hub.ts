import type { ServerResponse } from 'node:http';
import {
  Inject,
  Injectable,
  Logger,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { EventBus, ofType, QueryBus } from '@nestjs/cqrs';
import type { Subscription } from 'rxjs';
import { ChangesProjected } from '@ledger/application';
import type { Change } from '@ledger/read-models';
import { operationBody } from '../operations/operation-body.js';
import { OperationChanged } from '../operations/operations-keeper.js';
import { LiveClient, type Resume } from './live-client.js';
import { asCloudEvent, LEDGER_ORIGIN } from './cloud-event.js';
import type { Topics } from './topics.js';

export const MOST_CLIENTS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How long a client waits before it comes back after the server went away. */
const RETRY_MS = 2_000;

/**
 * All open live streams. Hears of changes over the `EventBus`, writes each as one frame that all
 * clients share, and says goodbye to everybody before the server stops.
 */
@Injectable()
export class LiveHub implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('LiveHub');
  private readonly clients = new Set<LiveClient>();
  private subscription: Subscription | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly events: EventBus,
    private readonly queries: QueryBus,
    @Inject(LEDGER_ORIGIN) private readonly origin: string,
  ) {}

  onModuleInit(): void {
    this.subscription = this.events.pipe(ofType(ChangesProjected)).subscribe((batch) => {
      this.deliver(batch);
    });
    this.subscription.add(
      this.events.pipe(ofType(OperationChanged)).subscribe((changed) => {
        this.deliverOperation(changed);
      }),
    );
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  onModuleDestroy(): void {
    this.closing = true;
    this.subscription?.unsubscribe();
    clearInterval(this.heartbeat);
    for (const client of this.clients) client.bye(RETRY_MS);
  }

  /** Whether nobody else can be served: too many are, or the server is about to stop. */
  get isFull(): boolean {
    return this.closing || this.clients.size >= MOST_CLIENTS;
  }

  /** How many streams are open. */
  get open(): number {
    return this.clients.size;
  }

  /** Begins to serve a client until its connection closes. The headers are written already. */
  async serve(
    response: ServerResponse,
    start: { resume: Resume; projected: string; topics: Topics },
  ): Promise<void> {
    const client = new LiveClient(response, {
      topics: start.topics,
      frameOf: (change) => this.frameOf(change),
      queries: this.queries,
    });
    if (!this.admit(client, response)) return;
    await this.orLetGo(response, client.begin(start.resume, start.projected));
  }

  /**
   * Counts a client in until its connection is gone. The response alone does not say when: one that
   * waits behind another on its connection never hears of the end.
   */
  private admit(client: LiveClient, response: ServerResponse): boolean {
    const { socket } = response.req;
    if (socket.destroyed || response.destroyed) return false;
    const leave = (): void => {
      this.clients.delete(client);
      response.off('close', leave);
      socket.off('close', leave);
    };
    // One connection may ask for many streams, each of which listens.
    if (socket.getMaxListeners() < MOST_CLIENTS) socket.setMaxListeners(2 * MOST_CLIENTS);
    response.once('close', leave);
    socket.once('close', leave);
    this.clients.add(client);
    return true;
  }

  private deliver({ changes, after, position }: ChangesProjected): void {
    if (this.clients.size === 0) return;
    const frames = changes.map((change) => ({ change, frame: this.frameOf(change) }));
    for (const client of this.clients) {
      if (client.live({ frames, after, position })) continue;
      void this.orLetGo(client.response, client.replay());
    }
  }

  private deliverOperation({ operation }: OperationChanged): void {
    if (this.clients.size === 0) return;
    const data = JSON.stringify(operationBody(operation));
    const frame = `event: operation.progress\ndata: ${data}\n\n`;
    for (const client of this.clients) client.tellOperation(operation, frame);
  }

  /** A client that cannot be served comes back and resumes. */
  private async orLetGo(response: ServerResponse, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.logger.error(error);
      response.destroy();
    }
  }

  private beat(): void {
    for (const client of this.clients) client.beat();
  }

  private frameOf(change: Change): string {
    const data = JSON.stringify(asCloudEvent(change, this.origin));
    return `id: ${change.position}\nevent: ${change.kind}\ndata: ${data}\n\n`;
  }
}
