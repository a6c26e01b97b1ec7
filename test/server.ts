import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { builtPath } from '../apps/api/src/files.js';
import { logEnvironment } from './engine-under-test.js';

const main = builtPath('apps', 'api', 'src', 'main.js');

/** The built server as its users run it: a process of its own on a free port. */
export type RunningServer = {
  url: string;
  /** What it said on stdout and stderr so far. */
  output: () => string;
  /** Ends it with a signal and resolves with its exit code (null when killed). */
  end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
};

type Settings = { dataDir: string; seed?: string; env?: Record<string, string> };

/** Starts the server and waits until it is ready; rejects with its output when it ends before. */
export async function startServer({
  dataDir,
  seed = 'none',
  env = {},
}: Settings): Promise<RunningServer> {
  const port = await freePort();
  const log = await logEnvironment(dataDir);
  const child = spawnServer({ dataDir, seed, env: { ...log, ...env, PORT: String(port) } });
  const url = `http://127.0.0.1:${port}`;
  const exited = new Promise<number | null>((resolve) => {
    child.process.once('exit', (code) => resolve(code));
  });
  const ready = waitUntilReady(url, child.process);
  const first = await Promise.race([ready, exited.then(() => false)]);
  if (!first) throw new Error(`The server did not start:\n${child.output()}`);
  return {
    url,
    output: child.output,
    end: (signal) => {
      child.process.kill(signal);
      return exited;
    },
  };
}

/** Starts the server's process without waiting, for boots that are meant to fail. */
export function spawnServer({ dataDir, seed = 'none', env = {} }: Settings): {
  process: ChildProcess;
  output: () => string;
} {
  if (!existsSync(main)) throw new Error('Build first: npm run build.');
  let text = '';
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, HOST: '127.0.0.1', LEDGER_DATA: dataDir, LEDGER_SEED: seed, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  return { process: child, output: () => text };
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      const answer = await fetch(`${url}/health/ready`);
      await answer.arrayBuffer();
      if (answer.ok) return true;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
