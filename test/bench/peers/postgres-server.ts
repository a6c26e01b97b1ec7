// A PostgreSQL server of its own for a bench: in a new folder, reached by a private socket, with
// the settings that `initdb` writes, so that every commit is synced to disk before it is answered.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PeerAbsent } from './packages.js';

export type PostgresServer = {
  connectionString(database: string): string;
  /** What all its processes have used so far, user and system; undefined where nothing tells. */
  cpuSeconds(): number | undefined;
  /** Ends it and removes its files. The end of this process does so too. */
  stop(): Promise<void>;
};

const USER = 'bench';
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;
/** PostgreSQL refuses to run as root; then it runs as the first of these that exists. */
const SERVICE_USERS = ['postgres', 'nobody'];
/** Linux counts the time of a process in hundredths of a second, whatever its own clock does. */
const TICKS_A_SECOND = 100;

type Account = { uid?: number; gid?: number };

/**
 * Starts a server whose files lie in a new folder below `home`: on the disk that is to be measured.
 * Throws `PeerAbsent` where there is no PostgreSQL, or none that starts.
 */
export async function startPostgres(home: string): Promise<PostgresServer> {
  const programs = findPrograms();
  const account = serviceAccount();
  const folder = ownedFolder(join(home, 'bench-postgres-'), account);
  // A socket's path is short by law, so it does not lie with the data.
  const socket = ownedFolder(join(tmpdir(), 'bench-pg-'), account);
  const data = join(folder, 'data');
  const environment = { ...process.env, LC_ALL: 'C' };
  const options = { cwd: folder, env: environment, ...account };
  const remove = () => {
    for (const path of [folder, socket]) rmSync(path, { recursive: true, force: true });
  };
  let child: ChildProcess | undefined;
  const endAtOnce = () => {
    child?.kill('SIGQUIT');
    remove();
  };
  process.once('exit', endAtOnce);
  try {
    makeCluster(programs, data, options);
    const settings = ['listen_addresses=', `unix_socket_directories=${socket}`];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    child = spawn(join(programs, 'postgres'), args, {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilReady(child);
  } catch (error) {
    endAtOnce();
    process.off('exit', endAtOnce);
    throw error;
  }
  const server = child;
  return {
    connectionString: (database) =>
      `postgresql://${USER}@/${database}?host=${encodeURIComponent(socket)}`,
    cpuSeconds: () => cpuSecondsOf(server.pid ?? -1),
    stop: async () => {
      await end(server);
      process.off('exit', endAtOnce);
      remove();
    },
  };
}

/** The folder that holds `initdb` and `postgres`: one of the path, or a Debian version's own. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  const found = folders.find((folder) =>
    ['initdb', 'postgres'].every((program) => folder !== '' && existsSync(join(folder, program))),
  );
  if (found === undefined) throw new PeerAbsent('There is no PostgreSQL server on this machine.');
  return found;
}

function serviceAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  for (const user of SERVICE_USERS) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout || NaN),
    );
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid: uid ?? 0, gid: gid ?? 0 };
  }
  throw new PeerAbsent('PostgreSQL does not run as root, and no other user was found for it.');
}

function ownedFolder(prefix: string, { uid, gid }: Account): string {
  const folder = mkdtempSync(prefix);
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}

function makeCluster(programs: string, data: string, options: object): void {
  const args = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C'];
  try {
    execFileSync(join(programs, 'initdb'), args, { ...options, stdio: 'pipe' });
  } catch (error) {
    throw new PeerAbsent(`initdb failed: ${lastLine(String(error))}.`);
  }
}

/** Resolves when it says that it takes connections. */
function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new PeerAbsent(`PostgreSQL did not start: ${why}.`));
    };
    const timer = setTimeout(() => fail(`silent for ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => fail(lastLine(said) || 'it ended at once'));
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGINT');
  });
}

/** The server's own time, that of its living children, and that of those that it has seen end. */
function cpuSecondsOf(server: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (stat === undefined) continue;
    const { parent, own, ofEndedChildren } = stat;
    if (Number(name) === server) ticks += own + ofEndedChildren;
    else if (parent === server) ticks += own;
  }
  return ticks / TICKS_A_SECOND;
}

/** Fields 4 and 14 to 17 of proc(5); the second, a name in brackets, may hold spaces. */
function statOf(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const field = (number: number) => fields[number - 3] ?? NaN;
    return { parent: field(4), own: field(14) + field(15), ofEndedChildren: field(16) + field(17) };
  } catch {
    return undefined; // It ended between the listing and the look.
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
