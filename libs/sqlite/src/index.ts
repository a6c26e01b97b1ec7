export {
  openDatabase,
  prepareArrays,
  sqliteErrorCode,
  type Database,
  type OpenOptions,
  type Statement,
} from './database.js';
export { ExclusiveLock } from './exclusive-lock.js';
export { makeDirectory, syncDirectory } from './directory.js';
