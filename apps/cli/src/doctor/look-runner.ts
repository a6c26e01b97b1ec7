import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Looked, LookName, Question } from './looks.js';

/** Messages between the doctor and the process that looks; number 0 says that it is ready. */
export type Asked = { number: number; name: LookName; question: Question };
export type Told = { number: number; looked: Looked } | { number: number; fault: string };

/** What became of a look: its findings, or why there are none. */
export type Outcome = { looked: Looked } | { fault: string } | 'silent';

const START_MS = 30_000;

/**
 * Runs looks one after another in a process of their own. A call into a file system or a library
 * that never returns can only be ended with its process; the next look gets a new one.
 */
export class LookRunner {
  #child: ChildProcess | undefined;
  #number = 0;

  async ask(name: LookName, question: Question, boundMs: number): Promise<Outcome> {
    if (this.#child === undefined) {
      this.#child = start();
      const ready = await answerOf(this.#child, 0, START_MS);
      if (ready === 'silent' || 'fault' in ready) {
        this.end();
        return ready;
      }
    }
    this.#number += 1;
    const answer = answerOf(this.#child, this.#number, boundMs);
    this.#child.send({ number: this.#number, name, question } satisfies Asked);
    const outcome = await answer;
    if (outcome === 'silent' || this.#child.exitCode !== null) this.end();
    return outcome;
  }

  /** Ends the process, whatever it does; it only reads. */
  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

function start(): ChildProcess {
  const file = fileURLToPath(new URL('./look-process.js', import.meta.url));
  return fork(file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function answerOf(child: ChildProcess, number: number, boundMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.off('message', hear).off('exit', fall).off('error', fall);
      resolve(outcome);
    };
    const hear = (told: Told): void => {
      if (told.number === number) settle(told);
    };
    const fall = (): void => settle({ fault: 'the process that looked fell' });
    const timer = setTimeout(() => settle('silent'), boundMs);
    child.on('message', hear).once('exit', fall).once('error', fall);
  });
}
