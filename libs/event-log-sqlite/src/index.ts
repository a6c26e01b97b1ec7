export { openSqliteEventLog, SqliteEventLog } from './sqlite-event-log.js';
export type { QueueLimits, SqliteEventLogOptions } from './sqlite-event-log.js';
export { SqliteLogReader } from './sqlite-log-reader.js';
export { checkLog } from './check-log.js';
export { examineLogFile, holdsLog, type LogFileState } from './log-file.js';
