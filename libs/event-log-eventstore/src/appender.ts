import { setTimeout as wait } from 'node:timers/promises';
import {
  closedError,
  conflict,
  EventLogError,
  isEventLogError,
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

/** One append on its way: how its events come by, and the milliseconds that are left for it. */
type Attempt = { append: ComposedAppend; echo: Echo; left: () => number };

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

  /** Rejects with `UNAVAILABLE` only while nothing was sent. */
  async perform(append: ComposedAppend): Promise<LedgerEvent[]> {
    const { timings, keeper } = this.#parts;
    const deadline = Date.now() + timings.budget;
    const echo = new Echo(append.events, keeper);
    const attempt: Attempt = {
      append,
      echo,
      left: () => Math.min(deadline, this.#closeBy) - Date.now(),
    };
    try {
      if (attempt.left() <= 0) throw closedError();
      return (await this.#judgeBefore(attempt)) ?? (await this.#send(attempt));
    } finally {
      echo.stop();
    }
  }

  /** What can be told without sending: a repeat, a conflict, or a stream that was tampered with. */
  async #judgeBefore(attempt: Attempt): Promise<LedgerEvent[] | undefined> {
    const { keeper } = this.#parts;
    const { stream, expected } = attempt.append;
    const standsAt = keeper.revisionOf(stream);
    if (standsAt !== undefined && standsAt > expected) {
      const standing = await this.#readBack(attempt, 'the stream cannot be read');
      if (isSame(standing, attempt.append)) return standing;
      const actual = Math.max(standsAt, standing.at(-1)?.revision ?? -1);
      throw conflict(stream, spelled(expected), actual);
    }
    // A deleted stream would take new events and go on with its old numbers.
    const signal = expected < 0 ? keeper.signalOf(stream) : undefined;
    if (signal !== undefined) throw new EventLogError('LOG_DAMAGED', signal.what, { stream });
    return undefined;
  }

  async #send(attempt: Attempt): Promise<LedgerEvent[]> {
    let reason: string;
    do {
      const sentAt = Date.now();
      const sent = await this.#sendOnce(attempt);
      if (sent.kind === 'written') return this.#written(attempt, sent.pair);
      reason = sent.reason;
      const standing = await this.#settled(attempt, sentAt, reason);
      if (standing !== undefined) return standing;
    } while (attempt.left() > 0);
    throw this.#unknownOutcome(reason);
  }

  async #sendOnce(attempt: Attempt, isSecond = false): Promise<Sent> {
    const { connection, names, keeper, timings } = this.#parts;
    const { append, left } = attempt;
    const { stream, expected, events } = append;
    const { shown } = connection.address;
    try {
      const { revision, pair } = await connection.append(
        { name: names.onServer(stream), expected, events },
        Math.max(1, Math.min(timings.append, left())),
      );
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
          const standing = await this.#readBack(attempt, clientReason(error));
          if (isSame(standing, append)) return { kind: 'written', pair: undefined };
          throw conflict(stream, spelled(expected), fault.actual);
        }
        case 'notLeader':
          // The next call goes to the leader; once, then it counts as any other failure.
          if (!isSecond) return this.#sendOnce(attempt, true);
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
        case 'invalidPosition':
        case 'uncertain':
          return { kind: 'unknown', reason: clientReason(error) };
      }
    }
  }

  /** The events with their positions, as they come by in the order of the log. */
  async #written(attempt: Attempt, pair: Pair | undefined): Promise<LedgerEvent[]> {
    const { keeper, timings } = this.#parts;
    const { append, echo, left } = attempt;
    if (echo.events !== undefined) return echo.events;
    // A repeat does not come by again; its place has been passed long ago.
    if (pair !== undefined) await keeper.reached(pair, Math.max(0, left()));
    else await keeper.waitFor(() => echo.events !== undefined, Math.min(timings.echo, left()));
    const standing = await this.#readBack(attempt, 'it was written, but cannot be read back');
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
    attempt: Attempt,
    sentAt: number,
    reason: string,
  ): Promise<LedgerEvent[] | undefined> {
    const { timings, connection, names } = this.#parts;
    const { append, echo, left } = attempt;
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
      if (isSame(standing, append)) return this.#readBack(attempt, reason);
      if (standing.length > 0) throw await this.#conflictOf(attempt, reason);
      if (Date.now() - sentAt >= timings.settle) return undefined;
    }
    return undefined;
  }

  async #conflictOf(attempt: Attempt, reason: string): Promise<EventLogError> {
    const { stream, expected } = attempt.append;
    const [last] = await this.#certainly(attempt, reason, () =>
      this.#parts.reads.readStream(stream, { direction: 'backwards', limit: 1 }),
    );
    return conflict(stream, spelled(expected), last?.revision ?? 'none');
  }

  /** What stands in the stream where the append wants to stand. */
  async #readBack(attempt: Attempt, reason: string): Promise<LedgerEvent[]> {
    const { stream, expected, entries } = attempt.append;
    return this.#certainly(attempt, reason, () =>
      this.#parts.reads.readStream(stream, { from: expected + 1, limit: entries.length }),
    );
  }

  /**
   * A read that must succeed before anything can be said of the append: asked again within the
   * budget, unless the events come by meanwhile. After it the outcome is unknown.
   */
  async #certainly(
    { echo, left }: Attempt,
    reason: string,
    read: () => Promise<LedgerEvent[]>,
  ): Promise<LedgerEvent[]> {
    const { first, longest } = this.#parts.timings.backoff;
    for (let pause = first; ; pause = Math.min(longest, pause * 2)) {
      if (echo.events !== undefined) return echo.events;
      try {
        return await read();
      } catch (error) {
        if (!isEventLogError(error) || error.code !== 'UNAVAILABLE') throw error;
      }
      if (left() <= 0) throw this.#unknownOutcome(reason);
      await wait(Math.max(0, Math.min(left(), pause * (0.5 + Math.random()))));
    }
  }

  #unknownOutcome(reason: string): EventLogError {
    return new EventLogError(
      'OUTCOME_UNKNOWN',
      `EventStoreDB at ${this.#parts.connection.address.shown} gave no answer (${reason}); the ` +
        'change may be recorded or not. Send it again with the same idempotency key: it will be ' +
        'recorded once.',
    );
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
