import type { LedgerEvent, NewEvent } from './envelope.js';

/** Where a stream must stand for an append to be taken: its last revision, or not existing. */
export type ExpectedRevision = number | 'none';

/** Everything up to here is durable. `events` are the appended ones, as the log holds them. */
export type Appended = { revision: number; position: string; events: LedgerEvent[] };

/**
 * The end of the log; `position` is `"0"`, `sequence` -1 and `recordedAt` null when empty.
 * `recordedAt` is the latest time of any event, which need not be the last one's.
 */
export type Head = { position: string; sequence: number; recordedAt: string | null };

export type ReadStreamOptions = {
  /** First revision to read, inclusive; default the first (forwards) or last (backwards). */
  from?: number;
  direction?: 'forwards' | 'backwards';
  /** At most 1,000. */
  limit: number;
};

/**
 * What a reader of the log may do. Followers need only this. Reads reject with an `EventLogError`:
 * `READ_INVALID` for a limit, revision or position that cannot be, `LOG_DAMAGED` when what is
 * stored contradicts itself, `UNAVAILABLE` when the log is closed or cannot be reached.
 */
export interface EventLogReader {
  /** Events of one stream in revision order; an empty array when there is no such stream. */
  readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]>;
  /** Events after `after` (exclusive; `"0"` = from the start) in log order; at most 1,000. */
  readAll(options: { after: string; limit: number }): Promise<LedgerEvent[]>;
  /**
   * Batches of events after `after`, in log order, without gap or double, for ever: waits for new
   * ones, reads no further than the consumer asks (back-pressure), survives reconnects, and ends
   * when `signal` aborts.
   */
  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]>;
  head(): Promise<Head>;
  close(): Promise<void>;
}

/**
 * The port of the ledger's one source of truth. There is no delete, truncate, overwrite or force,
 * and no "any" revision.
 *
 * `append` is durable when it resolves. Events stand consecutively in one stream, all or none. It
 * rejects with an `EventLogError`: `CONFLICT` when the stream stands elsewhere (`actualRevision`
 * says where), `ENTRY_*` when an event breaks a rule of the canonical entry, `OVERLOADED` when too
 * much is queued (try again), `UNAVAILABLE` when nothing was or will be written. An engine resolves
 * doubt by reading back; only where its store stays silent for too long does it reject with
 * `OUTCOME_UNKNOWN`: the events may stand in the log, and asking again with the same ids is safe.
 * The same event ids at the same revisions again are the same success with the first answer. The
 * order of positions is the order of commits.
 */
export interface EventLog extends EventLogReader {
  append(stream: string, expected: ExpectedRevision, events: NewEvent[]): Promise<Appended>;
}

/** A log as a server holds it: it can tell of commits, and how it fares. */
export interface ServedEventLog extends EventLog {
  /**
   * Calls back with the position of the last event after each commit that this process hears of.
   * Answers how to stop it. Nothing durable may rest on it: who needs every event follows the log.
   */
  onCommitted(listener: (position: string) => void): () => void;
  state(): LogState;
  /** Resolves with the reason when this process can never write again and must be started anew. */
  readonly lost: Promise<string>;
}

/** How a log fares. `problem` says in a sentence why it cannot be reached or written now. */
export type LogState = { reachable: boolean; problem?: string; tamperSignals: TamperSignal[] };

/**
 * Something in the store that no writer of the ledger does: a sign of tampering or of damage. It is
 * kept and shown, and never repaired. `what` is a sentence.
 */
export type TamperSignal = { stream?: string; position?: string; what: string };

/** A walk over a whole log; `events` were looked at, `problem` says what is wrong at `position`. */
export type LogCheck =
  | { sound: true; events: number }
  | { sound: false; events: number; position: string; problem: string };

export type EventLogErrorCode =
  | 'CONFLICT'
  | 'ENTRY_TOO_LARGE'
  | 'ENTRY_NOT_CANONICAL'
  | 'STREAM_NAME_INVALID'
  /** The envelope, the number of events or the expected revision breaks a rule. */
  | 'APPEND_INVALID'
  /** A limit, revision or position that cannot be. */
  | 'READ_INVALID'
  | 'OVERLOADED'
  /** Another server holds the log. */
  | 'LOCKED'
  /** What is stored contradicts itself: a matter for `doctor` and the auditor. */
  | 'LOG_DAMAGED'
  | 'UNAVAILABLE'
  /** It could not be found out whether the events were written; the same append again is safe. */
  | 'OUTCOME_UNKNOWN'
  /** The store refuses these credentials, or this user may not do it. */
  | 'ACCESS_DENIED'
  /** The address of a log cannot be used as it is spelled. */
  | 'ADDRESS_INVALID';

/** Recognise it by `code`, never by `instanceof`: it may come from another realm or thread. */
export class EventLogError extends Error {
  override readonly name = 'EventLogError';
  constructor(
    readonly code: EventLogErrorCode,
    message: string,
    readonly details: {
      stream?: string;
      actualRevision?: ExpectedRevision;
      /** JSON pointer into the event and the value, for ENTRY_* errors. */
      pointer?: string;
      received?: unknown;
    } = {},
  ) {
    super(message);
  }
}
