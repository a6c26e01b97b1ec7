// For the specs of this room only: directories, events and processes of their own.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  sampleEvent,
  prepareAppend,
  type LedgerEvent,
  type NewEvent,
  type PreparedAppend,
} from '@ledger/event-log';
import type { SqliteLogReader } from './sqlite-log-reader.js';

export const stream = 'metric-vacated-premises-handed-over-area';

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'ledger-log-'));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

export function reported(note = '68.1万平方米', id: string = randomUUID()): NewEvent {
  return sampleEvent(id, note);
}

/** An append as it reaches the writer; `expected` is -1 for none. */
export function prepared(
  stream: string,
  expected: number,
  newEvents = [reported()],
): PreparedAppend {
  const revision = expected < 0 ? 'none' : expected;
  const { entries } = prepareAppend(stream, revision, newEvents, 1_790_000_000_000);
  return { stream, expected, entries };
}

export async function everything(reader: Pick<SqliteLogReader, 'readAll'>): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (;;) {
    const page = await reader.readAll({ after: events.at(-1)?.position ?? '0', limit: 1_000 });
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/**
 * Runs a script in a process of its own, on the built engine: it finds `openSqliteEventLog`,
 * `reported` and `dataDir` in its scope and says things with `say(line)`.
 */
export function inProcess(dataDir: string, script: string, limits = ''): RunningScript {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = join(here, '../../../dist/libs/event-log-sqlite/src');
  const module = (file: string) => JSON.stringify(pathToFileURL(join(built, file)).href);
  const whole =
    `import { openSqliteEventLog } from ${module('index.js')};` +
    `import { reported } from ${module('test-kit.js')};` +
    `import { say } from ${module('test-kit.js')};` +
    `const dataDir = ${JSON.stringify(dataDir)};` +
    script;
  const node = [process.execPath, '--input-type=module', '-e', whole];
  const command = limits === '' ? node : ['/bin/sh', '-c', `${limits}; exec "$@"`, 'sh', ...node];
  const started = new RunningScript(command);
  running.add(started);
  return started;
}

/** For the scripts: a line to whoever runs them. Waits while the reader of the pipe is behind. */
export function say(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFull) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

const running = new Set<RunningScript>();

/** For `afterEach`: no process outlives its test, however the test went. */
export async function endProcesses(): Promise<void> {
  for (const script of running) await script.kill();
  running.clear();
}

export class RunningScript {
  readonly said: string[] = [];
  errors = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #listeners = new Set<() => void>();

  constructor([program = '', ...args]: string[]) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.said.push(line);
      this.#tell();
    });
    child.stderr.on('data', (bytes) => {
      this.errors += String(bytes);
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', (code) => {
        resolve(code);
        this.#tell();
      });
    });
  }

  /** Resolves when the script has said so many lines; rejects if it ends before. */
  async says(lines: number): Promise<void> {
    while (this.said.length < lines) {
      if (this.#child.exitCode !== null) throw new Error(`The script ended: ${this.errors}`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** The exit code; null when a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends it at once, without a chance to tidy up. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
