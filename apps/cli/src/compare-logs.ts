import { createHash } from 'node:crypto';
import { MAX_PAGE_EVENTS, type EventLogReader, type LedgerEvent } from '@ledger/event-log';

const FIRST_PAGE_EVENTS = 256;
/** What a page of entries should come to: large enough for one sync, small enough for memory. */
const PAGE_CHARACTERS = 4 * 1024 * 1024;

/** The pages of a log from event `start` to before event `end`, both counted from 0. */
export async function* pagesOf(
  log: EventLogReader,
  { start = 0, end }: { start?: number; end: number },
): AsyncGenerator<LedgerEvent[], void, undefined> {
  let after = String(start); // on every engine an event's position is its sequence + 1
  let next = start;
  let limit = FIRST_PAGE_EVENTS;
  while (next < end) {
    const page = await log.readAll({ after, limit: Math.min(limit, end - next) });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.position;
    next += page.length;
    const characters = page.reduce((sum, { entry }) => sum + entry.length, 0);
    const fitting = Math.floor((PAGE_CHARACTERS / characters) * page.length);
    limit = Math.max(1, Math.min(MAX_PAGE_EVENTS, fitting));
  }
}

/** What two logs were found to have in common; `differsAt` is a sequence. */
export type Comparison = Digested & { differsAt?: number };

/** The first `events` events of a log; `last` is the last of them. */
export type Digested = { events: number; sha256: string; last?: LedgerEvent };

/**
 * Compares the first `count` events of two logs, entry by entry and byte for byte, up to the first
 * that differs or is missing from one.
 */
export async function compareLogs(
  a: EventLogReader,
  b: EventLogReader,
  count: number,
  onProgress: (events: number) => void = () => {},
): Promise<Comparison> {
  const digest = new LogDigest();
  const others = pagesOf(b, { end: count });
  let other: LedgerEvent[] = [];
  for await (const page of pagesOf(a, { end: count })) {
    for (let more = true; more && other.length < page.length;) {
      const answer = await others.next();
      more = answer.done !== true;
      if (answer.done !== true) other = [...other, ...answer.value];
    }
    for (const event of page) {
      if (!isSame(event, other.shift(), digest.events)) {
        return { ...digest.result(), differsAt: digest.events };
      }
      digest.add(event);
    }
    onProgress(digest.events);
  }
  const result = digest.result();
  return result.events < count ? { ...result, differsAt: result.events } : result;
}

function isSame(a: LedgerEvent, b: LedgerEvent | undefined, sequence: number): boolean {
  return a.sequence === sequence && b?.sequence === sequence && a.entry === b.entry;
}

/** Reads the first `count` events of a log; fewer when it holds fewer. */
export async function digestLog(
  log: EventLogReader,
  count: number,
  onProgress: (events: number) => void = () => {},
): Promise<Digested> {
  const digest = new LogDigest();
  for await (const page of pagesOf(log, { end: count })) {
    for (const event of page) digest.add(event);
    onProgress(digest.events);
  }
  return digest.result();
}

/**
 * SHA-256 over all entries in log order, each entry's UTF-8 bytes followed by a newline. That is
 * also what `sqlite3 ledger.db 'SELECT entry FROM events ORDER BY position' | sha256sum` prints.
 */
class LogDigest {
  readonly #hash = createHash('sha256');
  #last: LedgerEvent | undefined;
  events = 0;

  add(event: LedgerEvent): void {
    this.#hash.update(event.entry).update('\n');
    this.#last = event;
    this.events += 1;
  }

  result(): Digested {
    const last = this.#last;
    const sha256 = this.#hash.copy().digest('hex');
    return { events: this.events, sha256, ...(last !== undefined && { last }) };
  }
}
