import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, sqliteErrorCode } from '@ledger/sqlite';
import { checkLog } from './check-log.js';
import { logFile, openForReading, openForWriting } from './layout.js';
import { SqliteLogReader } from './sqlite-log-reader.js';
import { SqliteLogWriter } from './sqlite-log-writer.js';
import {
  everything,
  newDirectory,
  prepared,
  removeDirectory,
  reported,
  stream,
} from './test-kit.js';

let dataDir = '';
beforeEach(() => {
  dataDir = newDirectory();
});
afterEach(() => removeDirectory(dataDir));

describe('the writer of a log', () => {
  it('syncs every commit to disk, on a new file and on one opened again', () => {
    for (const expected of [-1, 0]) {
      const writer = new SqliteLogWriter(dataDir);
      expect(writer.opened().synchronous).toBe(2);
      expect(writer.commit([prepared(stream, expected)])).toEqual([{ position: expected + 2 }]);
      expect(writer.opened().synchronous).toBe(2);
      writer.close();
    }
  });

  it('opens a log that a crash left empty', () => {
    writeFileSync(logFile(dataDir), '');

    const writer = new SqliteLogWriter(dataDir);

    expect(writer.opened()).toMatchObject({ position: 0, recordedAt: -Infinity });
    writer.close();
  });

  it('fails in a group only the append that conflicts', () => {
    const writer = new SqliteLogWriter(dataDir);

    const outcomes = writer.commit([
      prepared('unit-a', -1),
      prepared('unit-a', -1),
      prepared('unit-a', 0),
      prepared('unit-b', 3),
      prepared('unit-b', -1),
    ]);

    expect(outcomes).toMatchObject([
      { position: 1 },
      { failure: { code: 'CONFLICT', details: { actualRevision: 0 } } },
      { position: 2 },
      { failure: { code: 'CONFLICT', details: { actualRevision: 'none' } } },
      { position: 3 },
    ]);
    writer.close();
    expect(checkLog(dataDir)).toEqual({ sound: true, events: 3 });
  });

  it('answers a repeat within a group as the first time', () => {
    const writer = new SqliteLogWriter(dataDir);
    const append = prepared(stream, -1, [reported(), reported()]);

    const [first, again] = writer.commit([append, append]);

    expect(first).toEqual({ position: 1 });
    expect(again).toMatchObject({
      position: 1,
      entries: append.entries.map(({ entry }) => entry),
    });
    writer.close();
  });

  it('finds the one append of a group that the database refuses, and writes the others', () => {
    const writer = new SqliteLogWriter(dataDir);
    writer.commit([prepared('unit-a', -1)]);
    const broken = prepared('unit-b', -1, [reported(), reported()]);
    const [, last] = broken.entries;
    if (last !== undefined) last.id = 'no hex digits'; // no id for a column that needs one

    const outcomes = writer.commit([prepared('unit-a', 0), broken, prepared('unit-c', -1)]);

    expect(outcomes).toMatchObject([
      { position: 2 },
      { failure: { code: 'UNAVAILABLE', message: expect.stringMatching(/NOT NULL/) } },
      { position: 3 },
    ]);
    expect(writer.commit([prepared('unit-b', -1)])).toEqual([{ position: 4 }]);
    writer.close();
    expect(checkLog(dataDir)).toEqual({ sound: true, events: 4 });
  });

  it('commits what was placed in parts as one group, which no reader sees before', async () => {
    const writer = new SqliteLogWriter(dataDir);
    const reader = new SqliteLogReader(dataDir);

    writer.place([prepared('unit-a', -1), prepared('unit-a', 7)]);
    writer.place([prepared('unit-b', -1, [reported(), reported()])]);

    expect(writer.placedEvents).toBe(4);
    expect(await everything(reader)).toEqual([]);
    expect(writer.commit([prepared('unit-a', 0)])).toMatchObject([
      { position: 1 },
      { failure: { code: 'CONFLICT' } },
      { position: 2 },
      { position: 4 },
    ]);
    expect(writer.placedEvents).toBe(0);
    expect(await everything(reader)).toHaveLength(4);
    await reader.close();
    writer.close();
  });

  it('keeps outcomes in order when the database refuses an append in a later part', () => {
    const writer = new SqliteLogWriter(dataDir);
    const broken = prepared('unit-b', -1);
    const [first] = broken.entries;
    if (first !== undefined) first.id = 'no hex digits';

    writer.place([prepared('unit-a', -1)]);
    writer.place([broken, prepared('unit-c', -1)]);

    expect(writer.placedEvents).toBe(3);
    expect(writer.commit([prepared('unit-a', 0)])).toMatchObject([
      { position: 1 },
      { failure: { code: 'UNAVAILABLE' } },
      { position: 2 },
      { position: 3 },
    ]);
    writer.close();
    expect(checkLog(dataDir)).toEqual({ sound: true, events: 3 });
  });
});

