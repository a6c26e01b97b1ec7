// For the fault tests: disks that are small or cannot be written, faults inside a server's
// threads, and a ledger with authors whose every acknowledged write is remembered.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtPath } from '../../apps/api/src/files.js';
import { LedgerRecord, readLog, type Entry, type Problem } from './checks.js';
import { acknowledged, Connections, Load, receiptOf, type Acknowledged } from './clients.js';
import { authorOf, preparation, type Author, type Counters } from './posts.js';
import { pause } from './servers.js';

const WRITERS = 32;
const isRoot = process.getuid?.() === 0;
/** The user `nobody` of every Linux. */
export const NOBODY = 65_534;

/** A file system in memory of its own, of so many MiB. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'ledger-disk-'));

  /** Whether this user may mount here, found out by doing it. */
  static isPermitted(): boolean {
    if (!isRoot || process.platform !== 'linux') return false;
    const path = mkdtempSync(join(tmpdir(), 'ledger-disk-'));
    const isMounted = command('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path);
    if (isMounted) command('umount', path);
    rmSync(path, { recursive: true });
    return isMounted;
  }

  constructor(mebibytes: number) {
    const size = `size=${mebibytes}m`;
    if (command('mount', '-t', 'tmpfs', '-o', size, 'tmpfs', this.path)) return;
    throw new Error(`${this.path} cannot be mounted.`);
  }

  makeReadOnly(): void {
    if (command('mount', '-o', 'remount,ro', this.path)) return;
    throw new Error(`${this.path} cannot be made read-only.`);
  }

  remove(): void {
    // Lazily: the driver closes a database's files only when its statements are collected.
    command('umount', '-l', this.path);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** How a directory can be made unwritable here: mode bits do not stop root. */
export const readOnlyWay: 'mount' | 'user' | 'mode' = SmallDisk.isPermitted()
  ? 'mount'
  : isRoot
    ? 'user'
    : 'mode';

/** A directory in which nothing can be written any more; `user` is who must try. */
export class ReadOnlyPlace {
  readonly #disk = readOnlyWay === 'mount' ? new SmallDisk(16) : undefined;
  readonly path = this.#disk?.path ?? mkdtempSync(join(tmpdir(), 'ledger-read-only-'));
  readonly user = readOnlyWay === 'user' ? NOBODY : undefined;

  makeReadOnly(): void {
    if (this.#disk !== undefined) return this.#disk.makeReadOnly();
    for (const folder of [join(this.path, 'views'), this.path]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o555);
    }
  }

  remove(): void {
    if (this.#disk !== undefined) return this.#disk.remove();
    chmodSync(this.path, 0o755);
    chmodSync(join(this.path, 'views'), 0o755);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The environment of a server in which a thread dies at a moment, once `file` exists. */
export function dyingThread(
  thread: 'writer-thread.js' | 'projector.worker.js',
  moment: 'idle' | 'wake' | 'answer',
  file: string,
): { [name: string]: string } {
  return { ...preloaded, FAULT_THREAD: thread, FAULT_MOMENT: moment, FAULT_FILE: file };
}

/** The environment of a server whose clock is so many milliseconds off. */
export function clockOffBy(milliseconds: number): { [name: string]: string } {
  return { ...preloaded, FAULT_CLOCK_MS: String(milliseconds) };
}

const preloaded = {
  NODE_OPTIONS: `--import=${pathToFileURL(builtPath('test', 'crash', 'preload.js')).href}`,
};

/** A ledger that authors write to, and everything that was acknowledged of it. */
export class WrittenLedger {
  readonly acknowledged: Acknowledged[] = [];
  readonly #authors: Author[];
  readonly #counters: Counters = { serial: 0, days: new Map() };

  constructor() {
    this.#authors = Array.from({ length: WRITERS }, (_, index) => authorOf(index, this.#counters));
  }

  /** Registers what the authors write about. */
  async begin(url: string): Promise<void> {
    const connections = new Connections(url);
    for (const post of preparation(WRITERS)) {
      const answer = await connections.post(post);
      const receipt = receiptOf(answer);
      if (receipt === undefined) throw new Error(`${post.content}: ${answer.text}`);
      this.acknowledged.push(acknowledged(post, answer, receipt));
    }
    connections.close();
  }

  /** Lets every author write until so many writes were answered. */
  async write(url: string, answers: number): Promise<Load> {
    const connections = new Connections(url);
    const load = new Load(connections, this.#authors);
    await load.reaches(answers);
    return this.#took(load, connections, load.ended());
  }

  /** Lets every author write until it is refused or its server is gone. */
  async writeUntilRefused(url: string): Promise<Load> {
    const connections = new Connections(url);
    const load = new Load(connections, this.#authors);
    return this.#took(load, connections, load.givenUp());
  }

  /** Asks again what was not answered; answers the status of each. */
  async repeat(url: string, { unanswered }: Load): Promise<number[]> {
    const connections = new Connections(url);
    const statuses: number[] = [];
    for (const { author, post } of unanswered) {
      const answer = await connections.post(post);
      statuses.push(answer.status);
      const receipt = receiptOf(answer);
      if (receipt === undefined) continue;
      author.heard(receipt);
      this.acknowledged.push(acknowledged(post, answer, receipt));
    }
    connections.close();
    return statuses;
  }

  /** What is wrong with the whole log: every acknowledged write must stand in it once. */
  async problems(url: string): Promise<Problem[]> {
    const record = new LedgerRecord();
    const problems = record.take(await readLog(url, '0'));
    return [...problems, ...record.holds(this.acknowledged)];
  }

  async #took(load: Load, connections: Connections, ended: Promise<void>): Promise<Load> {
    await ended;
    connections.close();
    this.acknowledged.push(...load.acknowledged);
    return load;
  }
}

export type Readiness = {
  status: 'ready' | 'degraded' | 'notReady';
  log: { head: string | null; problem?: string };
  projection: { running: boolean; position: string; lagEvents: number | null };
};

export async function readiness(url: string): Promise<Readiness & { http: number }> {
  const answer = await fetch(`${url}/health/ready`);
  const body: Readiness = JSON.parse(await answer.text());
  return { ...body, http: answer.status };
}

/** Waits until the views stand at the end of the log; rejects after a while. */
export async function untilCaughtUp(url: string, patienceMs = 15_000): Promise<void> {
  const last = performance.now() + patienceMs;
  for (;;) {
    const { status, projection } = await readiness(url);
    if (status === 'ready' && projection.lagEvents === 0) return;
    if (performance.now() > last) throw new Error(`The views stand at ${projection.position}.`);
    await pause(50);
  }
}

export const spelled = (entries: readonly Entry[]): string[] =>
  entries.map(({ position, id, digest }) => `${position} ${id} ${digest}`);

function command(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
