// The peers that `npm run bench -- peers` measures against. They are no dependencies of the
// product: each is installed into a folder of its own below `data/` when it is first asked for.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The one place that says which versions. Emmett for PostgreSQL has no release 0.38.5 to install;
 * 0.42.0 is the nearest one that is no pre-release, and comes with its own version of Emmett.
 */
export const PEERS = {
  'emmett-sqlite': {
    '@event-driven-io/emmett': '0.38.5',
    '@event-driven-io/emmett-sqlite': '0.38.5',
    sqlite3: '5.1.7',
  },
  'emmett-postgresql': {
    '@event-driven-io/emmett': '0.42.0',
    '@event-driven-io/emmett-postgresql': '0.42.0',
    pg: '8.23.1',
  },
} as const;

export type PeerName = keyof typeof PEERS;

/** A package with native code is compiled where no ready binary can be fetched. */
const INSTALL_LIMIT_MS = 9 * 60_000;
const NPM_FLAGS = ['--save-exact', '--no-audit', '--no-fund', '--loglevel=error'];

/** A peer, or what it needs, is not to be had here; the message says why in one sentence. */
export class PeerAbsent extends Error {
  override readonly name = 'PeerAbsent';
}

/** The packages of a peer as a figure names them: `emmett-sqlite 0.38.5, sqlite3 5.1.7`. */
export function versionsOf(peer: PeerName): string {
  return Object.entries(PEERS[peer])
    .map(([name, version]) => `${name.replace('@event-driven-io/', '')} ${version}`)
    .join(', ');
}

/** Loads an installed package. The caller says what it uses of it, after the package's typings. */
export type LoadPackage = <Package>(name: string) => Promise<Package>;

/** Installs a peer unless it is there. This and what it answers throw `PeerAbsent`. */
export function installPeer(peer: PeerName): LoadPackage {
  const folder = join(process.cwd(), 'data', 'bench-peers', peer);
  const packages = Object.entries(PEERS[peer]).map(([name, version]) => `${name}@${version}`);
  const stamp = join(folder, 'installed.json');
  const wanted = JSON.stringify(packages);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    install(folder, packages);
    writeFileSync(stamp, wanted);
  }
  const { resolve } = createRequire(join(folder, 'package.json'));
  return async (name) => {
    try {
      return await import(pathToFileURL(resolve(name)).href);
    } catch (error) {
      const reason = error instanceof Error ? firstLine(error.message) : String(error);
      throw new PeerAbsent(`${name} cannot be loaded: ${reason}; delete ${folder} to try anew.`);
    }
  };
}

function install(folder: string, packages: readonly string[]): void {
  process.stderr.write(`Installing ${packages.join(', ')} into ${folder} …\n`);
  const isWindows = process.platform === 'win32';
  const result = spawnSync(
    isWindows ? 'npm.cmd' : 'npm',
    ['install', '--prefix', folder, ...NPM_FLAGS, ...packages],
    { cwd: folder, encoding: 'utf8', timeout: INSTALL_LIMIT_MS, shell: isWindows },
  );
  if (result.status === 0) return;
  const said = (result.stderr ?? '').split('\n').filter((line) => line.startsWith('npm error'));
  const reason = result.error?.message ?? said.slice(0, 2).join(' ');
  throw new PeerAbsent(`npm could not install ${packages.join(', ')}: ${reason || 'no reason'}.`);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
