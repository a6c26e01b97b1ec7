import { existsSync } from 'node:fs';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  NO_STREAM,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { AllStreamResolvedEvent, JSONEventData, StreamingRead } from '@eventstore/db-client';
import { EventLogError, reasonOf } from '@ledger/event-log';
import { readEventStoreUrl, type EventStoreAddress } from './address.js';
import { CallTimeout, callFaultOf } from './client-errors.js';
import { knownPair, type Pair } from './pairs.js';
import type { Timings } from './timings.js';

/** An event as the server gives it; nothing of it is checked yet. `pair` may be unknown. */
export type RawEvent = {
  id: string;
  name: string;
  revision: bigint;
  type: string;
  data: unknown;
  metadata: unknown;
  pair: Pair | undefined;
};

/** An event of the server's whole log, which always has its place. */
export type RawPlacedEvent = RawEvent & { pair: Pair };

/** An append on the wire; `expected` is -1 for a stream that must not exist. */
export type RawAppend = {
  name: string;
  expected: number;
  events: { id: string; type: string; data: object; metadata: object }[];
};

/** What a live subscription brings: events, or word that the server has searched up to a place. */
export type Frame = { event: RawPlacedEvent } | { searchedTo: Pair };

/** Records that the server searches before it says how far it is. */
const SEARCH_WINDOW = 32;

/**
 * The calls to EventStoreDB that the ledger makes, with the limits that the client lacks: every
 * wait is bounded, every call that is left is cancelled. There is no other use of the client. It
 * always sends credentials with a call, since only then the client uses the plain append call,
 * whose deadline holds.
 */
export class EventStoreConnection {
  readonly address: EventStoreAddress;
  readonly #client: EventStoreDBClient;
  readonly #timings: Timings;

  /** Throws `ADDRESS_INVALID`. Connects with the first call. */
  constructor(url: string, timings: Timings) {
    this.address = readEventStoreUrl(url);
    this.#timings = timings;
    this.#client = openClient(this.address);
  }

  /**
   * Appends at an exact revision, all or none. Answers the stream's last revision, and where the
   * server says the events stand, as a hint. Rejects with whatever `callFaultOf` classifies.
   */
  async append(
    append: RawAppend,
    milliseconds: number,
  ): Promise<{ revision: bigint; pair: Pair | undefined }> {
    const { name, expected, events } = append;
    const { credentials } = this.address;
    const given = events.map(({ id, type, data, metadata }): JSONEventData => ({
      id,
      type,
      contentType: 'application/json',
      data: { ...data },
      metadata: { ...metadata },
    }));
    const answer = this.#client.appendToStream(name, given, {
      expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected),
      requiresLeader: true,
      deadline: milliseconds,
      credentials,
    });
    // The client's deadline lies with gRPC; this one holds also where its promise never settles.
    const { nextExpectedRevision, position } = await within(answer, milliseconds + 1_000);
    return { revision: nextExpectedRevision, pair: knownPair(position) };
  }

  /** At most `count` events of a stream from a revision on; none when there is no such stream. */
  async readStream(
    name: string,
    options: { from?: number; direction: 'forwards' | 'backwards'; count: number },
  ): Promise<RawEvent[]> {
    const { from, direction, count } = options;
    const edge = direction === 'forwards' ? START : END;
    const stream = this.#client.readStream(name, {
      fromRevision: from === undefined ? edge : BigInt(from),
      direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
      maxCount: count,
      requiresLeader: true,
      credentials: this.address.credentials,
    });
    try {
      const read = await this.#collect(stream);
      return read.flatMap(({ event }) => (event === undefined ? [] : [rawEvent(event)]));
    } catch (error) {
      if (callFaultOf(error).kind === 'streamNotFound') return [];
      throw error;
    }
  }

  /** At most `count` records of the whole log, from a place on that is included. */
  async readAll(options: { from?: Pair; count: number }): Promise<RawPlacedEvent[]> {
    const stream = this.#client.readAll({
      fromPosition: options.from ?? START,
      direction: FORWARDS,
      maxCount: options.count,
      credentials: this.address.credentials,
    });
    return (await this.#collect(stream)).flatMap(placedEvent);
  }

  /** The last place of the whole log; undefined when there is nothing at all. */
  async head(): Promise<Pair | undefined> {
    const stream = this.#client.readAll({
      fromPosition: END,
      direction: BACKWARDS,
      maxCount: 1,
      credentials: this.address.credentials,
    });
    return (await this.#collect(stream)).flatMap(placedEvent)[0]?.pair;
  }

  /**
   * Everything after a place in the streams with these prefixes, for ever, until `stop` aborts or
   * the server drops it: by an error, or by an end that looks like a success. Word of how far the
   * server has searched comes in its turn among the events.
   */
  async *subscribe(options: {
    after: Pair | undefined;
    prefixes: string[];
    stop: AbortSignal;
  }): AsyncGenerator<Frame, void, undefined> {
    const { after, prefixes, stop } = options;
    const subscription = this.#client.subscribeToAll({
      fromPosition: after ?? START,
      credentials: this.address.credentials,
      filter: streamNameFilter({
        prefixes,
        maxSearchWindow: SEARCH_WINDOW,
        checkpointInterval: 1,
        // Called when the frame arrives, while events before it still wait to be read: so it is put
        // in line behind them. An error in here would stall the client's stream for ever.
        checkpointReached: (stream, position) => {
          stream.push(new SearchedTo(position));
        },
      }),
    });
    ignoreLateErrors(subscription);
    const cancel = () => void subscription.unsubscribe().catch(() => {});
    const abort = () => {
      cancel();
      subscription.destroy();
    };
    stop.addEventListener('abort', abort, { once: true });
    try {
      if (stop.aborted) return;
      const items: AsyncIterable<AllStreamResolvedEvent | SearchedTo> = subscription;
      for await (const item of items) yield* framesOf(item);
    } catch (error) {
      if (!stop.aborted) throw error;
    } finally {
      stop.removeEventListener('abort', abort);
      cancel();
    }
  }

  async close(): Promise<void> {
    await within(this.#client.dispose(), this.#timings.close).catch(() => {});
  }

  /** Reads a bounded answer to its end; a server that falls silent is left after a while. */
  async #collect<E>(stream: StreamingRead<E>): Promise<E[]> {
    ignoreLateErrors(stream);
    const items: E[] = [];
    const frames = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await within(frames.next(), this.#timings.idle);
        if (next.done === true) return items;
        items.push(next.value);
      }
    } finally {
      // Leaving the loop does not end the call: the server would go on sending.
      await within(stream.cancel(), this.#timings.idle).catch(() => {});
    }
  }
}

