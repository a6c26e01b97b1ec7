import type { Aggregate, Recorded } from '@ledger/domain';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';

/** A command that stands in a stream by its events. */
export type TakenCommand = {
  commandHash: string;
  stream: string;
  firstRevision: number;
  lastRevision: number;
};

/**
 * A folded stream; `revision` is -1 where the stream does not exist. `taken` holds the commands
 * that made its events, by their ids.
 */
export type Loaded<S> = { state: S; revision: number; taken: Map<string, TakenCommand> };

const PAGE = 1_000;
const KEPT_STREAMS = 10_000;

/**
 * The states of one aggregate's streams, folded from the log and kept warm. What is kept may lag
 * behind the log when another process writes; the expected revision of an append shows that, and
 * `refresh` catches up. Callers take turns per stream, since states are folded in place.
 */
export class AggregateStore<S, C, E> {
  readonly #kept = new Map<string, Loaded<S>>();

  constructor(
    private readonly aggregate: Aggregate<S, C, E>,
    private readonly log: EventLogReader,
  ) {}

  /** The state as kept, or folded from the log when it is cold. */
  async load(stream: string): Promise<Loaded<S>> {
    const kept = this.#kept.get(stream);
    if (kept === undefined) return this.refresh(stream);
    this.#keep(stream, kept);
    return kept;
  }

  /** The state with everything that stands in the log by now. */
  async refresh(stream: string): Promise<Loaded<S>> {
    let loaded = this.#kept.get(stream) ?? this.#nothing();
    for (;;) {
      const events = await this.log.readStream(stream, { from: loaded.revision + 1, limit: PAGE });
      loaded = this.#fold(loaded, events);
      if (events.length < PAGE) break;
    }
    if (loaded.revision >= 0) this.#keep(stream, loaded);
    return loaded;
  }

  /** Takes in events that were just appended on top of what `load` returned. */
  advance(stream: string, events: LedgerEvent[]): void {
    const kept = this.#kept.get(stream) ?? this.#nothing();
    if (events[0]?.revision !== kept.revision + 1) this.#kept.delete(stream);
    else this.#keep(stream, this.#fold(kept, events));
  }

  #fold(loaded: Loaded<S>, events: LedgerEvent[]): Loaded<S> {
    const { taken } = loaded;
    let { state, revision } = loaded;
    for (const event of events) {
      state = this.aggregate.evolve(state, asDomainEvent(event));
      revision = event.revision;
      const { commandId, commandHash } = event.metadata;
      const firstRevision = taken.get(commandId)?.firstRevision ?? revision;
      const { stream } = event;
      taken.set(commandId, { commandHash, stream, firstRevision, lastRevision: revision });
    }
    return { state, revision, taken };
  }

  #nothing(): Loaded<S> {
    return { state: this.aggregate.initial(), revision: -1, taken: new Map() };
  }

  #keep(stream: string, loaded: Loaded<S>): void {
    this.#kept.delete(stream);
    this.#kept.set(stream, loaded);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_STREAMS && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/**
 * A stored event as the domain's type. The log holds only what `decide` produced for the stream's
 * category, so the type and data belong together; this is the one place that relies on it.
 */
export function asDomainEvent<E>(event: LedgerEvent): Recorded<E> {
  return event as unknown as Recorded<E>;
}
