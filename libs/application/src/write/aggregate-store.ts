import { setImmediate as nextTurn } from 'node:timers/promises';
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
 * that made its events, by their ids; `revisions` says where an event stands, by its id.
 */
export type Loaded<S> = {
  state: S;
  revision: number;
  taken: Map<string, TakenCommand>;
  revisions: Map<string, number>;
};

const PAGE = 1_000;

/** How much is kept warm: this many streams at most, and this many events in all of them. */
export type Bounds = { streams: number; events: number };

/** An observation takes about 0.8 KB, so this is some 170 MB where all of them are. */
const BOUNDS: Bounds = { streams: 10_000, events: 200_000 };

/**
 * The states of one aggregate's streams, folded from the log and kept warm. What is kept may lag
 * behind the log when another process writes; the expected revision of an append shows that, and
 * `refresh` catches up. Callers take turns per stream, since states are folded in place.
 *
 * What was used longest ago is given up first. The stream in use stays, however long it is: to fold
 * it anew for each write would cost more than its memory.
 */
export class AggregateStore<S, C, E> {
  readonly #kept = new Map<string, Loaded<S>>();
  #keptEvents = 0;
  /** Kept streams that the log may hold more of, by what this process has asked for. */
  readonly #doubted = new Set<string>();

  constructor(
    private readonly aggregate: Aggregate<S, C, E>,
    private readonly log: EventLogReader,
    private readonly bounds: Bounds = BOUNDS,
  ) {}

  /** The state as kept, or folded from the log when it is cold or in doubt. */
  async load(stream: string): Promise<Loaded<S>> {
    const kept = this.#kept.get(stream);
    if (kept === undefined || this.#doubted.has(stream)) return this.refresh(stream);
    this.#forget(stream);
    this.#keep(stream, kept);
    return kept;
  }

  /** The state with everything that stands in the log by now. */
  async refresh(stream: string): Promise<Loaded<S>> {
    let loaded = this.#kept.get(stream) ?? this.#nothing();
    for (;;) {
      const events = await this.log.readStream(stream, { from: loaded.revision + 1, limit: PAGE });
      loaded = this.#takeIn(stream, loaded, events);
      if (events.length < PAGE) break;
      // An embedded log answers at once: without this, a long stream would hold up everybody else.
      await nextTurn();
    }
    this.#doubted.delete(stream);
    return loaded;
  }

  /** Takes in events that were just appended on top of what `load` returned. */
  advance(stream: string, events: LedgerEvent[]): void {
    const kept = this.#kept.get(stream) ?? this.#nothing();
    if (events[0]?.revision === kept.revision + 1) this.#takeIn(stream, kept, events);
    else this.#forget(stream);
  }

  /** To be called when an append failed: it may stand in the log all the same. */
  doubt(stream: string): void {
    if (this.#kept.has(stream)) this.#doubted.add(stream);
  }

  /**
   * A state is folded in place, so it is not kept until the fold is whole; and it is kept after each
   * page, so that a read that fails later leaves a state and a revision that belong together.
   */
  #takeIn(stream: string, loaded: Loaded<S>, events: LedgerEvent[]): Loaded<S> {
    this.#forget(stream);
    const folded = this.#fold(stream, loaded, events);
    if (folded.revision >= 0) this.#keep(stream, folded);
    return folded;
  }

  #fold(stream: string, loaded: Loaded<S>, events: LedgerEvent[]): Loaded<S> {
    const { taken, revisions } = loaded;
    let { state, revision } = loaded;
    for (const event of events) {
      state = this.aggregate.evolve(state, asDomainEvent(event));
      revision = event.revision;
      revisions.set(event.id, revision);
      const { commandId, commandHash } = event.metadata;
      const firstRevision = taken.get(commandId)?.firstRevision ?? revision;
      taken.set(commandId, { commandHash, stream, firstRevision, lastRevision: revision });
    }
    return { state, revision, taken, revisions };
  }

  #nothing(): Loaded<S> {
    const state = this.aggregate.initial();
    return { state, revision: -1, taken: new Map(), revisions: new Map() };
  }

  /** As the one that was used last; the stream must not be kept already. */
  #keep(stream: string, loaded: Loaded<S>): void {
    this.#kept.set(stream, loaded);
    this.#keptEvents += loaded.revision + 1;
    while (this.#isTooMuch()) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined || oldest === stream) return;
      this.#forget(oldest);
    }
  }

  #isTooMuch(): boolean {
    return this.#kept.size > this.bounds.streams || this.#keptEvents > this.bounds.events;
  }

  #forget(stream: string): void {
    const kept = this.#kept.get(stream);
    if (kept === undefined) return;
    this.#kept.delete(stream);
    this.#keptEvents -= kept.revision + 1;
  }
}

/**
 * A stored event as the domain's type. The log holds only what `decide` produced for the stream's
 * category, so the type and data belong together; this is the one place that relies on it.
 */
export function asDomainEvent<E>(event: LedgerEvent): Recorded<E> {
  return event as unknown as Recorded<E>;
}
