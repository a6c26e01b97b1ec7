import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ledger/sqlite';
import { viewsFileIn } from '@ledger/read-models';
import { carriedPath } from '../../apps/api/src/files.js';
import { seedHistory } from '../long-work/seeding.js';
import { startServer, type RunningServer } from '../server.js';
import { landReform, observations, reformOffice, vacated, vacatedArea } from '../stories/ledger.js';
import { contentsOf, lines, runLedger, startLedger, type Ran } from './run-ledger.js';

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
const folder = mkdtempSync(join(tmpdir(), 'ledger-replay-at-'));
const dataDir = join(folder, 'data');
/** Where the command puts what it makes meanwhile. */
const temporary = mkdtempSync(join(tmpdir(), 'ledger-scratch-'));

const ledger = (...args: string[]): Ran =>
  runLedger(['--data', dataDir, ...args], { TMPDIR: temporary });
const replayed = (...args: string[]) => {
  const { status, stdout, stderr } = ledger('replay', '--json', ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

beforeAll(() => {
  expect(ledger('import', seed)).toMatchObject({ status: 0 });
});
afterEach(() => expect(readdirSync(temporary)).toEqual([]));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(temporary, { recursive: true, force: true });
});

describe('ledger replay --at', () => {
  it('answers the same hashes every time, and others for another position', () => {
    const once = replayed('--at', '200');
    const again = replayed('--at', '200');
    const later = replayed('--at', '201');

    expect(again).toEqual(once);
    expect(once.position).toBe('200');
    expect(once.models.map(({ name }: { name: string }) => name)).toEqual([
      'activity',
      'catalogue',
      'timeline',
    ]);
    for (const { hash, rows, position } of once.models) {
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(rows).toBeGreaterThan(0);
      expect(position).toBe('200');
    }
    expect(later.models[0].hash).not.toBe(once.models[0].hash);
  });

  it('says that replayed = live where the views stand at that position', () => {
    const { models, live } = replayed('--at', '283');
    expect(live).toEqual({ verdict: 'equal', models });

    const said = ledger('replay', '--at', '283');
    expect(said.stdout).toContain('replayed = live');
    expect(said.stdout).toContain(models[0].hash);
    expect(ledger('replay', '--at', '283', '--lang', 'zh').stdout).toContain('重放 = 现用视图');
  });

  it('does not compare with views that stand elsewhere', () => {
    const { live } = replayed('--at', '282');

    expect(live).toMatchObject({ verdict: 'elsewhere', models: [{ position: '283' }, {}, {}] });
    expect(ledger('replay', '--at', '282').stdout).toContain('to compare: --at 283');
  });

  it('fails where the views say another hash, with both', () => {
    const name = readFileSync(viewsFileIn(dataDir), 'utf8').replace('views in ', '').trim();
    const views = openDatabase(join(dataDir, 'views', name));
    views.exec(`
      CREATE TABLE kept AS SELECT chain FROM views_models WHERE name = 'catalogue';
      UPDATE views_models SET chain = zeroblob(32) WHERE name = 'catalogue'`);
    try {
      const { status, stdout } = ledger('replay', '--at', '283');
      expect(status).toBe(1);
      expect(stdout).toMatch(/replayed ≠ live.*\n {2}catalogue: [0-9a-f]{64} ≠ [0-9a-f]{64}\n$/);
      expect(ledger('replay', '--at', '283', '--models', 'activity').status).toBe(0);
    } finally {
      views.exec(`
        UPDATE views_models SET chain = (SELECT chain FROM kept) WHERE name = 'catalogue';
        DROP TABLE kept`);
      views.close();
    }
    expect(replayed('--at', '283').live.verdict).toBe('equal');
  });

  it('answers all the same where the views are of another layout', () => {
    const name = readFileSync(viewsFileIn(dataDir), 'utf8').replace('views in ', '').trim();
    const views = openDatabase(join(dataDir, 'views', name));
    views.exec('ALTER TABLE views_models RENAME TO other_models');
    try {
      expect(replayed('--at', '283').live).toEqual({ verdict: 'unreadable', models: [] });
    } finally {
      views.exec('ALTER TABLE other_models RENAME TO views_models');
      views.close();
    }
  });

  it('takes a time as the last position recorded until then', () => {
    const events = lines(ledger('replay', '--json').stdout).map((line) => JSON.parse(line));
    const { recordedAt } = events[140];
    const last = events.findLast((event) => event.recordedAt <= recordedAt);

    expect(replayed('--at', recordedAt).position).toBe(last.position);
    expect(replayed('--at', '2020-01-01').position).toBe('0');
    expect(replayed('--at', new Date().toISOString()).position).toBe('283');
  });

  it('folds only what --models names', () => {
    const all = replayed('--at', '200').models;
    const some = replayed('--at', '200', '--models', 'timeline,activity').models;

    expect(some).toEqual(all.filter(({ name }: { name: string }) => name !== 'catalogue'));
  });

  it('says with --diff what has changed since, and nothing where nothing has', () => {
    const { difference } = replayed('--at', '280', '--diff');
    expect(difference).toMatchObject({ from: { position: '280' }, to: { position: '283' } });
    expect(difference.items[0]).toMatchObject({
      kind: 'figure',
      metric: 'business-environment-reform-tasks',
      old: { absence: 'missing' },
      new: { printed: '76项' },
      cause: { position: '281' },
    });

    expect(replayed('--at', '283', '--diff').difference.items).toEqual([]);
    expect(ledger('replay', '--at', '283', '--diff').stdout).toContain('nothing has changed');
    const table = ledger('replay', '--at', '280', '--diff').stdout;
    expect(table).toMatch(/business-environment-reform-tasks/);
    expect(table).toMatch(/missing .*76项/);
  });

  it('changes nothing in the data directory', () => {
    const before = contentsOf(dataDir);
    replayed('--at', '283', '--diff');
    expect(contentsOf(dataDir)).toEqual(before);
  });

  it.each([
    [['--at', 'yesterday'], 2, /neither a position nor a time/],
    [['--at', '2021-02-31'], 2, /neither a position nor a time/],
    [['--at', '284'], 1, /ends at position 283/],
    [['--at', '2999-01-01'], 1, /lies in the future/],
    [['--at', '3', '--models', 'board'], 2, /no read model/],
    [['--at', '3', '--until', '4'], 2, /does not go with --at/],
    [['--at', '3', '--stream', 'unit-a'], 2, /does not go with --at/],
    [['--models', 'activity'], 2, /needs --at/],
    [['--diff'], 2, /needs --at/],
  ])('%j is refused with exit code %d', (args, status, sentence) => {
    const ran = ledger('replay', ...args);

    expect(ran).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toMatch(sentence);
    expect(lines(ran.stderr)).toHaveLength(1);
  });
});

