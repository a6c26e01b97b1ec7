export { openEventStoreLog, EventStoreEventLog } from './eventstore-event-log.js';
export type { EventStoreEventLogOptions } from './eventstore-event-log.js';
export { EventStoreLogReader, type EventStoreReaderOptions } from './eventstore-log-reader.js';
export { checkEventStoreLog } from './check-log.js';
export { checkEventStoreUrl, shownEventStoreUrl } from './address.js';
export { TIMINGS, type Timings } from './timings.js';
