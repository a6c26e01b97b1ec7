import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { CommitSignal, reasonOf, type LogState, type TamperSignal } from '@ledger/event-log';
import { callFaultOf, readErrorOf } from './client-errors.js';
import type { EventStoreConnection, RawPlacedEvent } from './connection.js';
import { recordedAtOf, storedEvent, type StoredEvent } from './entries.js';
import { comparePairs, type Pair } from './pairs.js';
import type { BookHead, PlaceBook } from './place-book.js';
import type { StreamNames } from './stream-names.js';
import type { Timings } from './timings.js';

const PAGE = 500;
/** Streams whose last revision is remembered. */
const MAX_HEADS = 50_000;

export type OrderKeeperParts = {
  connection: EventStoreConnection;
  book: PlaceBook;
  names: StreamNames;
  timings: Timings;
  onNotice: (text: string) => void;
};

/**
 * Follows the server's whole log and gives the ledger's events their positions, 1, 2, 3 …, in the
 * server's own order. It reads to the end, then subscribes; whenever the subscription is lost, in
 * whatever way, it does both again from where it stands. What no writer of the ledger does (a
 * change of a stream's metadata, a deletion, a foreign event, a gap) is kept as a signal.
 */
export class OrderKeeper {
  /** Woken after each event that got its position. */
  readonly commits = new CommitSignal();
  readonly #parts: OrderKeeperParts;
  readonly #stop = new AbortController();
  /** The last revision of a stream that came by; absent where nothing came by since the start. */
  readonly #revisions = new Map<string, number>();
  /** Whether every event of the log came by, so that a stream's first one must have revision 0. */
  #sawAll: boolean;
  readonly #listeners = new Set<(event: StoredEvent, position: number) => void>();
  #head: BookHead;
  #searchedTo: Pair | undefined;
  #problem: string | undefined;
  #signals: TamperSignal[];
  #lastFrame = Date.now();
  #running: Promise<void> | undefined;
  /** Resolves with the reason when the server turns out to hold another log. */
  readonly lost: Promise<string>;
  #tellLost: (reason: string) => void = () => {};

