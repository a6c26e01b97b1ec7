import { canonicalCopy, checkTexts, isPlainJson } from './canonical.js';
import type { JsonObject, LedgerEvent, Metadata } from './envelope.js';
import { EventLogError } from './event-log.js';
import { checkEventId, checkEventType, checkStreamName } from './names.js';
import { parseRecordedAt } from './recorded-at.js';

/** Version of the entry's own form, its member `v`. */
export const ENTRY_VERSION = 1;
/** UTF-8 bytes. Bundles of entries carry a length of 16 bits. */
export const MAX_ENTRY_BYTES = 65_535;

/** An event with its place in its stream, before it has a place in the log. */
export type EntryEvent = Omit<LedgerEvent, 'position' | 'sequence' | 'entry'>;

/** Where an entry stands in the log. */
export type Place = { position: string; sequence: number };

/**
 * The text whose UTF-8 bytes are stored and hashed: canonical JSON of
 * `{data, id, metadata, revision, stream, type, v}`. It never holds its own position, so the same
 * event has the same bytes in every engine. Inverse: `decodeEntry`.
 *
 * Throws `EventLogError` `ENTRY_NOT_CANONICAL`, `ENTRY_TOO_LARGE`, `STREAM_NAME_INVALID` or
 * `APPEND_INVALID` (an envelope of another shape).
 */
export function encodeEntry(event: EntryEvent): string {
  checkStreamName(event.stream);
  checkRevision(event.revision);
  const { event: copy, entry } = composeEntry(event);
  parseRecordedAt(copy.metadata.recordedAt);
  return entry;
}

/** An event and its text. The event shares no object with the one that it was made from. */
export type ComposedEntry = { event: EntryEvent; entry: string };

/**
 * As `encodeEntry`, with the event as a reader of the text would get it. Stream, revision and
 * `recordedAt` are those of a checked append and are not checked once more for each of its events.
 */
export function composeEntry(event: EntryEvent): ComposedEntry {
  const { id, type, stream, revision } = event;
  checkEventId(id);
  checkEventType(type);
  checkMetadata(event.metadata);
  checkObject(event.data, '/data');
  const data = canonicalCopy(event.data, '/data');
  const metadata = canonicalCopy(event.metadata, '/metadata');
  const entry = JSON.stringify({ data, id, metadata, revision, stream, type, v: ENTRY_VERSION });
  if (!isPlainJson(entry)) {
    checkTexts(data, '/data');
    checkTexts(metadata, '/metadata');
  }
  checkSize(entry);
  return { event: { id, type, stream, revision, data, metadata }, entry };
}

/**
 * Inverse of `encodeEntry`, and its check: the text is taken only if it is byte for byte what
 * `encodeEntry` writes for the event that it holds. Throws as `encodeEntry` does.
 */
export function decodeEntry(text: string, place: Place): LedgerEvent {
  checkSize(text);
  const event = readStoredEntry(text, place);
  const { id, type, stream, revision, data, metadata } = event;
  if (encodeEntry({ id, type, stream, revision, data, metadata }) !== text) {
    throw notAnEntry(text, 'is not the canonical text of its event');
  }
  return event;
}

/**
 * The event of a text that this log wrote: looks at the shape of the envelope, but does not spell
 * the text again (which costs twice the parsing). For texts from elsewhere take `decodeEntry`.
 */
export function readStoredEntry(text: string, { position, sequence }: Place): LedgerEvent {
  const parsed = parse(text);
  if (!isEntry(parsed)) throw notAnEntry(text, 'does not have the members of an entry, version 1');
  const { id, type, stream, revision, data, metadata } = parsed;
  return { id, type, stream, revision, data, metadata, position, sequence, entry: text };
}

type Entry = EntryEvent & { v: typeof ENTRY_VERSION };

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  return (
    value.v === ENTRY_VERSION &&
    typeof value.id === 'string' &&
    typeof value.type === 'string' &&
    typeof value.stream === 'string' &&
    typeof value.revision === 'number' &&
    isObject(value.data) &&
    metadataFault(value.metadata) === undefined
  );
}

function checkMetadata(metadata: unknown): asserts metadata is Metadata {
  const fault = metadataFault(metadata);
  if (fault !== undefined) {
    throw new EventLogError('APPEND_INVALID', `The event's ${fault} is missing or malformed.`, {
      pointer: `/${fault.replaceAll('.', '/')}`,
    });
  }
}

/** The first member that is not of its kind. Members unknown to this version are let through. */
function metadataFault(metadata: unknown): string | undefined {
  if (!isObject(metadata)) return 'metadata';
  const { schema, recordedAt, actor, correlationId, commandId, commandHash } = metadata;
  if (!Number.isSafeInteger(schema) || Number(schema) < 1) return 'metadata.schema';
  if (typeof recordedAt !== 'string') return 'metadata.recordedAt';
  if (!isObject(actor)) return 'metadata.actor';
  if (typeof actor.id !== 'string') return 'metadata.actor.id';
  if (typeof actor.unit !== 'string') return 'metadata.actor.unit';
  if (typeof actor.role !== 'string') return 'metadata.actor.role';
  if (typeof correlationId !== 'string') return 'metadata.correlationId';
  if (typeof commandId !== 'string') return 'metadata.commandId';
  if (typeof commandHash !== 'string') return 'metadata.commandHash';
  return undefined;
}

function checkObject(value: unknown, pointer: string): asserts value is JsonObject {
  if (isObject(value)) return;
  throw new EventLogError('ENTRY_NOT_CANONICAL', `The value at "${pointer}" is no object.`, {
    pointer,
  });
}

function checkRevision(revision: number): void {
  if (Number.isSafeInteger(revision) && revision >= 0) return;
  throw new EventLogError('APPEND_INVALID', `${revision} is no revision; they count from 0.`, {
    pointer: '/revision',
    received: revision,
  });
}

/** A UTF-16 code unit takes at most three bytes, so only long texts need to be counted. */
function checkSize(text: string): void {
  if (text.length * 3 <= MAX_ENTRY_BYTES) return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_ENTRY_BYTES) return;
  throw new EventLogError(
    'ENTRY_TOO_LARGE',
    `The entry has ${bytes} bytes, the limit is ${MAX_ENTRY_BYTES}; ` +
      'keep larger evidence elsewhere and enter its digest.',
    { received: bytes },
  );
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAnEntry(text, 'is not JSON');
  }
}

function notAnEntry(text: string, why: string): EventLogError {
  return new EventLogError('ENTRY_NOT_CANONICAL', `The entry ${why}.`, {
    pointer: '',
    received: text.slice(0, 200),
  });
}
