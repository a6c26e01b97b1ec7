import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewsFileIn } from '@ledger/read-models';
import { openDatabase } from '@ledger/sqlite';
import { carriedPath } from '../../apps/api/src/files.js';
import { seedHistory } from '../long-work/seeding.js';
import { startServer } from '../server.js';
import { eventsOf } from './history.js';
import { contentsOf, lines, runLedger, startLedger, type Ran } from './run-ledger.js';

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
const folder = mkdtempSync(join(tmpdir(), 'ledger-rebuild-'));
/** Where a verification puts what it makes meanwhile. */
const temporary = mkdtempSync(join(tmpdir(), 'ledger-scratch-'));
let count = 0;
let dataDir = '';

const ledger = (...args: string[]): Ran =>
  runLedger(['--data', dataDir, ...args], { TMPDIR: temporary });
const json = (status: number, ...args: string[]) => {
  const ran = ledger('--json', ...args);
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status, stderr: '' });
  return JSON.parse(ran.stdout);
};
const nameInForce = (data: string) =>
  readFileSync(viewsFileIn(data), 'utf8').replace('views in ', '').trim();
const alter = (sql: string) => {
  const views = openDatabase(join(dataDir, 'views', nameInForce(dataDir)));
  expect(views.prepare(sql).run().changes).toBe(1);
  views.close();
};
/** Databases and caches of views, whatever their names. */
const kindsOf = (data: string) =>
  readdirSync(join(data, 'views'))
    .sort()
    .flatMap((name) =>
      /\.[0-9a-f]{8}$/.test(name) ? ['views'] : /segments-[0-9a-f]{8}$/.test(name) ? ['cache'] : [],
    );
const rebuildsIn = async (data: string) => {
  const events = await eventsOf({ engine: 'sqlite', dataDir: data });
  return events.filter(({ type }) => type === 'ReadModelsRebuilt');
};

afterEach(() => expect(readdirSync(temporary)).toEqual([]));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(temporary, { recursive: true, force: true });
});

