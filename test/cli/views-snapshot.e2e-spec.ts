import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewsFileIn } from '@ledger/read-models';
import { openDatabase } from '@ledger/sqlite';
import { carriedPath } from '../../apps/api/src/files.js';
import { seedHistory } from '../long-work/seeding.js';
import { startServer } from '../server.js';
import { contentsOf, lines, runLedger, startLedger, type Ran } from './run-ledger.js';

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
const folder = mkdtempSync(join(tmpdir(), 'ledger-views-snapshot-'));
const at = (name: string): string => join(folder, name);
const ledger = (name: string, ...args: string[]): Ran => runLedger(['--data', at(name), ...args]);
const json = (name: string, ...args: string[]) => {
  const { status, stdout, stderr } = ledger(name, '--json', ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};
const refused = (name: string, ...args: string[]): Ran => {
  const ran = ledger(name, ...args);
  expect(ran).toMatchObject({ status: 1, stdout: '' });
  expect(lines(ran.stderr)).toHaveLength(1);
  return ran;
};
const flip = (file: string) => {
  const bytes = readFileSync(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x04;
  writeFileSync(file, bytes);
};

beforeAll(() => {
  expect(ledger('data', 'import', seed)).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ledger views', () => {
  it('export and import bring the views to another copy of the ledger', async () => {
    const made = json('data', 'views', 'export', at('snapshot'));
    expect(readdirSync(at('snapshot')).sort()).toEqual([
      'manifest.json',
      'segments.db',
      'views.db',
    ]);
    const [from, to] = [`sqlite:${at('data')}`, `sqlite:${at('copy')}`];
    expect(runLedger(['copy', '--from', from, '--to', to])).toMatchObject({ status: 0 });

    const brought = json('copy', 'views', 'import', at('snapshot'));

    expect(brought).toEqual(made);
    expect(made.checkpoint.position).toBe('283');
    const verified = json('copy', 'verify-views');
    expect(verified).toMatchObject({ state: 'compared', equal: true, position: '283' });
    expect(verified.models.map(({ hash }: { hash: string }) => hash)).toEqual(
      made.models.map(({ hash }: { hash: string }) => hash),
    );
    const server = await startServer({ dataDir: at('copy') });
    const board = await fetch(`${server.url}/v1/board`);
    expect(board.status).toBe(200);
    // No word of a rebuild: it went on from the views that it found.
    expect(server.output()).not.toMatch(/rebuilt/);
    await server.end('SIGTERM');
  }, 60_000);

  it('say in words what was done, and what to do next', () => {
    const said = ledger('data', 'views', 'export', at('spoken'), '--lang', 'zh');
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^视图快照已导出：.*spoken，至位置 283\n/);
    expect(said.stdout).toMatch(/views\.db {2}[\d,]+ B {2}[0-9a-f]{64}/);
    rmSync(join(at('copy'), 'views'), { recursive: true });

    expect(ledger('copy', 'views', 'import', at('spoken')).stdout).toMatch(
      /^the views of the snapshot are in force, up to position 283; `ledger verify-views`/,
    );
    expect(refused('copy', 'views', 'import', at('spoken')).stderr).toMatch(
      /stand at position 283, no earlier than the snapshot at 283/,
    );
  });

  it('export beside a server, which goes on', async () => {
    const server = await startServer({ dataDir: at('data') });
    try {
      expect(json('data', 'views', 'export', at('beside')).checkpoint.position).toBe('283');
      expect((await fetch(`${server.url}/v1/board`)).status).toBe(200);
    } finally {
      await server.end('SIGTERM');
    }
  }, 60_000);

  it.each(['views.db', 'segments.db', 'manifest.json'])(
    'import refuses another byte in %s',
    (file) => {
      json('data', 'views', 'export', at(`flipped-${file}`));
      flip(join(at(`flipped-${file}`), file));
      rmSync(join(at('copy'), 'views'), { recursive: true });

      const { stderr } = refused('copy', 'views', 'import', at(`flipped-${file}`));

      expect(stderr).toContain(file);
      expect(stderr).toMatch(/export the views anew/);
      expect(readdirSync(join(at('copy'), 'views'))).toEqual(['views.db.lock']);
      expect(json('copy', 'rebuild')).toMatchObject({ position: '283' });
    },
  );

  it('import refuses the snapshot of another ledger, and of other versions', () => {
    json('data', 'views', 'export', at('foreign'));
    expect(ledger('other', 'import', seed)).toMatchObject({ status: 0 });
    expect(refused('other', 'views', 'import', at('foreign')).stderr).toMatch(
      /stand at position|was not made from this log/,
    );
    rmSync(join(at('other'), 'views'), { recursive: true });
    expect(refused('other', 'views', 'import', at('foreign')).stderr).toMatch(
      /was not made from this log \(the log holds another event at position 283/,
    );
    const name = readFileSync(viewsFileIn(at('data')), 'utf8')
      .replace('views in ', '')
      .trim();
    const views = openDatabase(join(at('data'), 'views', name));
    views.exec(`UPDATE views_models SET version = version - 1 WHERE name = 'catalogue'`);
    json('data', 'views', 'export', at('older'));
    views.exec(`UPDATE views_models SET version = version + 1 WHERE name = 'catalogue'`);
    views.close();
    expect(refused('copy', 'views', 'import', at('older')).stderr).toMatch(
      /read model catalogue .* has version \d .* needs version \d/,
    );
  });

  it('export refuses a folder with something in it, and where there are no views', () => {
    const before = contentsOf(at('data'));
    expect(refused('data', 'views', 'export', at('data')).stderr).toMatch(/is not empty/);
    expect(contentsOf(at('data'))).toEqual(before);
    const [from, to] = [`sqlite:${at('data')}`, `sqlite:${at('bare')}`];
    expect(runLedger(['copy', '--from', from, '--to', to])).toMatchObject({ status: 0 });
    expect(ledger('bare', 'views', 'export', at('nothing'))).toMatchObject({
      status: 5,
      stderr: expect.stringMatching(/^There are no views/),
    });
    expect(readdirSync(folder)).not.toContain('nothing');
  });

  it.each([
    [['views', 'export'], /DIR is missing/],
    [['views', 'move', 'x'], /nothing that views does/],
    [['views', 'export', 'x', 'y'], /one thing too many/],
  ])('%j is refused with exit code 2', (args, sentence) => {
    const { status, stderr } = ledger('data', ...args);

    expect(status).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(lines(stderr)).toHaveLength(1);
  });
});

describe('a large snapshot', () => {
  beforeAll(async () => {
    await seedHistory(at('large'), 30_000);
    json('large', 'rebuild');
    json('large', 'views', 'export', at('large-snapshot'));
  }, 60_000);

  const broken = async (signal: NodeJS.Signals, args: string[], begun: () => boolean) => {
    const { process: child, ended } = startLedger(['--data', at('large'), ...args]);
    while (!begun()) {
      if (child.exitCode !== null) throw new Error(`It ended before: ${(await ended).stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill(signal);
    return ended;
  };
  const namesIn = (path: string): string[] => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  };

  it('leaves nothing when its making is interrupted', async () => {
    const made = at('interrupted');
    const args = ['views', 'export', made];

    const { status, stderr } = await broken('SIGINT', args, () => namesIn(made).length > 0);

    expect(status).toBe(130);
    expect(stderr).toContain('nothing half is left');
    expect(readdirSync(folder)).not.toContain('interrupted');
  });

  it('is made anew in a folder where a killed one left its half', async () => {
    const made = at('killed');
    const args = ['views', 'export', made];
    const { status } = await broken('SIGKILL', args, () => namesIn(made).includes('views.db'));
    expect(status).toBeNull();
    expect(namesIn(made)).toContain('unfinished');
    expect(refused('large', 'views', 'import', made).stderr).toMatch(/no finished snapshot/);

    const { files } = json('large', ...args);

    expect(namesIn(made).sort()).toEqual(['manifest.json', 'segments.db', 'views.db']);
    expect(files['views.db'].bytes).toBeGreaterThan(0);
  });

  it('that is killed while it is brought in leaves nothing after the next start', async () => {
    const views = join(at('large'), 'views');
    rmSync(views, { recursive: true });
    const copies = () => namesIn(views).filter((name) => /\.[0-9a-f]{8}$/.test(name));

    const args = ['views', 'import', at('large-snapshot')];
    const { status } = await broken('SIGKILL', args, () => copies().length === 2);

    expect(status).toBeNull();
    expect(ledger('large', 'verify-views')).toMatchObject({ status: 5 });
    expect(json('large', ...args).checkpoint.position).toMatch(/^30\d{3}$/);
    expect(copies()).toHaveLength(1);
    expect(namesIn(views).filter((name) => /segments-[0-9a-f]{8}$/.test(name))).toHaveLength(1);
    expect(json('large', 'verify-views')).toMatchObject({ equal: true });
  });
});
