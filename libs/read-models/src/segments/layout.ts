import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { Query } from '../tables/query.js';

/**
 * Version of everything below, and of what the columns are made from. A file of another version is
 * left aside and a new one is filled from the log.
 */
export const SEGMENTS_VERSION = 1;
/** Entries of one block: about 14 KB, so that most blocks fill one page and no more. */
export const BLOCK_ENTRIES = 16;
/** Digits of one number in `ends`: a block has at most 16 * 64 KiB. */
export const END_DIGITS = 7;

/**
 * `segments`: the columns of 256 events (of fewer in the last one) with their CRC-32, and SHA-256
 * over their entries as they stand in the log, a line feed after each. `segment_entries`: those
 * very lines, 16 a block, so that one event can be read without its 255 neighbours; the blocks one
 * after another are the log as NDJSON. `ends` says after how many bytes of the block each line ends,
 * seven digits each: SQLite then hands out one line, and not a copy of the block. A fold checks the
 * block's CRC-32 when it reads an entry; readers, who ask for single lines, do not. The other tables number what columns only name.
 */
const TABLES = `
  CREATE TABLE segments_layout(version INTEGER NOT NULL, is_complete INTEGER NOT NULL) STRICT;
  CREATE TABLE segments(
    segment INTEGER PRIMARY KEY, events INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    columns BLOB NOT NULL, columns_crc32 INTEGER NOT NULL, entries_sha256 BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segment_entries(
    block INTEGER PRIMARY KEY, ends TEXT NOT NULL, entries_crc32 INTEGER NOT NULL,
    entries BLOB NOT NULL
  ) STRICT;
  CREATE TABLE types(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE streams(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE series(
    number INTEGER PRIMARY KEY, metric TEXT NOT NULL, key TEXT NOT NULL, UNIQUE(metric, key)
  ) STRICT;
  CREATE TABLE time_keys(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  INSERT INTO segments_layout VALUES (${SEGMENTS_VERSION}, 0);`;

const PAGE_BYTES = 16_384;

/**
 * Makes a segment cache that nobody knows of yet. Until it is filled it has no journal and is not
 * synced: what is interrupted is thrown away.
 */
export function createCache(file: string): Database {
  return opened(file, (database) => {
    database.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -8000;
      BEGIN IMMEDIATE;
      ${TABLES}
      COMMIT;`);
  });
}

/** Opens a complete segment cache. Throws `SEGMENTS_UNUSABLE` for any other file. */
export function openCache(file: string): Database {
  return opened(file, (database) => {
    // What a power cut takes away is read from the log again.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;');
    const layout = new Query<[version: number, isComplete: number]>(
      database,
      'SELECT version, is_complete FROM segments_layout',
    ).first();
    if (layout?.[0] !== SEGMENTS_VERSION) throw unusable(file, 'it has another layout');
    if (layout[1] !== 1) throw unusable(file, 'it was never filled');
  });
}

/** Marks a cache as filled, on a connection of its own, and makes it last. */
export function completeCache(file: string): void {
  const database = openDatabase(file);
  database.exec(`
    UPDATE segments_layout SET is_complete = 1;
    PRAGMA journal_mode = WAL;`);
  database.close();
}

export function unusable(file: string, why: string): ProjectionFault {
  return new ProjectionFault('SEGMENTS_UNUSABLE', `The segment cache ${file} is unusable: ${why}.`);
}

/** SQLite's numbers for a damaged file, and for one that is no database. */
export const DAMAGED = [11, 26];

/** Whether the cache itself is what an error is about. */
export function isDamage(error: unknown): boolean {
  if (error instanceof ProjectionFault) return error.code === 'SEGMENTS_UNUSABLE';
  return DAMAGED.includes((sqliteErrorCode(error) ?? 0) & 0xff);
}

/** Damage that SQLite finds is damage of the cache; other errors stay what they are. */
export function asDamage(file: string, error: unknown): unknown {
  return error instanceof ProjectionFault || !isDamage(error)
    ? error
    : unusable(file, error instanceof Error ? error.message : String(error));
}

function opened(file: string, prepare: (database: Database) => void): Database {
  const database = openDatabase(file);
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
