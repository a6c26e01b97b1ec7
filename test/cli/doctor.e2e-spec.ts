import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ledger/sqlite';
import { carriedPath } from '../../apps/api/src/files.js';
import { generator } from '../crash/random.js';
import { startServer } from '../server.js';
import { writeHistory } from './history.js';
import { contentsOf, lines, runLedger } from './run-ledger.js';

type Finding = { check: string; state: string; detail: { zh: string; en: string } };

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
let folder: string;
let dataDir: string;

/** A ledger of the facts with its views, as a clean end leaves it: made once, copied for each test. */
let template: string;

beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'ledger-doctor-template-'));
  runLedger(['import', seed, '--data', template]);
  for (const folderOf of [template, join(template, 'views')]) {
    for (const name of readdirSync(folderOf)) {
      if (/-(wal|shm)$/.test(name)) closeCleanly(join(folderOf, name.slice(0, -4)));
    }
  }
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-doctor-test-'));
  dataDir = join(folder, 'data');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function doctor(...more: string[]): { status: number | null; findings: Finding[]; said: string[] } {
  const { status, stdout } = runLedger(['doctor', '--json', '--data', dataDir, ...more]);
  const findings = lines(stdout).map((line): Finding => JSON.parse(line));
  return { status, findings, said: findings.map(({ check, state }) => `${check} ${state}`) };
}

const importFacts = (): void => cpSync(template, dataDir, { recursive: true });

