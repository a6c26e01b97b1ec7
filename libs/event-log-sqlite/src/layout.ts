import { join } from 'node:path';
import { makeDirectory, openDatabase, prepareArrays, type Database } from '@ledger/sqlite';
import { isEventLogError, reasonOf, unavailable } from './failure.js';

// Names and shapes here are storage format: never edited, only added to under a new version.

/** Version of the tables below. A file of a newer version is not opened. */
export const LAYOUT_VERSION = 1;
/** "LDGR": marks the file as a ledger's log. */
const APPLICATION_ID = 0x4c444752;

/**
 * `entry` is the canonical text that is hashed; the other columns of `events` are an index over it
 * (`checkLog` compares them). `position` counts from 1 without gaps, so sequence = position - 1;
 * `recorded_at` is the latest time up to the event, in milliseconds since 1970. `streams.revision`
 * is the stream's last revision, derived. The triggers stop mistakes, not a person with the file:
 * the seal shows that.
 */
const LAYOUT = `
CREATE TABLE log_layout(
  id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, openings INTEGER NOT NULL
) STRICT;
CREATE TABLE streams(
  id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, revision INTEGER NOT NULL
) STRICT;
CREATE TABLE event_types(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT;
CREATE TABLE events(
  position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL,
  event_id BLOB NOT NULL, type_id INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  entry TEXT NOT NULL, UNIQUE(stream_id, revision)
) STRICT;
CREATE TRIGGER events_are_not_altered BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never altered'); END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
CREATE TRIGGER streams_are_not_renamed BEFORE UPDATE OF id, name ON streams
  BEGIN SELECT RAISE(ABORT, 'streams are never renamed'); END;
CREATE TRIGGER streams_are_not_removed BEFORE DELETE ON streams
  BEGIN SELECT RAISE(ABORT, 'streams are never removed'); END;
CREATE TRIGGER event_types_are_not_altered BEFORE UPDATE ON event_types
  BEGIN SELECT RAISE(ABORT, 'event types are never altered'); END;
CREATE TRIGGER event_types_are_not_removed BEFORE DELETE ON event_types
  BEGIN SELECT RAISE(ABORT, 'event types are never removed'); END;
INSERT INTO log_layout VALUES (1, ${LAYOUT_VERSION}, 0);
PRAGMA application_id = ${APPLICATION_ID};
`;

/** The names of the triggers above. */
export const TRIGGERS = [...LAYOUT.matchAll(/CREATE TRIGGER (\w+)/g)].flatMap(
  ([, name]) => name ?? [],
);

export function logFile(dataDir: string): string {
  return join(dataDir, 'ledger.db');
}

/**
 * The writing connection of a log, made if there is none. Every commit on it is synced to disk
 * before it returns: set at each opening, and read back after a first transaction, because the
 * driver lowers the setting by itself at the first write to a new file. Throws `UNAVAILABLE`.
 */
export function openForWriting(dataDir: string): Database {
  const file = logFile(dataDir);
  return guarded(file, () => {
    const database = openDatabase(file);
    try {
      const isNew = checkKind(database, file) === 'empty';
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      database.exec('PRAGMA recursive_triggers = ON');
      database.exec('PRAGMA cache_size = -64000');
      database.exec('PRAGMA wal_autocheckpoint = 1000');
      if (isNew) database.exec(`BEGIN IMMEDIATE; ${LAYOUT} COMMIT`);
      checkVersion(database, file);
      database.exec('UPDATE log_layout SET openings = openings + 1');
      checkSettings(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** A reading connection of a log that exists. Throws `UNAVAILABLE`. */
export function openForReading(dataDir: string): Database {
  const file = logFile(dataDir);
  return guarded(file, () => {
    const database = openDatabase(file, { readOnly: true });
    try {
      if (checkKind(database, file) === 'empty') throw unavailable(`${file} holds no log yet.`);
      checkVersion(database, file);
      database.exec('PRAGMA cache_size = -64000');
      // Pages of the file itself are read without a copy; up to 2 GiB, the driver's limit.
      database.exec('PRAGMA mmap_size = 2147418112');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Makes the directory of a log. Throws `UNAVAILABLE`. */
export function makeLogDirectory(dataDir: string): void {
  try {
    makeDirectory(dataDir);
  } catch (error) {
    throw unavailable(`${reasonOf(error)}.`);
  }
}

/** What a connection's setting is, as SQLite says. */
export function pragma(database: Database, name: string): unknown {
  return prepareArrays(database, `PRAGMA ${name}`).get()[0];
}

/** SQLite's own sentences name no file; ours say which file and what to look at. */
export function guarded<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (isEventLogError(error)) throw error;
    throw unavailable(`The event log ${file} cannot be opened: ${reasonOf(error)}.`);
  }
}

function checkKind(database: Database, file: string): 'empty' | 'log' {
  if (pragma(database, 'application_id') === APPLICATION_ID) return 'log';
  const [tables] = prepareArrays(database, 'SELECT count(*) FROM sqlite_schema').get();
  if (tables === 0) return 'empty';
  throw unavailable(`${file} is a database of another program; choose another data directory.`);
}

function checkVersion(database: Database, file: string): void {
  const [version] = prepareArrays(database, 'SELECT version FROM log_layout').get();
  if (version === LAYOUT_VERSION) return;
  throw unavailable(
    `${file} has layout version ${version}, this program knows ${LAYOUT_VERSION}; ` +
      'update the program.',
  );
}

function checkSettings(database: Database): void {
  const settings = { journal_mode: 'wal', synchronous: 2, recursive_triggers: 1, foreign_keys: 0 };
  for (const [name, wanted] of Object.entries(settings)) {
    const actual = pragma(database, name);
    if (actual === wanted) continue;
    throw unavailable(`SQLite runs with ${name} = ${String(actual)} instead of ${wanted}.`);
  }
}
