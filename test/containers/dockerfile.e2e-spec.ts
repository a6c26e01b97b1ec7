import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from './compose-file.js';
import { isPinned } from './compose-rules.js';

type Instruction = { keyword: string; words: string };
type Stage = { name: string; image: string; instructions: Instruction[] };

/** Instructions with their lines joined; comments and empty lines left out. */
function instructionsOf(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => {
      const [keyword = '', ...words] = line.trim().split(/\s+/);
      return { keyword: keyword.toUpperCase(), words: words.join(' ') };
    });
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  for (const { keyword, words } of instructions) {
    if (keyword === 'FROM') {
      const [image = '', , name = String(stages.length)] = words.split(' ');
      stages.push({ name, image, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ keyword, words });
    }
  }
  return stages;
}

const stages = stagesOf(instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8')));
const last = stages.at(-1);

/** The words of an instruction of the last stage; the last one counts, as it does for Docker. */
function lastOf(keyword: string): string {
  const found = last?.instructions.findLast((instruction) => instruction.keyword === keyword);
  if (found === undefined) throw new Error(`The last stage has no ${keyword}.`);
  return found.words;
}

/** The command in exec form: no shell stands between Docker's signals and the server. */
function execForm(words: string): string[] {
  const start = words.indexOf('[');
  const command: unknown = JSON.parse(words.slice(start));
  if (!Array.isArray(command)) throw new Error(`${words} is not in exec form.`);
  return command.map(String);
}

describe('the Dockerfile', () => {
  it('builds in one stage and runs in another, on images pinned to the patch', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'runtime']);
    expect(stages.filter(({ image }) => !isPinned(image))).toEqual([]);
    expect(new Set(stages.map(({ image }) => image)).size).toBe(1);
    expect(isPinned('node:20-slim')).toBe(false);
  });

  it('copies only what the repository has, Docker is given, or an earlier stage made', () => {
    const faults = stages.flatMap((stage, index) =>
      stage.instructions
        .filter(({ keyword }) => keyword === 'COPY')
        .flatMap(({ words }) => copyFaults(words, stages.slice(0, index))),
    );
    expect(faults).toEqual([]);
    expect(copyFaults('no-such-file ./', stages)).toEqual(['no-such-file is not there']);
    expect(copyFaults('--from=nobody /app /app', stages)).toEqual(['no stage nobody']);
    expect(copyFaults('README.md ./', stages)).toEqual(['README.md is kept from Docker']);
  });

  it('runs as a user without rights, whose data folder is a volume', () => {
    expect(lastOf('USER')).toMatch(/^(?!root\b|0\b)\S+$/);
    expect(lastOf('VOLUME')).toBe('/data');
    expect(lastOf('ENV')).toContain('NODE_ENV=production');
    expect(lastOf('ENV')).toContain('LEDGER_DATA=/data');
    // The image alone listens to nobody: trust in the network is said where the network is made.
    expect(lastOf('ENV')).not.toMatch(/HOST|TRUST/);
  });

  it('starts a file that the build writes', () => {
    const [program, file = '', ...more] = execForm(lastOf('CMD'));
    expect({ program, more }).toEqual({ program: 'node', more: [] });
    expect(file).toMatch(/^dist\//);
    expect(existsSync(join(root, file))).toBe(true);
    expect(existsSync(join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });
});

describe('the health check of the image', () => {
  let server: Server;
  let status = 200;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host?.split(':')[0] ?? ''}${request.url ?? ''}`);
      response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('passes only when the server says that it is ready', async () => {
    const { port } = addressOf(server);
    expect(await check(port)).toBe(0);
    status = 503;
    expect(await check(port)).toBe(1);
    expect(asked).toEqual(['127.0.0.1/health/ready', '127.0.0.1/health/ready']);
  });

  it('fails when nobody answers', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = addressOf(other);
    await new Promise((resolve) => other.close(resolve));
    expect(await check(port)).toBe(1);
  });

  function check(port: number): Promise<number | null> {
    const [, ...args] = execForm(lastOf('HEALTHCHECK'));
    const env = { ...process.env, PORT: String(port) };
    const child = spawn(process.execPath, args, { env, stdio: 'inherit', timeout: 20_000 });
    return new Promise((resolve) => child.once('exit', resolve));
  }
});

describe('the scripts that the containers run', () => {
  it.each([
    ['sh', ['-n', '.docker/certificates.sh']],
    [process.execPath, ['--check', '.docker/accounts.mjs']],
  ])('are well formed: %s %j', (program, args) => {
    const result = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
    expect({ status: result.status, said: result.stderr }).toEqual({ status: 0, said: '' });
  });

  it.each([
    ['is empty', '', 'EVENTSTORE_ADMIN_PASSWORD is not set'],
    ['needs an escape in a URL', 'with@sign-in-it', 'EVENTSTORE_ADMIN_PASSWORD has a character'],
    ['is short', 'changeit', 'EVENTSTORE_ADMIN_PASSWORD is shorter'],
  ])('refuse a password that %s before anything is made', (_, password, sentence) => {
    const result = spawnSync('sh', ['.docker/certificates.sh'], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], EVENTSTORE_ADMIN_PASSWORD: password },
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain(sentence);
    expect(result.stdout).toBe('');
  });
});

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It does not listen.');
  return address;
}

/** What .dockerignore lets through: it shuts everything out and then names what may come in. */
function isGivenToDocker(source: string): boolean {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  return (
    lines.includes('*') && letIn.some((name) => source === name || source.startsWith(`${name}/`))
  );
}

function copyFaults(words: string, earlier: readonly Stage[]): string[] {
  const parts = words.split(' ');
  const from = parts.find((part) => part.startsWith('--from='))?.slice('--from='.length);
  if (from !== undefined) {
    return earlier.some(({ name }) => name === from) ? [] : [`no stage ${from}`];
  }
  const sources = parts.filter((part) => !part.startsWith('--')).slice(0, -1);
  return sources.flatMap((source) => {
    if (!existsSync(join(root, source))) return [`${source} is not there`];
    return isGivenToDocker(source) ? [] : [`${source} is kept from Docker`];
  });
}
