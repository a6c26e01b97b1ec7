import {
  EventLogError,
  encodeEntry,
  parseRecordedAt,
  reasonOf,
  type JsonObject,
  type LedgerEvent,
  type Metadata,
} from '@ledger/event-log';
import type { RawEvent } from './connection.js';

/** An event of the ledger as the server holds it, before its place in our order is known. */
export type StoredEvent = Omit<LedgerEvent, 'position' | 'sequence'>;

/**
 * Rebuilds the entry of an event from what the server holds, byte for byte as it was written: its
 * data and metadata are canonical JSON by the rules of the entry, so spelling them again gives the
 * same bytes. Throws `LOG_DAMAGED` for what no writer of the ledger can have written.
 */
export function storedEvent(stream: string, raw: RawEvent): StoredEvent {
  const { id, type, data, metadata } = raw;
  const revision = Number(raw.revision);
  try {
    // A client that cannot parse JSON hands it on as text or bytes, without an error.
    if (!isObject(data)) throw new Error('its data are no JSON object');
    if (!isMetadata(metadata)) throw new Error('its metadata are no JSON object');
    const entry = encodeEntry({ id, type, stream, revision, data, metadata });
    return { id, type, stream, revision, data, metadata, entry };
  } catch (error) {
    throw new EventLogError(
      'LOG_DAMAGED',
      `Event ${revision} of stream ${stream} was not written by a ledger: ${reasonOf(error)}.`,
      { stream },
    );
  }
}

/** Milliseconds since 1970. */
export function recordedAtOf({ metadata }: StoredEvent): number {
  return parseRecordedAt(metadata.recordedAt);
}

export function placed(event: StoredEvent, position: number): LedgerEvent {
  return { ...event, position: String(position), sequence: position - 1 };
}

function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** `encodeEntry` checks every member. */
function isMetadata(value: unknown): value is Metadata {
  return isObject(value);
}
