import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../server.js';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The shell blocks of the README that talk to the server, in their order. */
const curlBlocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map((match) => match[1] ?? '')
  .filter((block) => block.includes('curl '));

describe('the README', () => {
  let dataDir: string;
  let server: RunningServer;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-readme-'));
    server = await startServer({ dataDir, seed: 'guangming-2021' });
  }, 60_000);

  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has blocks to paste', () => {
    expect(curlBlocks.length).toBeGreaterThanOrEqual(4);
  });

  it.each(curlBlocks.map((block) => [block.trim().split('\n')[0] ?? '', block]))(
    '%s … works when pasted',
    (_, block) => {
      // A stream never ends by itself: the reader would stop it by hand.
      const script = block
        .replaceAll('127.0.0.1:3000', server.url.replace('http://', ''))
        .replaceAll('curl -N', 'timeout 3 curl -N');
      const result = spawnSync('bash', ['-eu', '-o', 'pipefail', '-c', script], {
        encoding: 'utf8',
        cwd: root,
      });
      const stoppedByHand = block.includes('curl -N') && result.status === 124;
      if (!stoppedByHand && result.status !== 0) throw new Error(result.stderr + result.stdout);
      expect(result.stdout.length).toBeGreaterThan(20);
      expect(result.stdout).not.toContain('"status":4');
    },
    60_000,
  );

  it('has command lines that work in their order', () => {
    const written = [...readme.matchAll(/^npm run ledger -- ([^#\n]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    // A store of another machine is not at hand here: copies to one are tested with the command.
    const lines = written.filter((line) => !line.includes('db.example'));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    const folder = mkdtempSync(join(tmpdir(), 'ledger-readme-cli-'));
    for (const line of lines.map((one) => one.replace('backups/', `${folder}/backups/`))) {
      const result = spawnSync(
        'npm',
        ['run', '--silent', 'ledger', '--', ...line.trim().split(/\s+/)],
        {
          cwd: root,
          encoding: 'utf8',
          env: { ...process.env, LEDGER_DATA: join(folder, 'data') },
        },
      );
      expect({ line, status: result.status, said: result.stderr }).toEqual({
        line,
        status: 0,
        said: '',
      });
      expect(result.stdout.length).toBeGreaterThan(20);
    }
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('names only npm scripts that exist, and rooms that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm (?:run )?(start|test:crash|test|[a-z]+)\b/g)].map(
      (match) => match[1],
    );
    const known = new Set([...Object.keys(scripts), 'ci', 'run', 'install']);
    expect(named.filter((name) => name !== undefined && !known.has(name))).toEqual([]);
    const rooms = [...readme.matchAll(/`((?:apps|libs)\/[a-z-]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    const present = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
    );
    expect(rooms.filter((room) => !present.includes(room))).toEqual([]);
    expect(present.filter((room) => !rooms.includes(room))).toEqual([]);
  });
});
