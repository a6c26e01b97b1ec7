import type { Text } from '@ledger/domain';

/** The person, or the system, asked the command to stop; `text` says where it stood. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly text: Text) {
    super(text.en);
  }
}

/**
 * Asked between two steps of long work: `check` throws `Interrupted` once somebody wants to stop.
 * `signal` aborts then, for work that listens by itself.
 */
export type Interruption = { check(where: () => Text): void; signal: AbortSignal; end(): void };

/** How long a step may still take after the signal before the process ends without it. */
const LAST_STEP_MS = 10_000;

/**
 * Catches SIGINT and SIGTERM, so that long work ends between two steps with its files closed. A
 * second signal, or a step that does not end, ends the process at once: what was committed stays.
 */
export function catchInterruption(exitCode: number): Interruption {
  const stopping = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const stop = () => {
    if (stopping.signal.aborted) process.exit(exitCode);
    stopping.abort();
    deadline = setTimeout(() => process.exit(exitCode), LAST_STEP_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    check: (where) => {
      if (stopping.signal.aborted) throw new Interrupted(where());
    },
    signal: stopping.signal,
    end: () => {
      clearTimeout(deadline);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