  constructor(parts: OrderKeeperParts) {
    this.#parts = parts;
    // As many appends wait at a time as the queue lets through.
    setMaxListeners(0, this.#stop.signal);
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve;
    });
    this.#head = parts.book.head();
    this.#searchedTo = searchedIn(parts.book);
    this.#signals = parts.book.signals();
    this.#sawAll = this.#searchedTo === undefined && this.#head.position === 0;
  }

  get head(): BookHead {
    return this.#head;
  }

  /** The last revision of a stream as far as it came by; undefined when none did. */
  revisionOf(stream: string): number | undefined {
    return this.#revisions.get(stream);
  }

  state(): LogState {
    return {
      reachable: this.#problem === undefined,
      ...(this.#problem !== undefined && { problem: this.#problem }),
      tamperSignals: [...this.#signals],
    };
  }

  /** What was found wrong with a stream, if anything. */
  signalOf(stream: string): TamperSignal | undefined {
    return this.#signals.find((signal) => signal.stream === stream);
  }

  signal(signal: TamperSignal): void {
    const { book, onNotice } = this.#parts;
    if (!book.note(signal)) return;
    this.#signals = book.signals();
    onNotice(`TAMPER SIGNAL: ${signal.what}`);
  }

  /** Calls back with every event in log order, in the moment in which it gets its position. */
  onEvent(listener: (event: StoredEvent, position: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads to the end of the log; rejects with an `EventLogError` when that cannot be done. */
  async open(): Promise<void> {
    const { timings, connection } = this.#parts;
    const giveUp = Date.now() + timings.open;
    for (;;) {
      try {
        if (!(await this.#isSameLog())) this.#beginAnew();
        await this.#readToEnd();
        return;
      } catch (error) {
        const failure = readErrorOf(error, connection.address.shown);
        if (failure.code !== 'UNAVAILABLE' || Date.now() > giveUp) throw failure;
        await wait(timings.backoff.first);
      }
    }
  }

  /** Goes on with what comes from now on, until `close`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when this place was passed, or after the time. */
  async reached(pair: Pair, milliseconds: number): Promise<boolean> {
    const isReached = () =>
      this.#searchedTo !== undefined && comparePairs(this.#searchedTo, pair) >= 0;
    return this.waitFor(isReached, milliseconds);
  }

  /** Resolves with true as soon as the condition holds, with false after the time or a close. */
  async waitFor(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const giveUp = Date.now() + milliseconds;
    const { signal } = this.#stop;
    for (;;) {
      const { count } = this.commits;
      if (condition()) return true;
      const left = giveUp - Date.now();
      if (left <= 0 || signal.aborted) return false;
      await this.commits.changedSince(count, signal, left);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.commits.close();
    await this.#running;
    if (this.#searchedTo !== undefined) this.#parts.book.searched(this.#searchedTo);
  }

  /** Whether the last event of the book stands where it stood; a signal is kept when it does not. */
  async #isSameLog(): Promise<boolean> {
    const { book } = this.#parts;
    const last = book.lastPlace();
    if (last === undefined) return true;
    const there = await this.#eventAt(last.pair);
    if (there?.id === last.id && comparePairs(there.pair, last.pair) === 0) return true;
    this.signal({
      position: String(last.position),
      what:
        `The server no longer holds event ${last.id} where this process saw it last ` +
        `(position ${last.position}). If the server was replaced on purpose, remove eventstore.db ` +
        'from the data directory.',
    });
    return false;
  }

  async #eventAt(pair: Pair): Promise<RawPlacedEvent | undefined> {
    try {
      return (await this.#parts.connection.readAll({ from: pair, count: 1 }))[0];
    } catch (error) {
      // A server refuses places that it has never given out: then it holds another log.
      if (callFaultOf(error).kind === 'invalidPosition') return undefined;
      throw error;
    }
  }

  /** A book of another log, or of one that was altered, is worth nothing. */
  #beginAnew(): void {
    this.#parts.book.forget();
    this.#backToBook();
  }

  /** Stands where the book stands, and knows nothing that it does not hold. */
  #backToBook(): void {
    const { book } = this.#parts;
    this.#head = book.head();
    this.#searchedTo = searchedIn(book);
    this.#revisions.clear();
    this.#sawAll = this.#searchedTo === undefined;
  }

  /** Without a subscription's filter, but with an end that can be seen. */
  async #readToEnd(): Promise<void> {
    const { connection, onNotice } = this.#parts;
    const before = this.#head.position;
    let told = before;
    for (;;) {
      const from = this.#searchedTo;
      const page = await connection.readAll({ ...(from !== undefined && { from }), count: PAGE });
      if (this.#stop.signal.aborted) return;
      const isLast = page.length < PAGE;
      const fresh = page.filter(({ pair }) => this.#isNew(pair));
      this.#takePage(fresh);
      if (this.#head.position - told >= 50_000) {
        told = this.#head.position;
        onNotice(`Reading the order of the log from the server: ${told} events so far.`);
      }
      if (isLast || fresh.length === 0) return;
    }
  }

  #takePage(events: RawPlacedEvent[]): void {
    const { book } = this.#parts;
    const last = events.at(-1);
    if (last === undefined) return;
    try {
      book.together(() => {
        for (const event of events) this.#take(event);
        book.searched(last.pair);
      });
    } catch (error) {
      this.#backToBook();
      throw error;
    }
    this.commits.wake();
  }

  async #run(): Promise<void> {
    const { timings, connection, onNotice } = this.#parts;
    let pause = 0;
    while (!this.#stop.signal.aborted) {
      try {
        if (!(await this.#isSameLog())) return this.#giveUp();
        await this.#readToEnd();
        if (this.#problem !== undefined) onNotice('EventStoreDB answers again.');
        this.#problem = undefined;
        pause = 0;
        await this.#followLive();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const { message } = readErrorOf(error, connection.address.shown);
        // One failure is a connection that was lost; the server is away when the next one fails too.
        if (pause > 0) {
          if (this.#problem === undefined) onNotice(message);
          this.#problem = message;
        }
      }
      const { first, longest } = timings.backoff;
      pause = Math.min(longest, pause === 0 ? first : pause * 2);
      const jittered = pause * (0.5 + Math.random() / 2);
      await wait(jittered, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Positions that were given out cannot be taken back: only a new process may count anew. */
  #giveUp(): void {
    this.#problem =
      'The server holds another log than the one that this process has counted; see the tamper ' +
      'signals, then start the process anew.';
    this.#tellLost(this.#problem);
  }

  /** Ends when the server drops the subscription, cleanly or not, or when it is found stalled. */
  async #followLive(): Promise<void> {
    const { connection, names, timings } = this.#parts;
    if (this.#stop.signal.aborted) return;
    const stop = new AbortController();
    const end = () => stop.abort();
    this.#stop.signal.addEventListener('abort', end, { once: true });
    this.#lastFrame = Date.now();
    const watching = setInterval(() => void this.#watch(end), timings.watchdog);
    try {
      const frames = connection.subscribe({
        after: this.#searchedTo,
        prefixes: names.filter(),
        stop: stop.signal,
      });
      for await (const frame of frames) {
        this.#lastFrame = Date.now();
        const pair = 'event' in frame ? frame.event.pair : frame.searchedTo;
        // Borders come twice, and word of the search may lag or be repeated.
        if (!this.#isNew(pair)) continue;
        if ('event' in frame) this.#take(frame.event);
        this.#searchedTo = pair;
        this.commits.wake();
      }
    } finally {
      clearInterval(watching);
      this.#stop.signal.removeEventListener('abort', end);
    }
  }

  /** A subscription that says nothing although the log has grown is given up. */
  async #watch(end: () => void): Promise<void> {
    const { connection, timings } = this.#parts;
    if (Date.now() - this.#lastFrame < timings.watchdog) return;
    try {
      const head = await connection.head();
      if (head !== undefined && this.#isNew(head)) end();
    } catch {
      end();
    }
  }

  #isNew(pair: Pair): boolean {
    return this.#searchedTo === undefined || comparePairs(pair, this.#searchedTo) > 0;
  }

  #take(raw: RawPlacedEvent): void {
    const { book, names } = this.#parts;
    const name = names.read(raw.name);
    if (name.kind === 'metadata') this.#takeMetadata(name.stream, raw);
    if (name.kind === 'ledger') {
      const event = this.#eventOf(name.stream, raw);
      if (event !== undefined) {
        this.#head = book.add(this.#head, event.id, raw.pair, recordedAtOf(event));
      }
      // Only now: should the book fail, the event comes once more.
      if (!raw.type.startsWith('$')) this.#checkRevision(name.stream, Number(raw.revision));
      if (event !== undefined) {
        for (const listener of this.#listeners) listener(event, this.#head.position);
      }
    }
    this.#searchedTo = raw.pair;
  }

  #takeMetadata(stream: string, raw: RawPlacedEvent): void {
    this.signal({
      stream,
      what:
        `The metadata of stream ${stream} were changed on the server (${raw.type}, change ` +
        `${raw.revision}): ${JSON.stringify(raw.data).slice(0, 200)}. The ledger never does that.`,
    });
  }

  /** Undefined for what is no event of the ledger, though it stands in one of its streams. */
  #eventOf(stream: string, raw: RawPlacedEvent): StoredEvent | undefined {
    if (raw.type.startsWith('$')) {
      this.signal({
        stream,
        what: `The server holds ${raw.type} in stream ${stream}. The ledger never writes that.`,
      });
      return undefined;
    }
    try {
      return storedEvent(stream, raw);
    } catch (error) {
      this.signal({ stream, what: `${reasonOf(error)}.` });
      return undefined;
    }
  }

  #checkRevision(stream: string, revision: number): void {
    const before = this.#revisions.get(stream) ?? (this.#sawAll ? -1 : undefined);
    if (before !== undefined && revision !== before + 1) {
      const from = before < 0 ? 'begins at' : `goes from revision ${before} to`;
      this.signal({ stream, what: `Stream ${stream} ${from} ${revision} in the server's log.` });
    }
    if (this.#revisions.size >= MAX_HEADS) {
      this.#revisions.clear();
      this.#sawAll = false;
    }
    this.#revisions.set(stream, revision);
  }
}

/** How far a book has come; the last search may be noted later than the last event. */
function searchedIn(book: PlaceBook): Pair | undefined {
  const [searched, last] = [book.searchedTo(), book.lastPlace()?.pair];
  if (searched === undefined || last === undefined) return searched ?? last;
  return comparePairs(searched, last) < 0 ? last : searched;
}
