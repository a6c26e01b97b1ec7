import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

type Violation = { from: string; to: string; rule: { name: string } };
type Cruise = { summary: { violations: Violation[]; totalCruised: number } };

describe('the rooms import only what the table allows', () => {
  it('has no violation, and looked at every room', () => {
    const { violations, totalCruised } = cruise(['apps', 'libs', 'test'], 'bad-fixture').summary;
    expect(violations.map(describeViolation)).toEqual([]);
    // A cruiser that cannot read TypeScript reports zero modules and no violation.
    expect(totalCruised).toBeGreaterThan(80);
  });

  it('catches each wrong import of the bad fixture', () => {
    const { violations } = cruise(['test/architecture/bad-fixture'], undefined).summary;
    const rules = new Set(violations.map((violation) => violation.rule.name));
    expect([...rules].sort()).toEqual(
      expect.arrayContaining([
        'domain-is-pure',
        'engines-are-chosen-in-one-room',
        'front-doors',
        'lib-domain-imports',
        'lib-read-models-imports',
        'pages-take-types-only',
      ]),
    );
  });
});

describe('decorator traps', () => {
  it('has no const and type of one name', () => {
    const clashes = sources(['apps/api', 'apps/cli', 'libs/application', 'libs/exchange']).flatMap(
      (file) => {
        const text = readFileSync(file, 'utf8');
        const names = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);
        const types = new Set(names(/^export type (\w+)/gm));
        return names(/^export const (\w+)/gm)
          .filter((name) => types.has(name))
          .map((n) => `${file}: ${n}`);
      },
    );
    expect(clashes).toEqual([]);
  });
});

describe('the repository', () => {
  const tracked = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split(
    '\n',
  );

  it('has only the agreed folders and files at its top', () => {
    const top = new Set(tracked.filter(Boolean).map((file) => file.split('/')[0] ?? ''));
    const allowed =
      /^(apps|libs|seeds|test|nest-cli\.json|package\.json|tsconfig\.json|docker-compose\.yml|README\.md|package-lock\.json|jest\.config\.mjs|Dockerfile|LICENSE|\..+)$/;
    expect([...top].filter((name) => !allowed.test(name))).toEqual([]);
  });

  it('has a lock file that is complete and names no download address', () => {
    const check = spawnSync(process.execPath, ['.scripts/lock.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });

  it('reads the environment in one file of the server only', () => {
    const readers = sources(['apps/api', 'libs'])
      .filter(
        (file) =>
          !/(spec|fixtures|kit)\.ts$/.test(file) &&
          readFileSync(file, 'utf8').includes('process.env'),
      )
      .map((file) => file.slice(root.length + 1));
    expect(readers).toEqual(['apps/api/src/config.ts']);
  });
});

function cruise(paths: string[], exclude: string | undefined): Cruise {
  const args = [
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...(exclude === undefined ? [] : ['--exclude', `(^|/)(dist|data|${exclude})/`]),
    ...paths,
  ];
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!result.stdout.startsWith('{')) throw new Error(result.stderr || result.stdout);
  return JSON.parse(result.stdout);
}

function describeViolation({ rule, from, to }: Violation): string {
  return `${rule.name}: ${from} -> ${to}`;
}

function sources(folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name))
      .filter((file) => statSync(file).isFile()),
  );
}

describe('the engine on EventStoreDB', () => {
  it('uses nothing of its client that could alter a stream, or append without a revision', () => {
    const room = join(root, 'libs', 'event-log-eventstore', 'src');
    const sources = readdirSync(room).filter((name) => name.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(10);
    const forbidden =
      /deleteStream|tombstoneStream|setStreamMetadata|scavenge|\bANY\b|STREAM_EXISTS|PersistentSubscription|expectedRevision: undefined/;
    const found = sources.flatMap((name) =>
      readFileSync(join(room, name), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          forbidden.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : [],
        ),
    );
    expect(found).toEqual([]);
    expect(forbidden.test('await client.tombstoneStream(name)')).toBe(true);
  });
});
