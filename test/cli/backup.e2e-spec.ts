import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogAddress } from '@ledger/engines';
import { openDatabase } from '@ledger/sqlite';
import { freshSeed, generator } from '../crash/random.js';
import { startServer } from '../server.js';
import { countOf, digestOf, essence, eventsOf, writeHistory, writeManyEvents } from './history.js';
import { contentsOf, lines, runLedger, startLedger, until } from './run-ledger.js';

let folder: string;
let source: LogAddress;
let directory: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-backup-test-'));
  source = sqlite('data');
  directory = join(folder, 'backups', 'today');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = (name: string): LogAddress => ({ engine: 'sqlite', dataDir: join(folder, name) });
const backup = (...more: string[]) =>
  runLedger(['backup', directory, '--data', source.dataDir, ...more]);
const restore = (name: string, ...more: string[]) =>
  runLedger(['restore', directory, '--to', `sqlite:${join(folder, name)}`, ...more]);
const manifest = (): { [name: string]: unknown } =>
  JSON.parse(readFileSync(join(directory, 'backup.json'), 'utf8'));

describe('ledger backup and restore', () => {
  const seed = freshSeed();

  it(`bring a ledger back as it was (seed ${seed})`, async () => {
    await writeHistory(source, { events: 500, random: generator(seed), large: true });
    const events = await eventsOf(source);

    expect(backup()).toMatchObject({ status: 0, stderr: '' });
    rmSync(source.dataDir, { recursive: true });
    const { status, stdout } = restore('data');

    expect(status).toBe(0);
    expect(stdout).toContain('500 events, 500 written now');
    expect(essence(await eventsOf(source))).toEqual(essence(events));
    expect(manifest()).toEqual({
      format: 'reform-ledger-backup',
      version: 1,
      madeAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      source: `sqlite:${source.dataDir}`,
      events: 500,
      position: '500',
      recordedAt: events.at(-1)?.metadata.recordedAt,
      sha256: digestOf(events),
    });
  });

  it('works beside a running server, and holds the log up to the head at its start', async () => {
    const server = await startServer({ dataDir: source.dataDir, seed: 'guangming-2021' });
    try {
      expect(backup('--json')).toMatchObject({ status: 0, stderr: '' });
    } finally {
      await server.end('SIGTERM');
    }
    const copied = essence(await eventsOf({ engine: 'sqlite', dataDir: directory }));
    expect(copied).toEqual(essence(await eventsOf(source)).slice(0, copied.length));
    expect(manifest()).toMatchObject({ events: copied.length });
  });

  it('makes a directory that the other commands take as it is', async () => {
    const facts = join(__dirname, '..', '..', 'seeds', 'guangming-2021', 'facts.json');
    runLedger(['import', facts, '--data', source.dataDir]);
    backup();
    expect(lines(runLedger(['replay', '--json', '--data', directory]).stdout)).toHaveLength(283);
    const doctor = runLedger(['doctor', '--json', '--data', directory]);
    expect(doctor.status).toBe(0);
    expect(doctor.stdout).toContain('"check":"backup","state":"ok"');
    const server = await startServer({ dataDir: directory });
    expect((await fetch(`${server.url}/v1/board`)).status).toBe(200);
    await server.end('SIGTERM');
  });

  it('adds what is new to an older backup of the same ledger', async () => {
    await writeHistory(source, { events: 40, random: generator(1) });
    backup();
    await writeHistory(source, { events: 25, random: generator(2) });

    expect(JSON.parse(backup('--json').stdout)).toMatchObject({ events: 65, eventsBefore: 40 });
    expect(manifest()).toMatchObject({ events: 65 });
    expect(restore('again')).toMatchObject({ status: 0 });
    expect(essence(await eventsOf(sqlite('again')))).toEqual(essence(await eventsOf(source)));
  });

  it('refuses a directory that holds something else, and another ledger', async () => {
    await writeHistory(source, { events: 10, random: generator(3) });
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'letter.txt'), 'dear');
    const before = contentsOf(directory);
    expect(backup()).toMatchObject({
      status: 1,
      stderr: `${directory} is neither empty nor a backup; choose an empty or a new directory.\n`,
    });
    expect(contentsOf(directory)).toEqual(before);

    rmSync(directory, { recursive: true });
    backup();
    const first = manifest();
    await writeHistory(sqlite('other'), { events: 15, random: generator(4) });
    const { status, stderr } = runLedger(['backup', directory, '--data', join(folder, 'other')]);
    expect(status).toBe(1);
    expect(stderr).toContain('holds another ledger: it differs from the source at position 1');
    expect(manifest()).toEqual(first);
  });

  it('never writes into the data directory of a ledger', async () => {
    await writeHistory(source, { events: 10, random: generator(5) });
    await writeHistory(sqlite('live'), { events: 4, random: generator(6) });
    const before = contentsOf(join(folder, 'live'));
    for (const place of ['live', 'data']) {
      const { status, stderr } = runLedger(
        `backup ${join(folder, place)} --data ${source.dataDir}`.split(' '),
      );
      expect(status).toBe(1);
      expect(stderr).toContain('is neither empty nor a backup');
    }
    expect(contentsOf(join(folder, 'live'))).toEqual(before);
  });
});

