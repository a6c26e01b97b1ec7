import { judgeAppend, prepareAppend, type PreparedAppend } from './append.js';
import { readStoredEntry } from './entry.js';
import type { LedgerEvent, NewEvent } from './envelope.js';
import type { Appended, EventLog, ExpectedRevision, Head, ReadStreamOptions } from './event-log.js';
import { CommitSignal, followPages } from './follow.js';
import { checkLimit, checkPosition, checkStreamRead, closedError } from './reading.js';
import { formatRecordedAt, RecordedAtStamper, type Clock } from './recorded-at.js';

/** `recordedAt` is the latest time up to this event. */
type Stored = { id: string; recordedAt: number; entry: string };

/**
 * The whole log in memory: every rule of the port but durability. It keeps entry texts, as the
 * engines on disk do, so no reader can alter what another one reads. For tests and trials.
 */
export class MemoryEventLog implements EventLog {
  readonly #log: Stored[];
  /** Sequences of a stream's events, by revision. */
  readonly #streams: Map<string, number[]>;
  readonly #commits = new CommitSignal();
  readonly #stamper: RecordedAtStamper;

  /** `continues` is a log that was closed: what it held is there again, as after a restart. */
  constructor(options: { clock?: Clock; continues?: MemoryEventLog } = {}) {
    const { clock = Date.now, continues } = options;
    this.#log = continues === undefined ? [] : [...continues.#log];
    const streams = continues === undefined ? [] : [...continues.#streams];
    this.#streams = new Map(streams.map(([name, sequences]) => [name, [...sequences]]));
    this.#stamper = new RecordedAtStamper(clock, this.#lastRecordedAt());
  }

  async append(stream: string, expected: ExpectedRevision, events: NewEvent[]): Promise<Appended> {
    this.#checkOpen();
    const append = prepareAppend(stream, expected, events, this.#stamper.now());
    const sequences = this.#streams.get(stream) ?? [];
    const idsFrom = (revision: number, count: number) =>
      this.#at(sequences.slice(revision, revision + count)).map(({ id }) => id);
    if (judgeAppend(append, sequences.length - 1, idsFrom) === 'new') {
      this.#commit(append, sequences);
    }
    const first = append.expected + 1;
    return answer(this.#read(sequences.slice(first, first + append.entries.length)));
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    this.#checkOpen();
    checkStreamRead(stream, options);
    const { from, limit, direction = 'forwards' } = options;
    const sequences = this.#streams.get(stream) ?? [];
    if (direction === 'forwards') return this.#read(sequences.slice(from ?? 0).slice(0, limit));
    const upTo = Math.min(from ?? Infinity, sequences.length - 1) + 1;
    return this.#read(sequences.slice(Math.max(0, upTo - limit), upTo).reverse());
  }

  async readAll({ after, limit }: { after: string; limit: number }): Promise<LedgerEvent[]> {
    this.#checkOpen();
    checkPosition(after);
    checkLimit(limit);
    const first = Math.min(Number(after), this.#log.length);
    const count = Math.min(limit, this.#log.length - first);
    return this.#read(Array.from({ length: count }, (_, index) => first + index));
  }

  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]> {
    return followPages((page) => this.readAll(page), this.#commits, options);
  }

  async head(): Promise<Head> {
    this.#checkOpen();
    const recordedAt = this.#lastRecordedAt();
    return {
      position: String(this.#log.length),
      sequence: this.#log.length - 1,
      recordedAt: recordedAt === -Infinity ? null : formatRecordedAt(recordedAt),
    };
  }

  async close(): Promise<void> {
    this.#commits.close();
  }

  #commit({ stream, entries }: PreparedAppend, sequences: number[]): void {
    for (const { id, recordedAt, entry } of entries) {
      sequences.push(this.#log.length);
      this.#log.push({ id, recordedAt: Math.max(this.#lastRecordedAt(), recordedAt), entry });
    }
    this.#streams.set(stream, sequences);
    this.#stamper.advance(this.#lastRecordedAt());
    this.#commits.wake();
  }

  #lastRecordedAt(): number {
    return this.#log.at(-1)?.recordedAt ?? -Infinity;
  }

  #read(sequences: number[]): LedgerEvent[] {
    return this.#at(sequences).map(({ entry }, index) => {
      const sequence = sequences[index] ?? -1;
      return readStoredEntry(entry, { position: String(sequence + 1), sequence });
    });
  }

  #at(sequences: number[]): Stored[] {
    return sequences.flatMap((sequence) => this.#log[sequence] ?? []);
  }

  #checkOpen(): void {
    if (this.#commits.closed) throw closedError();
  }
}

function answer(events: LedgerEvent[]): Appended {
  const last = events.at(-1);
  if (last === undefined) throw new Error('An append without events was let through.');
  return { revision: last.revision, position: last.position, events };
}
