import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TamperSignal } from '@ledger/event-log';
import { openDatabase, prepareArrays, type Database, type Statement } from '@ledger/sqlite';
import type { Pair } from './pairs.js';

/** Where the event at a position of ours stands in EventStoreDB. */
export type Place = { position: number; pair: Pair; id: string };

/** The end of our order; `recordedAt` is the latest time up to it, `-Infinity` for none. */
export type BookHead = { position: number; recordedAt: number };

const FORMAT = 1;
const LAYOUT = `
  CREATE TABLE places(
    position INTEGER PRIMARY KEY, commit_position INTEGER NOT NULL,
    prepare_position INTEGER NOT NULL, event_id TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    UNIQUE(commit_position, prepare_position)
  ) STRICT;
  CREATE TABLE signals(
    number INTEGER PRIMARY KEY, stream TEXT, position TEXT, what TEXT UNIQUE NOT NULL
  ) STRICT;
  CREATE TABLE searched(
    only INTEGER PRIMARY KEY CHECK(only = 1), commit_position INTEGER NOT NULL,
    prepare_position INTEGER NOT NULL
  ) STRICT;
  PRAGMA user_version = ${FORMAT};`;

/** Signals that are kept; one attacker must not fill the disk with them. */
const MAX_SIGNALS = 1_000;

const bookFileIn = (dataDir: string): string => join(dataDir, 'eventstore.db');

type PlaceRow = [bigint, bigint, bigint, string];

/**
 * The order of the ledger's events on a server: position 1, 2, 3 … and the place in EventStoreDB of
 * each. Every process derives the same order, since the server's own never changes; the book only
 * saves reading it again. It may be deleted at any time, but for the tamper signals that it keeps.
 */
export class PlaceBook {
  readonly #database: Database;
  readonly #add: Statement;
  readonly #at: Statement;
  readonly #from: Statement;
  readonly #byPair: Statement;
  readonly #byId: Statement;
  readonly #head: Statement;
  readonly #searched: Statement;
  readonly #setSearched: Statement;
  readonly #note: Statement;
  readonly #signals: Statement;

  /** Opens or makes the book of a directory for its one writer; unusable ones are made anew. */
  static open(dataDir: string): PlaceBook {
    const file = bookFileIn(dataDir);
    try {
      return PlaceBook.#writing(file);
    } catch {
      for (const companion of ['', '-wal', '-shm']) rmSync(`${file}${companion}`, { force: true });
      return PlaceBook.#writing(file);
    }
  }

  /** A book that is gone when it is closed, for readers that keep nothing. */
  static inMemory(): PlaceBook {
    return PlaceBook.#writing(':memory:');
  }

  /** The book that a writer in this process keeps; throws what SQLite throws when there is none. */
  static beside(dataDir: string): PlaceBook {
    return new PlaceBook(openDatabase(bookFileIn(dataDir), { readOnly: true }));
  }

  static #writing(file: string): PlaceBook {
    const database = openDatabase(file);
    try {
      database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
      const [version]: [number] = prepareArrays(database, 'PRAGMA user_version').get();
      if (version === 0) database.exec(`BEGIN; ${LAYOUT} COMMIT;`);
      else if (version !== FORMAT) throw new Error(`The book has format ${version}.`);
      return new PlaceBook(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private constructor(database: Database) {
    const columns = 'SELECT position, commit_position, prepare_position, event_id FROM places';
    const big = (sql: string): Statement => {
      const statement = prepareArrays(database, sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#database = database;
    this.#add = database.prepare('INSERT INTO places VALUES (?, ?, ?, ?, ?)');
    this.#at = big(`${columns} WHERE position = ?`);
    this.#from = big(`${columns} WHERE position >= ? ORDER BY position LIMIT ?`);
    this.#byPair = prepareArrays(
      database,
      'SELECT position FROM places WHERE commit_position = ? AND prepare_position = ?',
    );
    this.#byId = prepareArrays(database, 'SELECT position FROM places WHERE event_id = ?');
    this.#head = prepareArrays(
      database,
      'SELECT position, recorded_at FROM places ORDER BY position DESC LIMIT 1',
    );
    this.#searched = big('SELECT commit_position, prepare_position FROM searched');
    this.#setSearched = database.prepare(
      'INSERT INTO searched VALUES (1, ?, ?) ON CONFLICT(only) DO UPDATE SET ' +
        'commit_position = excluded.commit_position, prepare_position = excluded.prepare_position',
    );
    this.#note = database.prepare(
      'INSERT INTO signals(stream, position, what) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#signals = prepareArrays(
      database,
      'SELECT stream, position, what FROM signals ORDER BY number',
    );
  }

  head(): BookHead {
    const row: [number, number] | undefined = this.#head.get();
    if (row === undefined) return { position: 0, recordedAt: -Infinity };
    return { position: row[0], recordedAt: row[1] };
  }

  /** At most `count` places from a position on. */
  placesFrom(position: number, count: number): Place[] {
    const rows: PlaceRow[] = this.#from.all(position, count);
    return rows.map(placeOf);
  }

  lastPlace(): Place | undefined {
    const row: PlaceRow | undefined = this.#at.get(this.head().position);
    return row === undefined ? undefined : placeOf(row);
  }

  /**
   * The position of an event by its place; by its id where the server names no place, which takes a
   * walk through the whole book. Undefined for an event that is not in the book (yet).
   */
  positionOf(id: string, pair: Pair | undefined): number | undefined {
    const row: [number] | undefined =
      pair === undefined ? this.#byId.get(id) : this.#byPair.get(pair.commit, pair.prepare);
    return row?.[0];
  }

  /** Writes what belongs together, whole or not at all. */
  together<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Adds the event that follows `head`; `recordedAt` in milliseconds. Answers the new head. */
  add(head: BookHead, id: string, pair: Pair, recordedAt: number): BookHead {
    const position = head.position + 1;
    const latest = Math.max(head.recordedAt, recordedAt);
    this.#add.run(position, pair.commit, pair.prepare, id, latest);
    return { position, recordedAt: latest };
  }

  /** Forgets every place, when the server turns out to hold another log. Signals stay. */
  forget(): void {
    this.#database.exec('DELETE FROM places; DELETE FROM searched;');
  }

  /** The last place of the server's log that has been looked at, whether ours or not. */
  searchedTo(): Pair | undefined {
    const row: [bigint, bigint] | undefined = this.#searched.get();
    return row === undefined ? undefined : { commit: row[0], prepare: row[1] };
  }

  searched({ commit, prepare }: Pair): void {
    this.#setSearched.run(commit, prepare);
  }

  /** Keeps a signal; answers false for one that is known. */
  note({ stream, position, what }: TamperSignal): boolean {
    if (this.signals().length >= MAX_SIGNALS) return false;
    return this.#note.run(stream ?? null, position ?? null, what).changes > 0;
  }

  signals(): TamperSignal[] {
    const rows: [string | null, string | null, string][] = this.#signals.all();
    return rows.map(([stream, position, what]) => ({
      ...(stream !== null && { stream }),
      ...(position !== null && { position }),
      what,
    }));
  }

  hasSignalOf(stream: string): boolean {
    return this.signals().some((signal) => signal.stream === stream);
  }

  close(): void {
    this.#database.close();
  }
}

function placeOf([position, commit, prepare, id]: PlaceRow): Place {
  return { position: Number(position), pair: { commit, prepare }, id };
}
