import { randomUUID } from 'node:crypto';
import type { Position, StoredEvent } from './committed-log.js';
import { AllSource, StreamSource, type EventSource } from './event-source.js';
import type { FramesFault } from './faults.js';
import type { FrameSink } from './frame-sink.js';
import type { Host } from './host.js';
import { frameOf } from './links.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation } from './messages.js';
import type { ReadRequest } from './read-request.js';
import { refusals } from './status.js';

const pageSize = 128;

/**
 * A catch-up subscription: pages of what is there, then whatever is committed. Unlike a read it
 * starts behind the place it is given. Filtered ones tell how far they looked by checkpoints.
 */
export class Subscription {
  readonly #host: Host;
  readonly #sink: FrameSink;
  readonly #source: EventSource;
  readonly #resolveLinks: boolean;
  readonly #fault: FramesFault;
  #live = false;
  #sentEvents = 0;
  #lookedAt = 0;
  #lastCheckpoint: Position | undefined;

  constructor(
    host: Host,
    sink: FrameSink,
    request: ReadRequest,
    fault: FramesFault = { kind: 'frames' },
  ) {
    this.#host = host;
    this.#sink = sink;
    this.#resolveLinks = request.resolveLinks;
    this.#fault = fault;
    const inclusive = fault.startsInclusive ?? false;
    this.#source =
      request.source === 'stream'
        ? new StreamSource(host.store, request, inclusive)
        : new AllSource(host.store, request, inclusive);
  }

  /** Resolves when nothing more will be sent. */
  async run(): Promise<void> {
    this.#host.subscriptions.add(this.#sink);
    const stopWatching = this.#host.store.onCommit(() => this.#dropWhenTooSlow());
    try {
      await this.#confirm();
      while (!this.#sink.over) await this.#sendPage();
    } finally {
      stopWatching();
      this.#host.subscriptions.delete(this.#sink);
    }
  }

  async #confirm(): Promise<void> {
    const refusal = this.#source.refusal();
    if (refusal !== undefined) return this.#sink.finish(refusal);
    if (this.#fault.beforeConfirmation === true) return this.#finish();
    await this.#sink.send(encodeConfirmation(randomUUID()));
    if (this.#fault.afterEvents === 0) this.#finish();
  }

  async #sendPage(): Promise<void> {
    const refusal = this.#source.refusal();
    if (refusal !== undefined) return this.#sink.finish(refusal);
    const page = this.#source.next(pageSize);
    if (page.length === 0) {
      // A commit during the sending of caughtUp makes another page; only silence is waited for.
      if (this.#live) await this.#nextCommit();
      else await this.#goLive();
    }
    for (const event of page) {
      if (this.#sink.over) return;
      await this.#sendEvent(event);
      this.#source.pass(event);
    }
  }

  async #sendEvent(event: StoredEvent): Promise<void> {
    const { filter } = this.#source;
    if (filter === undefined || filter.accepts(event)) {
      await this.#sink.send(frameOf(this.#host.store, event, this.#resolveLinks));
      this.#sentEvents += 1;
      if (this.#sentEvents === this.#fault.afterEvents) return this.#finish();
    }
    this.#lookedAt += 1;
    if (filter === undefined || this.#lookedAt < filter.eventsPerCheckpoint) return;
    this.#lookedAt = 0;
    await this.#sendCheckpoint(event.position);
  }

  async #sendCheckpoint(position: Position): Promise<void> {
    if (this.#fault.atCheckpoint === true) return this.#finish();
    await this.#sink.send(encodeCheckpoint(position));
    const { checkpoints } = this.#fault;
    if (checkpoints === 'twice') await this.#sink.send(encodeCheckpoint(position));
    if (checkpoints === 'lagging' && this.#lastCheckpoint !== undefined) {
      await this.#sink.send(encodeCheckpoint(this.#lastCheckpoint));
    }
    this.#lastCheckpoint = position;
  }

  async #goLive(): Promise<void> {
    this.#live = true;
    const times = { never: 0, once: 1, twice: 2 }[this.#fault.caughtUp ?? 'once'];
    for (let time = 0; time < times; time += 1) await this.#sink.send(encodeCaughtUp());
  }

  async #nextCommit(): Promise<void> {
    let stop = () => {};
    await this.#sink.waitFor((wake) => {
      stop = this.#host.store.onCommit(wake);
    });
    stop();
  }

  /** The server keeps a bounded buffer of live events for a consumer that does not read. */
  #dropWhenTooSlow(): void {
    const { liveBuffer } = this.#fault;
    if (liveBuffer === undefined || !this.#live || !this.#sink.blocked) return;
    const { filter } = this.#source;
    const waiting = this.#source.next(Infinity).filter((event) => filter?.accepts(event) ?? true);
    if (waiting.length > liveBuffer) this.#sink.finish(refusals.tooSlow());
  }

  #finish(): void {
    this.#sink.finish(this.#fault.ending ?? 'end');
  }
}