describe('a backup that was interrupted', () => {
  const EVENTS = 20_000;

  it('is recognised, and the same command finishes it', async () => {
    await writeManyEvents(source, EVENTS);
    const running = startLedger(['backup', directory, '--data', source.dataDir]);
    await until(async () => (await countOf({ engine: 'sqlite', dataDir: directory })) > 0);
    running.process.kill('SIGKILL');
    await running.ended;

    expect(existsSync(join(directory, 'backup.json'))).toBe(false);
    expect(restore('early')).toMatchObject({
      status: 1,
      stderr: `The backup in ${directory} was not finished; the same backup command finishes it.\n`,
    });
    expect(existsSync(join(folder, 'early'))).toBe(false);
    expect(runLedger(['doctor', '--json', '--data', directory]).stdout).toContain(
      '"check":"backup","state":"note"',
    );

    expect(backup()).toMatchObject({ status: 0, stderr: '' });
    expect(manifest()).toMatchObject({ events: EVENTS });
    expect(existsSync(join(directory, 'backup.unfinished.json'))).toBe(false);
    expect(restore('late')).toMatchObject({ status: 0 });
  }, 90_000);

  it('leaves the older backup in the same directory good for what it covered', async () => {
    await writeHistory(source, { events: 30, random: generator(7) });
    backup();
    const covered = essence(await eventsOf(source));
    await writeManyEvents(source, EVENTS);
    const running = startLedger(['backup', directory, '--data', source.dataDir]);
    await until(async () => (await countOf({ engine: 'sqlite', dataDir: directory })) > 30);
    running.process.kill('SIGKILL');
    await running.ended;

    const { status, stderr } = restore('older');
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^\d+ more events stand in the backup, which its manifest does not cover/,
    );
    expect(essence(await eventsOf(sqlite('older')))).toEqual(covered);
  }, 90_000);
});

describe('ledger restore', () => {
  beforeEach(async () => {
    await writeHistory(source, { events: 30, random: generator(8) });
    backup();
  });

  it('refuses a place that holds events, and says how an interrupted one goes on', async () => {
    await writeHistory(sqlite('taken'), { events: 2, random: generator(9) });
    const { status, stderr } = restore('taken');
    expect(status).toBe(1);
    expect(stderr).toContain('holds 2 events already, and only an empty place is restored to');
    expect(await eventsOf(sqlite('taken'))).toHaveLength(2);
  });

  it('goes on by the command that it names', async () => {
    cpSync(directory, join(folder, 'half'), { recursive: true });
    const { stderr } = restore('half');
    const named = /goes on with (copy --from \S+ --to \S+)\.$/.exec(stderr.trim())?.[1] ?? '';
    expect(runLedger(named.split(' '))).toMatchObject({ status: 0 });
  });

  it('refuses a backup with an altered entry, and makes nothing', () => {
    const database = openDatabase(join(directory, 'ledger.db'));
    database.exec('DROP TRIGGER events_are_not_altered');
    database.exec("UPDATE events SET entry = replace(entry, '改', '攺') WHERE position = 12");
    database.close();
    const { status, stderr } = restore('new');
    expect(status).toBe(1);
    expect(stderr).toMatch(/is not what its manifest says: SHA-256 is [0-9a-f]{64} instead of/);
    expect(existsSync(join(folder, 'new'))).toBe(false);
    const doctor = runLedger(['doctor', '--data', directory, '--json']);
    expect(doctor.stdout).toContain('"check":"backup","state":"problem"');
  });

  it.each([
    ['more events than there are', { events: 31 }, 'holds 30 events where its manifest says 31'],
    ['another digest', { sha256: '0'.repeat(64) }, 'is not what its manifest says'],
    ['another format', { format: 'zip' }, 'is no manifest that this version knows'],
    ['a later version', { version: 2 }, 'is no manifest that this version knows'],
  ])('refuses a manifest that says %s', (_, change, because) => {
    const file = join(directory, 'backup.json');
    writeFileSync(file, JSON.stringify({ ...manifest(), ...change }));
    const { status, stderr } = restore('new');
    expect(status).toBe(1);
    expect(stderr).toContain(because);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  it('refuses a manifest that is no JSON', () => {
    writeFileSync(join(directory, 'backup.json'), '{"format":');
    expect(restore('new')).toMatchObject({ status: 1 });
  });
});
