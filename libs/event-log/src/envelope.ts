// Names and shapes here are storage format: never edited, only added to.

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** Who wrote: the person or system, the unit it acts for, and in which role. */
export type Actor = { id: string; unit: string; role: string };

/** Where a statement comes from; `locator` finds it in the source, e.g. {highlight: 2, item: 9}. */
export type Source = { kind: string; id: string; locator?: JsonObject };

/** What the ledger knows about an event besides its data. */
export type Metadata = {
  /** Version of this event type's shape, from 1. */
  schema: number;
  /**
   * When the ledger took it: UTC, `2026-11-24T08:00:00.123Z`. A process never stamps a time before the
   * latest that it has seen in the log; where several write at once, times may still step back from
   * one event to the next. Order is by position, and order by time by the running maximum.
   */
  recordedAt: string;
  actor: Actor;
  correlationId: string;
  causationId?: string;
  /** Identifies the command: derived from caller, route and idempotency key, else random. */
  commandId: string;
  /** SHA-256, hex, of the command as it was asked, to tell a repeat from a reuse of its key. */
  commandHash: string;
  reason?: string;
  source?: Source;
  /** SHA-256 digests, hex, of supporting documents. */
  evidence?: string[];
  synthetic?: true;
};

/**
 * An event to be appended. Where `metadata.recordedAt` is absent the log stamps it; where it is
 * present (a copy of another ledger) it is kept, wherever it lies.
 */
export type NewEvent = {
  id: string;
  type: string;
  data: JsonObject;
  metadata: Omit<Metadata, 'recordedAt'> & { recordedAt?: string };
};

/**
 * An event as the log holds it.
 *
 * `revision` is the place in its stream, from 0. `position` is the place in the whole log, a
 * decimal string ordered by value, opaque to clients. `sequence` counts ledger events in log order
 * from 0: the leaf number. `entry` is the canonical JSON text whose UTF-8 bytes are stored and hashed.
 */
export type LedgerEvent = {
  id: string;
  type: string;
  stream: string;
  revision: number;
  data: JsonObject;
  metadata: Metadata;
  position: string;
  sequence: number;
  entry: string;
};
