import { EventLogError } from './event-log.js';

export const MAX_STREAM_NAME_LENGTH = 140;
/**
 * What a stream may be about: the part of its name before the first dash. Storage format: only
 * added to, since an engine that shares its store with others finds the ledger's streams by it.
 */
export const STREAM_CATEGORIES = [
  'metric',
  'reform',
  'milestone',
  'unit',
  'rule',
  'task',
  'period',
  'bulletin',
  'access',
  'projection',
] as const;
const STREAM_NAME = new RegExp(`^(?:${STREAM_CATEGORIES.join('|')})(?:-[a-z0-9]+)+$`);
const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const EVENT_TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;

/** `<category>-<id>`, e.g. `metric-vacated-premises`; else throws `STREAM_NAME_INVALID`. */
export function checkStreamName(stream: string): void {
  if (typeof stream === 'string' && stream.length <= MAX_STREAM_NAME_LENGTH) {
    if (STREAM_NAME.test(stream)) return;
  }
  throw new EventLogError(
    'STREAM_NAME_INVALID',
    `"${shown(stream)}" is no stream name; it must match ${STREAM_NAME.source} ` +
      `and have at most ${MAX_STREAM_NAME_LENGTH} characters.`,
    { received: shown(stream) },
  );
}

/** A UUID in lower case, so that one id has one spelling; else throws `APPEND_INVALID`. */
export function checkEventId(id: string): void {
  if (typeof id === 'string' && EVENT_ID.test(id)) return;
  throw new EventLogError('APPEND_INVALID', `"${shown(id)}" is no UUID in lower case.`, {
    pointer: '/id',
    received: shown(id),
  });
}

/** A name in PascalCase of at most 100 characters; else throws `APPEND_INVALID`. */
export function checkEventType(type: string): void {
  if (typeof type === 'string' && EVENT_TYPE.test(type)) return;
  throw new EventLogError(
    'APPEND_INVALID',
    `"${shown(type)}" is no event type; it must match ${EVENT_TYPE.source}.`,
    { pointer: '/type', received: shown(type) },
  );
}

function shown(value: unknown): string {
  return String(value).slice(0, 200);
}
