export type * from './envelope.js';
export type * from './event-log.js';
export { EventLogError } from './event-log.js';
export { isEventLogError, LOCK_FILE, lockedError, reasonOf, unavailable } from './faults.js';
export { canonicalJson } from './canonical.js';
export {
  decodeEntry,
  encodeEntry,
  ENTRY_VERSION,
  MAX_ENTRY_BYTES,
  readStoredEntry,
  type EntryEvent,
  type Place,
} from './entry.js';
export {
  conflict,
  judgeAppend,
  latestRecordedAt,
  MAX_APPEND_EVENTS,
  prepareAppend,
  type ComposedAppend,
  type PreparedAppend,
  type PreparedEntry,
} from './append.js';
export { CommitSignal, followPages } from './follow.js';
export { MemoryEventLog } from './memory-event-log.js';
export {
  checkEventId,
  checkEventType,
  checkStreamName,
  MAX_STREAM_NAME_LENGTH,
  STREAM_CATEGORIES,
} from './names.js';
export {
  checkLimit,
  checkPosition,
  checkStreamRead,
  closedError,
  comparePositions,
  isPosition,
  MAX_PAGE_EVENTS,
} from './reading.js';
export { formatRecordedAt, parseRecordedAt, RecordedAtStamper, type Clock } from './recorded-at.js';
export { eventLogContract } from './contract/event-log-contract.js';
export { sampleEvent } from './contract/sample-event.js';
export type { ContractEngine } from './contract/stage.js';
