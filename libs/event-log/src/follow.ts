import type { LedgerEvent } from './envelope.js';
import type { EventLogReader } from './event-log.js';

/** Tells waiting followers that the log may have grown, or that it is closed. */
export class CommitSignal {
  #count = 0;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  /** Grows with every wake; take it before a read, so that no commit after the read is missed. */
  get count(): number {
    return this.#count;
  }

  get closed(): boolean {
    return this.#closed;
  }

  wake(): void {
    this.#count += 1;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  /** Resolves at the first wake after `count`, when `signal` aborts, or after `pollMs`. */
  async changedSince(count: number, signal: AbortSignal, pollMs?: number): Promise<void> {
    if (this.#count !== count || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const resume = () => {
        this.#waiting.delete(resume);
        signal.removeEventListener('abort', resume);
        clearTimeout(timer);
        resolve();
      };
      const timer = pollMs === undefined ? undefined : setTimeout(resume, pollMs);
      this.#waiting.add(resume);
      signal.addEventListener('abort', resume, { once: true });
    });
  }
}

/**
 * `EventLogReader.follow` for an engine that has `readAll` and can tell of commits. Reads a page
 * only when the consumer asks for it, so a slow consumer holds one page and nothing piles up.
 * With `pollMs` it also looks by itself, for commits that nobody tells of (another process).
 */
export async function* followPages(
  readAll: EventLogReader['readAll'],
  commits: CommitSignal,
  options: { after: string; batch: number; signal: AbortSignal; pollMs?: number },
): AsyncGenerator<LedgerEvent[], void, undefined> {
  const { batch, signal, pollMs } = options;
  let after = options.after;
  while (!signal.aborted && !commits.closed) {
    const seen = commits.count;
    const events = await readAll({ after, limit: batch });
    const last = events.at(-1);
    if (last === undefined) {
      await commits.changedSince(seen, signal, pollMs);
    } else if (!signal.aborted) {
      after = last.position;
      yield events;
    }
  }
}
