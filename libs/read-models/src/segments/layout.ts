import { openDatabase, type Database } from '@ledger/sqlite';
import { Query } from '../tables/query.js';

/**
 * Version of everything below, and of what the columns are made from. A file of another version is
 * left aside and a new one is filled from the log.
 */
export const SEGMENTS_VERSION = 1;
/** Entries of one block: about 14 KB, so that reading one of them costs little. */
export const BLOCK_ENTRIES = 16;

/**
 * `segments`: the columns of 256 events (of fewer in the last one) with their CRC-32, and SHA-256
 * over their entries as they stand in the log, a line feed after each. `segment_entries`: those
 * very lines, 16 a block, so that one event can be read without its 255 neighbours; the blocks one
 * after another are the log as NDJSON. The other tables number what columns only name.
 */
const TABLES = `
  CREATE TABLE segments_layout(version INTEGER NOT NULL) STRICT;
  CREATE TABLE segments(
    segment INTEGER PRIMARY KEY, events INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    columns BLOB NOT NULL, columns_crc32 INTEGER NOT NULL, entries_sha256 BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segment_entries(block INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
  CREATE TABLE types(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE streams(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE series(
    number INTEGER PRIMARY KEY, metric TEXT NOT NULL, key TEXT NOT NULL, UNIQUE(metric, key)
  ) STRICT;
  CREATE TABLE time_keys(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  INSERT INTO segments_layout VALUES (${SEGMENTS_VERSION});`;

const PAGE_BYTES = 16_384;

/** Opens a segment cache for writing, and makes its tables where there are none. */
export function openForWriting(file: string): Database {
  const database = openDatabase(file);
  try {
    // What a power cut takes away is read from the log again.
    database.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -8000;
      BEGIN IMMEDIATE;`);
    const [tables = 0] =
      new Query<[number]>(database, 'SELECT count(*) FROM sqlite_schema').first() ?? [];
    if (tables === 0) database.exec(TABLES);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
