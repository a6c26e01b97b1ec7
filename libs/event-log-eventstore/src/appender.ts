import { setTimeout as wait } from 'node:timers/promises';
import {
  conflict,
  EventLogError,
  type ComposedAppend,
  type LedgerEvent,
  type PreparedAppend,
} from '@ledger/event-log';
import { callFaultOf, clientReason, deniedError, unsupportedError } from './client-errors.js';
import type { EventStoreConnection, RawEvent } from './connection.js';
import { placed } from './entries.js';
import type { OrderKeeper } from './order-keeper.js';
import type { Pair } from './pairs.js';
import type { PlacedReads } from './placed-reads.js';
import type { StreamNames } from './stream-names.js';
import type { Timings } from './timings.js';

/**
 * Types, data and metadata of one append in bytes: servers before 25.1 take 1 MiB, of which some is
 * left to what the protocol adds.
 */
export const MAX_APPEND_BYTES = 1_000_000;

type Parts = {
  connection: EventStoreConnection;
  keeper: OrderKeeper;
  reads: PlacedReads;
  names: StreamNames;
  timings: Timings;
};

/** What a send came to; `unknown` says nothing about what the server did. */
type Sent = { kind: 'written'; pair: Pair | undefined } | { kind: 'unknown'; reason: string };

/**
 * Brings one append to a certain end: written, written before, refused, or, only when the server
 * stays silent beyond the budget, unknown. Sends always the same ids at the same exact revision,
 * which the server stores once however often they come.
 */
export class Appender {
  readonly #parts: Parts;
  #closeBy = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** From now on nothing may take longer than this. */
  closeWithin(milliseconds: number): void {
    this.#closeBy = Date.now() + milliseconds;
  }

  async perform(append: ComposedAppend): Promise<LedgerEvent[]> {
    const known = await this.#judgeBefore(append);
    if (known !== undefined) return known;
    const echo = new Echo(append.events, this.#parts.keeper);
    try {
      return await this.#send(append, echo);
    } finally {
      echo.stop();
    }
  }

  /** What can be told without sending: a repeat, or a conflict. */
  async #judgeBefore(append: ComposedAppend): Promise<LedgerEvent[] | undefined> {
    const { keeper } = this.#parts;
    const { stream, expected } = append;
    const standsAt = keeper.revisionOf(stream);
    if (standsAt === undefined || standsAt <= expected) return undefined;
    const standing = await this.#readBack(append);
    if (isSame(standing, append)) return standing;
    throw conflict(stream, spelled(expected), Math.max(standsAt, standing.at(-1)?.revision ?? -1));
  }

  async #send(append: ComposedAppend, echo: Echo): Promise<LedgerEvent[]> {
    const { timings } = this.#parts;
    const began = Date.now();
    const left = () => Math.min(began + timings.budget, this.#closeBy) - Date.now();
    let reason: string;
    do {
      const sentAt = Date.now();
      const sent = await this.#sendOnce(append);
      if (sent.kind === 'written') return this.#written(append, sent.pair, echo, left);
      reason = sent.reason;
      const standing = await this.#settled(append, sentAt, echo, left);
      if (standing !== undefined) return standing;
    } while (left() > 0);
    throw unknownOutcome(this.#parts.connection.address.shown, reason);
  }

  async #sendOnce(append: ComposedAppend, isSecond = false): Promise<Sent> {
    const { connection, names, keeper } = this.#parts;
    const { stream, expected, events } = append;
    const { shown } = connection.address;
    try {
      const { revision, pair } = await connection.append({
        name: names.onServer(stream),
        expected,
        events,
      });
      const due = expected + events.length;
      if (Number(revision) === due) return { kind: 'written', pair };
      const what =
        `The server wrote to stream ${stream} up to revision ${revision} where ${due} was due: ` +
        'the stream was deleted or cut off before.';
      keeper.signal({ stream, what });
      throw new EventLogError('LOG_DAMAGED', what, { stream });
    } catch (error) {
      if (error instanceof EventLogError) throw error;
      const fault = callFaultOf(error);
      switch (fault.kind) {
        case 'wrongRevision': {
          const standing = await this.#readBack(append);
          if (isSame(standing, append)) return { kind: 'written', pair: undefined };
          throw conflict(stream, spelled(expected), fault.actual);
        }
        case 'notLeader':
          // The next call goes to the leader; once, then it counts as any other failure.
          if (!isSecond) return this.#sendOnce(append, true);
          return { kind: 'unknown', reason: clientReason(error) };
        case 'streamDeleted': {
          const what = `Stream ${stream} was deleted on the server. The ledger never does that.`;
          keeper.signal({ stream, what });
          throw new EventLogError('LOG_DAMAGED', what, { stream });
        }
        case 'tooLarge':
          throw tooLarge(bytesOf(append));
        case 'denied':
          throw deniedError(shown);
        case 'unsupported':
          throw unsupportedError(shown, error);
        case 'streamNotFound':
        case 'uncertain':
          return { kind: 'unknown', reason: clientReason(error) };
      }
    }
  }

