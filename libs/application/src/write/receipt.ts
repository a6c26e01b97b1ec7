import type { JsonObject, LedgerEvent } from '@ledger/event-log';
import { leafHash } from '@ledger/integrity';

/** One recorded event of a receipt; `leafHash` is its RFC 6962 leaf hash, 64 hex digits. */
export type ReceiptEvent = {
  eventId: string;
  type: string;
  revision: number;
  position: string;
  recordedAt: string;
  leafHash: string;
  /** The event's data as recorded: for an observation, what was understood of the figure. */
  data: JsonObject;
};

/**
 * The answer to a write. `recorded`: appended now, or earlier by the same command (`replayed`).
 * `unchanged`: the ledger said so already; `events` holds the one that says it.
 */
export type Receipt = {
  outcome: 'recorded' | 'unchanged';
  stream: string;
  revision: number;
  position: string;
  events: ReceiptEvent[];
  /** True when an earlier answer to the same command is given again; not part of the body. */
  replayed: boolean;
};

/** The receipt of events that stand in the log; the same events always give the same receipt. */
export function receiptOf(
  outcome: Receipt['outcome'],
  events: [LedgerEvent, ...LedgerEvent[]],
  replayed: boolean,
): Receipt {
  const last = events.at(-1) ?? events[0];
  return {
    outcome,
    stream: last.stream,
    revision: last.revision,
    position: last.position,
    events: events.map(({ id, type, revision, position, metadata, entry, data }) => ({
      eventId: id,
      type,
      revision,
      position,
      recordedAt: metadata.recordedAt,
      leafHash: leafHash(entry),
      data,
    })),
    replayed,
  };
}