describe('ledger replay --at beside a running server', () => {
  const beside = join(folder, 'beside');
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ dataDir: beside });
    await write('/v1/units', reformOffice);
    await write('/v1/reforms', landReform);
    await write('/v1/metrics', vacatedArea);
  }, 60_000);
  afterAll(() => server.end('SIGTERM'));

  const write = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
    const receipt = JSON.parse(await answer.text());
    // Until the views have it, so that what is live is what was written.
    await fetch(`${server.url}/v1/board?minPosition=${receipt.position}`);
    return receipt;
  };
  const run = (...args: string[]): Ran =>
    runLedger(['replay', '--data', beside, ...args], { TMPDIR: temporary });

  it('shows a correction as old, new, difference and reason, and the live views as equal', async () => {
    const report = await write(observations, vacated('68.1万平方米', '2021-08-26'));
    const [{ eventId }] = report.events;
    const corrected = await write(
      `${observations}/${eventId}:correct`,
      {
        quantity: { printed: '68.3万平方米' },
        errorClass: 'typing',
        reason: '录入时看错一位',
      },
      { 'if-match': `"v${report.revision}"` },
    );

    const now = JSON.parse(run('--at', corrected.position, '--json').stdout);
    const then = JSON.parse(run('--at', report.position, '--diff', '--json').stdout);
    const table = run('--at', report.position, '--diff', '--lang', 'zh').stdout;

    expect(now.live.verdict).toBe('equal');
    expect(then.difference.items).toHaveLength(1);
    expect(then.difference.items[0]).toMatchObject({
      kind: 'figure',
      metric: vacatedArea.id,
      old: { printed: '68.1万平方米' },
      new: { printed: '68.3万平方米' },
      difference: { quantity: { amount: '2000', unit: 'm2' } },
      cause: { reason: '录入时看错一位', position: corrected.position },
    });
    expect(table).toMatch(/68\.1万平方米 .*68\.3万平方米 .*\+2000 m2.*录入时看错一位/);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});

describe('ledger replay --at that is interrupted', () => {
  const large = join(folder, 'large');
  beforeAll(() => seedHistory(large, 30_000), 60_000);

  it.each([
    ['the log is folded', [], /replay\/views\.db$/],
    ['views for the changes are built', ['--diff'], /difference\/views\.db\.[0-9a-f]{8}$/],
  ])('while %s leaves nothing behind', async (_, options, made) => {
    const args = ['replay', '--data', large, '--at', '20000', ...options];
    const { process: child, ended } = startLedger(args, { TMPDIR: temporary });
    const files = (): string[] => readdirSync(temporary, { recursive: true, encoding: 'utf8' });
    while (!files().some((file) => made.test(file))) {
      if (child.exitCode !== null) throw new Error('It ended before it began.');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGINT');

    const { status, stderr } = await ended;

    expect(status).toBe(130);
    expect(stderr).toContain('nothing of it is left');
  });
});
