import { mkdtempSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, prepareArrays, sqliteErrorCode } from './database.js';

describe('the embedded database', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-sqlite-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('serves arrays, waits for locks and enforces no foreign keys', () => {
    const database = openDatabase(join(folder, 'a.db'));
    database.exec('CREATE TABLE t(n INTEGER NOT NULL, s TEXT NOT NULL) STRICT');
    database.prepare('INSERT INTO t VALUES (?, ?)').run(2 ** 40, '万');

    expect(prepareArrays(database, 'SELECT n, s FROM t').all()).toEqual([[2 ** 40, '万']]);
    expect(prepareArrays(database, 'PRAGMA foreign_keys').get()).toEqual([0]);
    expect(prepareArrays(database, 'PRAGMA busy_timeout').get()).toEqual([5_000]);
    database.close();
  });

  it('numbers its errors', () => {
    const database = openDatabase(join(folder, 'a.db'));
    database.exec('CREATE TABLE t(n INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)');
    const reader = openDatabase(join(folder, 'a.db'), { readOnly: true });
    writeFileSync(join(folder, 'text.db'), 'this is no database, '.repeat(100));
    const codeOf = (work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        return sqliteErrorCode(error);
      }
    };

    expect(codeOf(() => database.exec('INSERT INTO t VALUES (1)'))).toBe(1555);
    expect(codeOf(() => reader.exec('INSERT INTO t VALUES (2)'))).toBe(8);
    expect(codeOf(() => openDatabase(join(folder, 'none', 'a.db')))).toBe(14);
    expect(codeOf(() => openDatabase(join(folder, 'text.db')).exec('SELECT * FROM t'))).toBe(26);
    expect(sqliteErrorCode(new Error('another'))).toBeUndefined();
    expect(sqliteErrorCode(null)).toBeUndefined();
    reader.close();
    database.close();
  });

  it('numbers what goes wrong while all rows are read', () => {
    const file = join(folder, 'damaged.db');
    const database = openDatabase(file);
    database.exec('CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; BEGIN');
    const insert = database.prepare('INSERT INTO t VALUES (?,?)');
    for (let n = 0; n < 5_000; n += 1) insert.run(n, 'x'.repeat(50));
    database.exec('COMMIT');
    database.close();
    const bytes = readFileSync(file);
    for (let page = 5; page < 20; page += 1) bytes.fill(0xff, page * 4_096, page * 4_096 + 100);
    writeFileSync(file, bytes);
    const reader = openDatabase(file, { readOnly: true });
    let code: number | undefined;
    try {
      prepareArrays(reader, 'SELECT * FROM t').all();
    } catch (error) {
      code = sqliteErrorCode(error);
    }

    expect(code).toBe(11);
    reader.close();
  });
});