describe('the views of the article', () => {
  beforeEach(() => {
    count += 1;
    dataDir = join(folder, `data-${count}`);
    expect(ledger('import', seed)).toMatchObject({ status: 0 });
  });

  it('are rebuilt equal, and the comparison goes into the log once', async () => {
    const before = nameInForce(dataDir);

    const rebuilt = json(0, 'rebuild');

    expect(rebuilt).toMatchObject({
      position: '283',
      recording: { state: 'recorded', position: '284' },
      comparison: {
        trigger: 'commandLine',
        position: '283',
        models: [
          { name: 'activity', rows: 283, verdict: 'equal' },
          { name: 'catalogue', verdict: 'equal' },
          { name: 'timeline', verdict: 'equal' },
        ],
      },
    });
    expect(nameInForce(dataDir)).not.toBe(before);
    expect(kindsOf(dataDir)).toEqual(['views', 'cache']);
    const [event, ...others] = await rebuildsIn(dataDir);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      position: '284',
      data: { build: rebuilt.comparison.build, trigger: 'commandLine', position: '283' },
    });
    expect(json(0, 'verify-views')).toMatchObject({ state: 'compared', equal: true });
    expect(json(0, 'rebuild').recording).toMatchObject({ state: 'recorded', position: '285' });
    expect(await rebuildsIn(dataDir)).toHaveLength(2);
  });

  it('are told of in words, in both languages', () => {
    const { status, stdout } = ledger('rebuild');
    expect(status).toBe(0);
    expect(stdout).toMatch(/activity .* 283 .* [0-9a-f]{64} .* equal/);
    expect(stdout).toContain('the comparison is recorded at position 284');
    expect(ledger('rebuild', '--lang', 'zh').stdout).toContain('比较结果已入账：位置 285');
    expect(ledger('verify-views').stdout).toContain('The views are what the log says');
    expect(ledger('verify-views', '--lang', 'zh').stdout).toContain('视图与日志相符（至位置 285）');
  });

  it.each([
    [
      'a line of the timeline',
      'timeline',
      `UPDATE timeline SET lines = '19991231' || substr(lines, 9)
       WHERE (group_number, first_key, first_position) = (
         SELECT group_number, first_key, first_position FROM timeline
         ORDER BY first_position DESC LIMIT 1)`,
      undefined,
      'ObservationReported',
    ],
    [
      'a document of the catalogue',
      'catalogue',
      `UPDATE catalogue SET document = replace(document, '"m2"', '"km2"') WHERE position =
       (SELECT max(position) FROM catalogue WHERE document LIKE '%"m2"%' AND kind = 'metric')`,
      undefined,
      'MetricDefined',
    ],
    [
      'the mark of a command',
      'activity',
      'UPDATE activity_recent_commands SET mark = mark + 1 WHERE position = 200',
      '200',
      undefined,
    ],
  ])('that were edited by hand (%s) are found out, kept, and mended', async (...edited) => {
    const [, model, sql, position, type] = edited;
    alter(sql);
    const before = nameInForce(dataDir);

    const verified = json(4, 'verify-views');
    const [wrong, ...others] = verified.models.filter(({ equal }: { equal: boolean }) => !equal);
    const { position: at, eventId, stream } = wrong.firstDivergence;
    const event = (await eventsOf({ engine: 'sqlite', dataDir }))[Number(at) - 1];
    const refused = json(3, 'rebuild');
    const said = ledger('rebuild');

    expect(others).toEqual([]);
    expect(wrong).toMatchObject({ name: model, firstDivergence: { what: 'rows' } });
    expect(at).toBe(position ?? at);
    expect(event).toMatchObject({ id: eventId, stream, type: type ?? event?.type });
    expect(refused).toMatchObject({
      refused: 'REBUILD_DIFFERS',
      model,
      event: { position: at, eventId, type: event?.type, stream },
    });
    expect(said).toMatchObject({ status: 3, stdout: '' });
    expect(said.stderr).toContain(`first event that differs: #${at}  ${event?.type}  ${stream}`);
    expect(said.stderr).toContain('ledger rebuild --explain');
    expect(ledger('verify-views').stdout).toContain(`${model}: first event that differs: #${at} `);
    expect(nameInForce(dataDir)).toBe(before);
    expect(await rebuildsIn(dataDir)).toEqual([]);

    const mended = json(0, 'rebuild', '--explain', '视图文件被人改动');

    expect(mended.comparison.models).toContainEqual(
      expect.objectContaining({ name: model, verdict: 'explained' }),
    );
    expect(mended.recording).toMatchObject({ state: 'recorded' });
    const [recorded] = await rebuildsIn(dataDir);
    expect(recorded?.data).toMatchObject({
      explanation: { zh: '视图文件被人改动', en: '视图文件被人改动' },
      models: expect.arrayContaining([
        // The hash of the edited one did not know of the edit; the rows did.
        expect.objectContaining({ name: model, hash: wrong.hash, verdict: 'explained' }),
      ]),
    });
    expect(json(0, 'verify-views')).toMatchObject({ equal: true, position: '284' });
  });

  it('that are missing have an exit code of their own, and are made', () => {
    rmSync(join(dataDir, 'views'), { recursive: true });

    const missing = ledger('verify-views');
    expect(missing).toMatchObject({ status: 5, stderr: '' });
    expect(missing.stdout).toMatch(/^There are no views at .*views\.db yet/);

    expect(json(0, 'rebuild')).toEqual({
      position: '283',
      comparison: null,
      recording: { state: 'nothing' },
    });
    expect(json(0, 'verify-views')).toMatchObject({ equal: true });
  });

  it('that are damaged are said to be so, and are made anew', () => {
    writeFileSync(join(dataDir, 'views', nameInForce(dataDir)), 'no database '.repeat(9_000));

    const damaged = ledger('verify-views');
    expect(damaged).toMatchObject({ status: 4, stderr: '' });
    expect(damaged.stdout).toMatch(/are damaged and cannot be compared .* `ledger rebuild`/);
    expect(ledger('verify-views', '--lang', 'zh').stdout).toContain('已损坏，无法核对');

    expect(json(0, 'rebuild').comparison).toBeNull();
    expect(json(0, 'verify-views')).toMatchObject({ equal: true });
  });

  it('are verified without a change in the data directory', () => {
    // Who reads a log leaves two small files beside it.
    expect(ledger('replay', '--until', '1')).toMatchObject({ status: 0 });
    const before = contentsOf(dataDir);
    json(0, 'verify-views');
    expect(contentsOf(dataDir)).toEqual(before);
  });

  it('are rebuilt and verified beside a server, each rebuild recorded once by then', async () => {
    const server = await startServer({ dataDir });
    try {
      const rebuilt = json(0, 'rebuild');
      expect(rebuilt.recording.state).toMatch(/^(held|nothing)$/);
      expect(json(0, 'verify-views')).toMatchObject({ equal: true });
      const answer = await fetch(`${server.url}/v1/board`);
      expect(answer.status).toBe(200);
    } finally {
      await server.end('SIGTERM');
    }

    json(0, 'rebuild');

    const builds = (await rebuildsIn(dataDir)).map(({ data }) => data.build);
    expect(builds).toHaveLength(2);
    expect(new Set(builds).size).toBe(2);
  }, 60_000);

  it.each([
    [['rebuild', '--explain', ' '], /--explain/],
    [['rebuild', 'now'], /one thing too many/],
    [['verify-views', '--explain', 'x'], /no option of verify-views/],
  ])('%j is refused with exit code 2', (args, sentence) => {
    const before = contentsOf(dataDir);
    const { status, stderr } = ledger(...args);

    expect(status).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(lines(stderr)).toHaveLength(1);
    expect(contentsOf(dataDir)).toEqual(before);
  });
});

