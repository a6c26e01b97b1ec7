import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtPath } from '../../apps/api/src/files.js';

export type Ran = { status: number | null; stdout: string; stderr: string };

const main = builtPath('apps', 'cli', 'src', 'main.js');

function environment(others: { [name: string]: string } = {}): NodeJS.ProcessEnv {
  const { LEDGER_LOG: _log, LEDGER_DATA: _data, ...env } = process.env;
  return { ...env, LANG: 'C', LC_ALL: 'C', ...others };
}

/** Runs the built command line as its users do, and waits for its end; a minute at most. */
export function runLedger(args: string[], env: { [name: string]: string } = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: environment(env),
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  return { status, stdout, stderr };
}

/** Starts the built command line and goes on; `ended` resolves when it ends, however it does. */
export function startLedger(
  args: string[],
  env: { [name: string]: string } = {},
): { process: ChildProcess; ended: Promise<Ran> } {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (status) => resolve({ status, ...said }));
  });
  return { process: child, ended };
}

/**
 * Every file below a folder with a digest of its bytes, to tell whether anything was changed. Of
 * SQLite's `-shm` only the name: it is memory that readers share, and holds nothing.
 */
export function contentsOf(folder: string): { [path: string]: string } {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((path) => {
        const file = join(folder, path);
        if (!lstatSync(file).isFile() || path.endsWith('-shm')) return [path, 'there'];
        return [path, createHash('sha256').update(readFileSync(file)).digest('hex')];
      }),
  );
}

/** Resolves once `condition` holds; rejects after half a minute. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error('What was waited for did not come.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
