export {
  openDatabase,
  prepareArrays,
  sqliteErrorCode,
  type Database,
  type OpenOptions,
  type Statement,
} from './database.js';