/** The last connection that may write brings everything into the one file and removes the others. */
function closeCleanly(file: string): void {
  const database = openDatabase(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Alters a database as a person with the file can. */
function alter(file: string, sql: string): void {
  const database = openDatabase(file);
  const triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
  for (const { name } of database.prepare(triggers).all()) {
    database.exec(`DROP TRIGGER "${String(name)}"`);
  }
  database.exec(sql);
  database.close();
}

describe('ledger doctor', () => {
  it('finds a sound ledger sound, and changes nothing', () => {
    importFacts();
    const before = contentsOf(dataDir);
    const { status, said } = doctor();
    expect(said).toEqual([
      'node ok',
      'directory ok',
      'space ok',
      'lock ok',
      'settings ok',
      'log ok',
      'clock ok',
      'views ok',
    ]);
    expect(status).toBe(0);
    expect(contentsOf(dataDir)).toEqual(before);
  });

  it('tells people in their language what was found', () => {
    importFacts();
    const { status, stdout } = runLedger(['doctor', '--data', dataDir, '--lang', 'zh']);
    expect(status).toBe(0);
    expect(stdout).toContain('283 个事件，位置、修订号、时间和索引前后一致');
  });

  it('makes nothing in an empty directory', () => {
    mkdirSync(dataDir);
    expect(doctor()).toMatchObject({ status: 0, said: expect.arrayContaining(['log note']) });
    expect(contentsOf(dataDir)).toEqual({});
  });

  it('says which process uses the ledger, and does not disturb it', async () => {
    const server = await startServer({ dataDir, seed: 'guangming-2021' });
    try {
      const { status, findings } = doctor();
      expect(status).toBe(0);
      const lock = findings.find(({ check }) => check === 'lock');
      expect(lock).toMatchObject({ state: 'note' });
      expect(lock?.detail.en).toMatch(/^A server is using this ledger( \(process \d+\))?$/);
      expect((await fetch(`${server.url}/v1/board`)).status).toBe(200);
    } finally {
      await server.end('SIGTERM');
    }
  });
});

describe('a problem that the doctor finds decides its exit code', () => {
  it('10: there is no data directory, or it is a file', () => {
    expect(doctor()).toMatchObject({ status: 10, said: ['node ok', 'directory problem'] });
    writeFileSync(dataDir, 'a file');
    expect(doctor()).toMatchObject({ status: 10, said: ['node ok', 'directory problem'] });
    expect(readFileSync(dataDir, 'utf8')).toBe('a file');
  });

  it('12: the lock cannot be read', () => {
    importFacts();
    writeFileSync(join(dataDir, 'ledger.lock'), 'this is no database, '.repeat(300));
    expect(doctor()).toMatchObject({ status: 12 });
  });

  it('13: an event was altered by hand, and the triggers are gone too', () => {
    importFacts();
    alter(join(dataDir, 'ledger.db'), 'UPDATE events SET revision = 7 WHERE position = 90');
    const { status, said, findings } = doctor();
    expect(status).toBe(13);
    expect(said).toEqual(expect.arrayContaining(['log problem', 'settings problem']));
    expect(findings.find(({ check }) => check === 'log')?.detail.en).toContain('#90');
  });

  it('13: the file is no database, or that of another program', () => {
    mkdirSync(dataDir);
    const file = join(dataDir, 'ledger.db');
    writeFileSync(file, 'this is no database, '.repeat(300));
    const before = contentsOf(dataDir);
    expect(doctor()).toMatchObject({
      status: 13,
      said: expect.arrayContaining(['log problem', 'clock note', 'views note']),
    });
    expect(contentsOf(dataDir)).toEqual(before);
    rmSync(file);
    const database = openDatabase(file);
    database.exec('CREATE TABLE letters(text)');
    database.close();
    expect(doctor().findings.find(({ check }) => check === 'log')?.detail.en).toContain(
      'is a database of another program',
    );
  });

  it('14: the clock stands before the last event', () => {
    importFacts();
    const database = openDatabase(join(dataDir, 'ledger.db'));
    database.exec('DROP TRIGGER events_are_not_altered');
    const time = '2100-01-01T00:00:00.000Z';
    database.exec(`UPDATE events SET recorded_at = ${Date.parse(time)},
      entry = json_set(entry, '$.metadata.recordedAt', '${time}') WHERE position = 283`);
    database.exec(`CREATE TRIGGER events_are_not_altered BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never altered'); END`);
    database.close();
    expect(doctor()).toMatchObject({
      status: 14,
      said: expect.arrayContaining(['log ok', 'settings ok', 'clock problem']),
    });
  });

  it('16: the views are damaged, or ahead of the log', () => {
    importFacts();
    const views = join(dataDir, 'views', 'views.db');
    const named = readFileSync(views, 'utf8').replace('views in ', '').trimEnd();
    const file = join(dataDir, 'views', named);
    const bytes = readFileSync(file);
    writeFileSync(
      file,
      Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]),
    );
    expect(doctor()).toMatchObject({ status: 16, said: expect.arrayContaining(['log ok']) });

    rmSync(join(dataDir, 'views'), { recursive: true });
    expect(doctor()).toMatchObject({ status: 0, said: expect.arrayContaining(['views note']) });
  });

  it('0: the views are behind, which a running server mends', async () => {
    importFacts();
    await writeHistory({ engine: 'sqlite', dataDir }, { events: 12, random: generator(1) });
    const { status, findings } = doctor();
    expect(status).toBe(0);
    expect(findings.find(({ check }) => check === 'views')).toMatchObject({
      state: 'note',
      detail: { en: expect.stringContaining('#283, 12 events behind the log') },
    });
  });

  it('16: the views know more than the log', () => {
    importFacts();
    alter(
      join(dataDir, 'ledger.db'),
      `DELETE FROM events WHERE position > 280;
      DELETE FROM streams WHERE id NOT IN (SELECT stream_id FROM events);
      UPDATE streams SET revision =
        (SELECT max(e.revision) FROM events e WHERE e.stream_id = streams.id)`,
    );
    const { status, findings } = doctor();
    expect(findings.find(({ check }) => check === 'log')?.state).toBe('ok');
    expect(status).toBe(16);
    expect(findings.at(-1)?.detail.en).toContain('The views stand at #283, the log ends at #280');
  });

  it('17: the triggers that protect the events are gone', () => {
    importFacts();
    alter(join(dataDir, 'ledger.db'), 'SELECT 1');
    expect(doctor()).toMatchObject({
      status: 17,
      said: expect.arrayContaining(['log ok', 'settings problem']),
    });
  });
});

describe('a look that never ends', () => {
  const hasPipes = spawnSync('mkfifo', ['--version']).status === 0;

  (hasPipes ? it : it.skip)('is ended after its time, and the others are made all the same', () => {
    mkdirSync(dataDir);
    // Whoever opens a pipe for reading waits until somebody writes to it: here for ever.
    spawnSync('mkfifo', [join(dataDir, 'ledger.lock')]);
    const { status, findings, said } = doctor('--timeout', '2');
    expect(status).toBe(12);
    expect(said).toEqual(expect.arrayContaining(['lock problem', 'log note']));
    expect(findings.find(({ check }) => check === 'lock')?.detail.en).toMatch(
      /^No answer within 2 s/,
    );
  });
});
