import type { Position, StoredEvent } from './committed-log.js';
import type { AllRead, Filter, StreamRead } from './read-request.js';
import { refusals, type Refusal } from './status.js';
import type { EventStoreModel } from './store.js';

/** Where a subscription takes its events from, and how far it came. */
export interface EventSource {
  /** Absent when every event is passed on and no checkpoints are due. */
  readonly filter: Filter | undefined;
  /** Why there is nothing to follow (any more). */
  refusal(): Refusal | undefined;
  /** At most `limit` events behind the place reached. */
  next(limit: number): StoredEvent[];
  /** This event is done with. */
  pass(event: StoredEvent): void;
}

/** One stream, by revision. A stream that does not exist yet may come. */
export class StreamSource implements EventSource {
  readonly filter = undefined;
  readonly #store: EventStoreModel;
  readonly #stream: string;
  #after: bigint;

  constructor(store: EventStoreModel, request: StreamRead, inclusive: boolean) {
    this.#store = store;
    this.#stream = request.stream;
    const { from } = request;
    if (from === 'start') this.#after = -1n;
    else if (from === 'end') this.#after = store.stream(request.stream)?.lastRevision ?? -1n;
    else this.#after = inclusive ? from - 1n : from;
  }

  refusal(): Refusal | undefined {
    const tombstoned = this.#store.isTombstoned(this.#stream);
    return tombstoned ? refusals.streamDeleted(this.#stream) : undefined;
  }

  next(limit: number): StoredEvent[] {
    const visible = this.#store.visible(this.#stream) ?? [];
    const first = visible.findIndex(({ revision }) => revision > this.#after);
    return first === -1 ? [] : visible.slice(first, first + limit);
  }

  pass({ revision }: StoredEvent): void {
    this.#after = revision;
  }
}

/** $all, by position. */
export class AllSource implements EventSource {
  readonly filter: Filter | undefined;
  readonly #store: EventStoreModel;
  readonly #invalid: boolean;
  #after: Position | undefined;
  #inclusive: boolean;

  constructor(store: EventStoreModel, request: AllRead, inclusive: boolean) {
    this.filter = request.filter;
    this.#store = store;
    this.#inclusive = inclusive;
    const { from } = request;
    this.#invalid = typeof from !== 'string' && !store.knows(from);
    if (from === 'end') this.#after = store.log.at(-1)?.position;
    else if (from !== 'start') this.#after = from;
  }

  refusal(): Refusal | undefined {
    return this.#invalid ? refusals.invalidPosition() : undefined;
  }

  next(limit: number): StoredEvent[] {
    const index = this.#after === undefined ? 0 : this.#store.indexAt(this.#after);
    const events = this.#store.log.slice(index, index + limit + 1);
    const [first] = events;
    const isBorder =
      first?.position.commit === this.#after?.commit &&
      first?.position.prepare === this.#after?.prepare;
    return isBorder && !this.#inclusive ? events.slice(1) : events.slice(0, limit);
  }

  pass({ position }: StoredEvent): void {
    this.#after = position;
    this.#inclusive = false;
  }
}
