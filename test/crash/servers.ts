import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { builtPath } from '../../apps/api/src/files.js';

export type Launch = {
  dataDir: string;
  /** What the ledger rests on, as in `LEDGER_LOG`; default sqlite. */
  log?: string;
  seed?: 'guangming-2021' | 'none';
  env?: { [name: string]: string };
  /** Shell commands that limit the process before it becomes the server: `ulimit -f 600`. */
  limits?: string;
  /** Number of the user and group that the server runs as. */
  user?: number;
};

/** How a process ended: `code` is null when a signal ended it. */
export type End = { code: number | null; signal: NodeJS.Signals | null };

/** Longer than any boot on a machine that is busy with other things. */
const READY_MS = 60_000;

const running = new Set<ChildProcess>();
process.once('exit', killServers);

/** No server outlives whoever started it. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The built server in a process of its own, which may be ended at any moment of its life. */
export class ServerProcess {
  readonly ended: Promise<End>;
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  #output = '';

  /** Starts the process and returns at once. It listens on a port of the system's choice. */
  static launch({ dataDir, log = 'sqlite', seed = 'none', ...how }: Launch): ServerProcess {
    const main = builtPath('apps', 'api', 'src', 'main.js');
    if (!existsSync(main)) throw new Error('Build first: npm run build.');
    const server = [process.execPath, main];
    const { limits, user } = how;
    const [program = '', ...args] =
      limits === undefined ? server : ['/bin/sh', '-c', `${limits}; exec "$@"`, 'sh', ...server];
    const settings = { LEDGER_DATA: dataDir, LEDGER_LOG: log, LEDGER_SEED: seed };
    const child = spawn(program, args, {
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ...settings, ...how.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user !== undefined && { uid: user, gid: user }),
    });
    return new ServerProcess(child);
  }

  /** The same, and waits until it is ready. */
  static async start(launch: Launch): Promise<{ server: ServerProcess; url: string }> {
    const server = ServerProcess.launch(launch);
    return { server, url: await server.ready() };
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal });
      });
    });
  }

  /** What it said on stdout and stderr so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Milliseconds since it was started. */
  get age(): number {
    return performance.now() - this.#started;
  }

  /** Resolves with its address when it is ready; rejects with its output when it ends before. */
  async ready(): Promise<string> {
    while (this.isAlive && this.age < READY_MS) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(this.#output) ?? [];
      if (url !== undefined && (await isReady(url))) return url;
      await pause(10);
    }
    const state = this.isAlive ? 'did not become ready' : 'ended before it was ready';
    this.#child.kill('SIGKILL');
    await this.ended;
    throw new Error(`The server ${state}:\n${this.#output.slice(-2_000)}`);
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once, without a chance to tidy up. */
  async kill(): Promise<End> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  /** Tells it to stop and waits; after `patienceMs` it is killed, which its end then shows. */
  async stop(patienceMs = 20_000): Promise<End> {
    this.#child.kill('SIGTERM');
    const last = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    const end = await this.ended;
    clearTimeout(last);
    return end;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