  /** The events with their positions, as they come by in the order of the log. */
  async #written(
    append: ComposedAppend,
    pair: Pair | undefined,
    echo: Echo,
    left: () => number,
  ): Promise<LedgerEvent[]> {
    const { keeper, timings } = this.#parts;
    if (echo.events !== undefined) return echo.events;
    // A repeat does not come by again; its place has been passed long ago.
    if (pair !== undefined) await keeper.reached(pair, Math.max(0, left()));
    else await keeper.waitFor(() => echo.events !== undefined, Math.min(timings.echo, left()));
    if (echo.events !== undefined) return echo.events;
    const standing = await this.#readBack(append);
    if (isSame(standing, append)) return standing;
    throw new EventLogError(
      'LOG_DAMAGED',
      `The server confirmed an append to stream ${append.stream} that does not stand there.`,
      { stream: append.stream },
    );
  }

  /**
   * After a send without an answer: the events once they are found, undefined when they are not
   * there although the server had time to write them. Then sending again is safe.
   */
  async #settled(
    append: ComposedAppend,
    sentAt: number,
    echo: Echo,
    left: () => number,
  ): Promise<LedgerEvent[] | undefined> {
    const { timings, connection, names } = this.#parts;
    const { first, longest } = timings.backoff;
    for (let pause = first; left() > 0; pause = Math.min(longest, pause * 2)) {
      await wait(Math.min(left(), pause * (0.5 + Math.random())));
      if (echo.events !== undefined) return echo.events;
      const from = append.expected + 1;
      let standing: RawEvent[];
      try {
        const count = append.entries.length;
        const options = { from, direction: 'forwards', count } as const;
        standing = await connection.readStream(names.onServer(append.stream), options);
      } catch (error) {
        if (callFaultOf(error).kind === 'denied') throw deniedError(connection.address.shown);
        continue;
      }
      const ids = standing.map(({ id }) => ({ id }));
      if (isSame(ids, append)) return this.#readBack(append);
      if (standing.length > 0) throw await this.#conflictOf(append);
      if (Date.now() - sentAt >= timings.settle) return undefined;
    }
    return undefined;
  }

  async #conflictOf({ stream, expected }: PreparedAppend): Promise<EventLogError> {
    const [last] = await this.#parts.reads.readStream(stream, { direction: 'backwards', limit: 1 });
    return conflict(stream, spelled(expected), last?.revision ?? 'none');
  }

  /** What stands in the stream where the append wants to stand. */
  #readBack({ stream, expected, entries }: PreparedAppend): Promise<LedgerEvent[]> {
    return this.#parts.reads.readStream(stream, { from: expected + 1, limit: entries.length });
  }
}

/** Hears the events of one append when they get their positions. */
class Echo {
  events: LedgerEvent[] | undefined;
  readonly stop: () => void;

  constructor(sent: ComposedAppend['events'], keeper: OrderKeeper) {
    const missing = new Set(sent.map(({ id }) => id));
    const heard: LedgerEvent[] = [];
    this.stop = keeper.onEvent((event, position) => {
      if (event.stream !== sent[0]?.stream || !missing.delete(event.id)) return;
      heard.push(placed(event, position));
      if (missing.size === 0) this.events = heard;
    });
  }
}

/** Bytes that the server counts for an append. */
export function bytesOf({ entries }: PreparedAppend): number {
  return entries.reduce((sum, { entry, type }) => sum + Buffer.byteLength(entry) + type.length, 0);
}

export function tooLarge(bytes: number): EventLogError {
  return new EventLogError(
    'APPEND_INVALID',
    `The append holds ${bytes} bytes; EventStoreDB takes ${MAX_APPEND_BYTES} at a time. ` +
      'Append its events in several parts.',
    { received: bytes },
  );
}

function isSame(standing: readonly { id: string }[], { entries }: PreparedAppend): boolean {
  return (
    standing.length === entries.length &&
    entries.every(({ id }, index) => id === standing[index]?.id)
  );
}

function spelled(revision: number): number | 'none' {
  return revision < 0 ? 'none' : revision;
}

function unknownOutcome(shown: string, reason: string): EventLogError {
  return new EventLogError(
    'OUTCOME_UNKNOWN',
    `EventStoreDB at ${shown} gave no answer (${reason}); the change may be recorded or not. ` +
      'Send it again with the same idempotency key: it will be recorded once.',
  );
}
