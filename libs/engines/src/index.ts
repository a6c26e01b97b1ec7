export { examineLogFile, holdsLog, type LogFileState } from '@ledger/event-log-sqlite';
export { readLogAddress, shownAddress, type LogAddress } from './log-address.js';
export {
  checkLog,
  openLog,
  openLogReader,
  type LogReader,
  type OpenLogOptions,
} from './open-log.js';