describe('the file of a log', () => {
  const codeOf = (sql: string) => {
    const database = openForWriting(dataDir);
    try {
      database.exec(sql);
      return 'done';
    } catch (error) {
      return sqliteErrorCode(error);
    } finally {
      database.close();
    }
  };

  it.each([
    ['an event altered', "UPDATE events SET entry = '{}'"],
    ['an event moved', 'UPDATE events SET position = position + 10'],
    ['an event removed', 'DELETE FROM events WHERE position = 2'],
    [
      'an event replaced',
      "INSERT OR REPLACE INTO events VALUES (2, 1, 1, x'00', 1, 0, 'another entry')",
    ],
    [
      'an event altered in a conflict',
      "INSERT INTO events VALUES (2, 1, 1, x'00', 1, 0, '') " +
        "ON CONFLICT(position) DO UPDATE SET entry = 'another entry'",
    ],
    ['a stream removed', 'DELETE FROM streams'],
    ['a stream renamed', "UPDATE streams SET name = 'metric-other'"],
    ['an event type renamed', "UPDATE event_types SET name = 'Other'"],
    ['an event type removed', 'DELETE FROM event_types'],
  ])('does not let %s', (_, sql) => {
    const writer = new SqliteLogWriter(dataDir);
    writer.commit([prepared(stream, -1, [reported(), reported(), reported()])]);
    writer.close();

    expect(codeOf(sql)).toBe(1811);
    expect(checkLog(dataDir)).toEqual({ sound: true, events: 3 });
  });

  it('is not opened when it is no database, another one or a newer one', () => {
    writeFileSync(logFile(dataDir), 'a text of some length, '.repeat(500));
    expect(() => new SqliteLogWriter(dataDir)).toThrow(/ledger\.db cannot be opened: .*database/);

    removeDirectory(dataDir);
    dataDir = newDirectory();
    const other = openDatabase(logFile(dataDir));
    other.exec('CREATE TABLE t(x) STRICT'.replace('x', 'x TEXT'));
    other.close();
    expect(() => new SqliteLogWriter(dataDir)).toThrow(/database of another program/);

    removeDirectory(dataDir);
    dataDir = newDirectory();
    new SqliteLogWriter(dataDir).close();
    const newer = openDatabase(logFile(dataDir));
    newer.exec('UPDATE log_layout SET version = 2');
    newer.close();
    expect(() => new SqliteLogWriter(dataDir)).toThrow(/layout version 2.*update the program/);
    expect(() => openForReading(dataDir)).toThrow(/layout version 2/);
  });

  it('frees the lock again when it cannot be opened', () => {
    writeFileSync(logFile(dataDir), 'a text of some length, '.repeat(500));
    expect(() => new SqliteLogWriter(dataDir)).toThrow(/cannot be opened/);
    expect(() => new SqliteLogWriter(dataDir)).toThrow(/cannot be opened/);
  });

  it('has a reader only once it has a writer', () => {
    expect(() => openForReading(dataDir)).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', message: expect.stringContaining(dataDir) }),
    );
  });
});

describe('the directory of a log', () => {
  it('is made, level by level, where it is missing', () => {
    new SqliteLogWriter(join(dataDir, 'a', 'b')).close();

    expect(checkLog(join(dataDir, 'a', 'b'))).toEqual({ sound: true, events: 0 });
  });

  it('is refused in one sentence where it cannot be', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, 'x');

    // Below /proc Node's recursive mkdir would try for ever.
    for (const place of [file, join(file, 'below'), '/proc/nothing/here']) {
      expect(() => new SqliteLogWriter(place)).toThrow(
        expect.objectContaining({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(new RegExp(`^The data directory ${place} [^\n]*\\.$`)),
        }),
      );
    }
  });
});