describe('long work on the views', () => {
  beforeAll(async () => {
    dataDir = join(folder, 'large');
    await seedHistory(dataDir, 30_000);
    json(0, 'rebuild');
  }, 60_000);

  /** Starts a command and ends it by a signal once `begun` holds. */
  const broken = async (command: string, signal: NodeJS.Signals, begun: () => boolean) => {
    const { process: child, ended } = startLedger(['--data', dataDir, command], {
      TMPDIR: temporary,
    });
    while (!begun()) {
      if (child.exitCode !== null) throw new Error(`It ended before: ${(await ended).stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill(signal);
    return ended;
  };
  const isBuilding = () => kindsOf(dataDir).filter((kind) => kind === 'views').length > 1;

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    'a rebuild ends by %s without a trace',
    async (signal) => {
      const before = nameInForce(dataDir);

      const { status, stderr } = await broken('rebuild', signal, isBuilding);

      expect(status).toBe(130);
      expect(stderr).toContain('the old views stay in force');
      expect(nameInForce(dataDir)).toBe(before);
      expect(kindsOf(dataDir)).toEqual(['views', 'cache']);
    },
  );

  it('a rebuild that is killed leaves the old views, and nothing after the next start', async () => {
    const before = nameInForce(dataDir);

    const { status } = await broken('rebuild', 'SIGKILL', isBuilding);

    expect(status).toBeNull();
    expect(nameInForce(dataDir)).toBe(before);
    const server = await startServer({ dataDir });
    try {
      const answer = await fetch(`${server.url}/v1/metrics`);
      expect(answer.status).toBe(200);
      expect(nameInForce(dataDir)).toBe(before);
      expect(kindsOf(dataDir)).toEqual(['views', 'cache']);
    } finally {
      await server.end('SIGTERM');
    }
    expect(json(0, 'verify-views')).toMatchObject({ equal: true });
  }, 60_000);

  it('a first rebuild that is killed leaves no views, and the next start makes them', async () => {
    rmSync(join(dataDir, 'views'), { recursive: true });
    const hasBegun = () => readdirSync(dataDir).includes('views') && kindsOf(dataDir).length > 0;

    await broken('rebuild', 'SIGKILL', hasBegun);

    expect(json(5, 'verify-views')).toEqual({ state: 'missing' });
    expect(json(0, 'rebuild')).toMatchObject({ position: expect.stringMatching(/^30\d{3}$/) });
    expect(kindsOf(dataDir)).toEqual(['views', 'cache']);
  });

  it('a verification ends by SIGINT without a trace', async () => {
    const files = () => readdirSync(temporary, { recursive: true, encoding: 'utf8' });

    const { status, stderr } = await broken('verify-views', 'SIGINT', () =>
      files().some((file) => file.endsWith('views/views.db')),
    );

    expect(status).toBe(130);
    expect(stderr).toContain('nothing of it is left');
  });
});
