export { readLogAddress, shownAddress, type LogAddress } from './log-address.js';
export {
  checkLog,
  openLog,
  openLogReader,
  type LogReader,
  type OpenLogOptions,
} from './open-log.js';
