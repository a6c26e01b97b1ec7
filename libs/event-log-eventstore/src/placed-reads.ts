import { setTimeout as wait } from 'node:timers/promises';
import {
  checkLimit,
  checkPosition,
  checkStreamRead,
  EventLogError,
  formatRecordedAt,
  type Head,
  type LedgerEvent,
  type ReadStreamOptions,
} from '@ledger/event-log';
import { readErrorOf } from './client-errors.js';
import type { EventStoreConnection, RawPlacedEvent } from './connection.js';
import { placed, storedEvent, type StoredEvent } from './entries.js';
import { comparePairs, type Pair } from './pairs.js';
import type { Place, PlaceBook } from './place-book.js';
import type { StreamNames } from './stream-names.js';

/** Records read beyond what is wanted, for what others have written in between. */
const SLACK = 32;
/** A node that is behind the one that the order came from is asked again so often. */
const LAG_ATTEMPTS = 40;
const LAG_PAUSE_MS = 50;

/** Waits until an event has its position; resolves with undefined when that takes too long. */
export type PositionOf = (id: string, pair: Pair | undefined) => Promise<number | undefined>;

/** Reads of the port over a connection and the book of places. */
export class PlacedReads {
  constructor(
    private readonly connection: EventStoreConnection,
    private readonly book: PlaceBook,
    private readonly names: StreamNames,
    private readonly positionOf: PositionOf,
  ) {}

  head(): Head {
    const { position, recordedAt } = this.book.head();
    return {
      position: String(position),
      sequence: position - 1,
      recordedAt: recordedAt === -Infinity ? null : formatRecordedAt(recordedAt),
    };
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    checkStreamRead(stream, options);
    const { from, direction = 'forwards', limit } = options;
    const events = await this.#storedEvents(stream, { ...this.#start(from), direction, limit });
    const step = direction === 'forwards' ? 1 : -1;
    const isWhole = events.every(
      ({ event }, index) => event.revision === (events[0]?.event.revision ?? 0) + step * index,
    );
    const begins = events[0]?.event.revision;
    const isFrom = direction === 'backwards' || begins === undefined || begins === (from ?? 0);
    const lowest = events.at(-1)?.event.revision;
    const isCut = direction === 'backwards' && events.length < limit && (lowest ?? 0) !== 0;
    if (!isWhole || !isFrom || isCut) {
      throw damaged(`the revisions of stream ${stream} have a gap at ${begins ?? 'its start'}`);
    }
    // A deleted stream looks like one that never was, but for what was seen when it was deleted.
    if (events.length === 0 && this.book.hasSignalOf(stream)) {
      throw damaged(`stream ${stream} was deleted or cut off`);
    }
    return Promise.all(events.map((one) => this.#place(one)));
  }

  async readAll({ after, limit }: { after: string; limit: number }): Promise<LedgerEvent[]> {
    checkPosition(after);
    checkLimit(limit);
    const places = this.book.placesFrom(Number(after) + 1, limit);
    const [first] = places;
    if (first === undefined) return [];
    const found = new Map<string, StoredEvent>();
    for (let attempt = 1, from = first.pair; ; attempt += 1) {
      from = await this.#collect(places, from, found);
      const missing = places.find(({ pair }) => !found.has(keyOf(pair)));
      if (missing === undefined) break;
      // Later events are there, so this one was taken out; else the node may only be behind.
      if (comparePairs(from, missing.pair) > 0 || attempt === LAG_ATTEMPTS) {
        throw damaged(`the event at position ${missing.position} is not where it was written`);
      }
      await wait(LAG_PAUSE_MS);
    }
    return places.flatMap(({ pair, position }) => {
      const event = found.get(keyOf(pair));
      return event === undefined ? [] : [placed(event, position)];
    });
  }

  #start(from: number | undefined): { from?: number } {
    return from === undefined ? {} : { from };
  }

  /** Reads on from a place until all are found or the log ends; answers how far it came. */
  async #collect(places: Place[], from: Pair, found: Map<string, StoredEvent>): Promise<Pair> {
    const wanted = new Map(places.map((place) => [keyOf(place.pair), place]));
    const end = places.at(-1)?.pair ?? from;
    let at = from;
    while (found.size < places.length && comparePairs(at, end) <= 0) {
      const count = places.length - found.size + SLACK;
      const page = await this.#page(at, count);
      for (const raw of page) {
        const key = keyOf(raw.pair);
        const name = this.names.read(raw.name);
        if (wanted.get(key)?.id !== raw.id || name.kind !== 'ledger') continue;
        found.set(key, storedEvent(name.stream, raw));
      }
      const reached = page.at(-1)?.pair;
      if (reached === undefined || page.length < count) return reached ?? at;
      at = reached;
    }
    return at;
  }

  async #page(from: Pair, count: number): Promise<RawPlacedEvent[]> {
    try {
      return await this.connection.readAll({ from, count });
    } catch (error) {
      throw readErrorOf(error, this.connection.address.shown);
    }
  }

  async #storedEvents(
    stream: string,
    options: { from?: number; direction: 'forwards' | 'backwards'; limit: number },
  ): Promise<{ event: StoredEvent; pair: Pair | undefined }[]> {
    const { limit, ...rest } = options;
    const name = this.names.onServer(stream);
    try {
      const raw = await this.connection.readStream(name, { ...rest, count: limit });
      return raw.map((one) => ({ event: storedEvent(stream, one), pair: one.pair }));
    } catch (error) {
      throw readErrorOf(error, this.connection.address.shown);
    }
  }

  async #place({
    event,
    pair,
  }: {
    event: StoredEvent;
    pair: Pair | undefined;
  }): Promise<LedgerEvent> {
    const position = await this.positionOf(event.id, pair);
    if (position !== undefined) return placed(event, position);
    throw new EventLogError(
      'UNAVAILABLE',
      `Event ${event.id} stands in stream ${event.stream}, but its place in the log is not known ` +
        'here yet; try again.',
    );
  }
}

const keyOf = ({ commit, prepare }: Pair): string => `${commit}/${prepare}`;

function damaged(problem: string): EventLogError {
  return new EventLogError('LOG_DAMAGED', `The log on the server contradicts itself: ${problem}.`);
}