/** The client still emits errors on a stream that was left; without a listener they end the process. */
function ignoreLateErrors(stream: { on(event: 'error', listener: () => void): unknown }): void {
  stream.on('error', () => {});
}

/** The client reads the files that its address names. */
function openClient(address: EventStoreAddress): EventStoreDBClient {
  for (const setting of ['tlsCAFile', 'userCertFile', 'userKeyFile']) {
    const value = new RegExp(`[?&]${setting}=([^&]+)`).exec(address.url)?.[1];
    if (value === undefined) continue;
    const file = decodeURIComponent(value);
    if (existsSync(file)) continue;
    throw new EventLogError('ADDRESS_INVALID', `There is no file ${file}, which ${setting} names.`);
  }
  try {
    return EventStoreDBClient.connectionString(address.url);
  } catch (error) {
    throw new EventLogError(
      'ADDRESS_INVALID',
      `The address ${address.shown} cannot be used: ${reasonOf(error)}.`,
    );
  }
}

type Resolved = NonNullable<AllStreamResolvedEvent['event']>;

/** Among the events of a subscription: the server has searched its log up to here. */
class SearchedTo {
  constructor(readonly pair: Pair) {}
}

function framesOf(item: AllStreamResolvedEvent | SearchedTo): Frame[] {
  if (!(item instanceof SearchedTo)) return placedEvent(item).map((event) => ({ event }));
  const searchedTo = knownPair(item.pair);
  return searchedTo === undefined ? [] : [{ searchedTo }];
}

/** An event of the whole log; a link to an event elsewhere comes as what stands in the log. */
function placedEvent({ event, link }: AllStreamResolvedEvent): RawPlacedEvent[] {
  const record = link ?? event;
  if (record === undefined) return [];
  const { position } = record;
  return [{ ...rawEvent(record), pair: position }];
}

type Recorded = Omit<Resolved, 'position' | 'data'> & { position?: Pair; data: unknown };

function rawEvent(event: Recorded): RawEvent {
  const { id, streamId, revision, type, data, metadata, position } = event;
  return { id, name: streamId, revision, type, data, metadata, pair: knownPair(position) };
}

/** Rejects with `CallTimeout` when a promise takes longer; what it brings later is ignored. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CallTimeout(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
