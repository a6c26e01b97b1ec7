import {
  checkLimit,
  checkPosition,
  checkStreamRead,
  closedError,
  CommitSignal,
  EventLogError,
  followPages,
  formatRecordedAt,
  readStoredEntry,
  type EventLogReader,
  type Head,
  type LedgerEvent,
  type ReadStreamOptions,
} from '@ledger/event-log';
import { prepareArrays, type Database, type Statement } from '@ledger/sqlite';
import { reasonOf } from './failure.js';
import { openForReading } from './layout.js';

/** How often a waiting follower looks by itself for commits that nobody told it of. */
const POLL_MS = 100;
/** Streams whose name is remembered. */
const MAX_NAMES = 50_000;

type Row = [position: number, streamId: number, revision: number, entry: string];

/**
 * Reads a log on a connection of its own; may live in any thread or process, beside the writer.
 * Pages are read whole and the statement ended, so no reader ever holds the log's file back.
 */
export class SqliteLogReader implements EventLogReader {
  readonly #database: Database;
  readonly #commits = new CommitSignal();
  readonly #names = new Map<number, string>();
  readonly #name: Statement;
  readonly #streamId: Statement;
  readonly #all: Statement;
  readonly #forwards: Statement;
  readonly #backwards: Statement;
  readonly #head: Statement;

  /** `dataDir` holds a log, made by its writer. Throws `UNAVAILABLE`. */
  constructor(dataDir: string) {
    const database = openForReading(dataDir);
    const events = 'SELECT position, stream_id, revision, entry FROM events';
    this.#database = database;
    this.#name = prepareArrays(database, 'SELECT name FROM streams WHERE id = ?');
    this.#streamId = prepareArrays(database, 'SELECT id FROM streams WHERE name = ?');
    this.#all = prepareArrays(database, `${events} WHERE position > ? ORDER BY position LIMIT ?`);
    this.#forwards = prepareArrays(
      database,
      `${events} WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?`,
    );
    this.#backwards = prepareArrays(
      database,
      `${events} WHERE stream_id = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`,
    );
    this.#head = prepareArrays(
      database,
      'SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1',
    );
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<LedgerEvent[]> {
    this.#checkOpen();
    checkStreamRead(stream, options);
    const row: [number] | undefined = this.#streamId.get(stream);
    if (row === undefined) return [];
    const { from, direction = 'forwards', limit } = options;
    const step = direction === 'forwards' ? 1 : -1;
    const rows: Row[] =
      direction === 'forwards'
        ? this.#forwards.all(row[0], from ?? 0, limit)
        : this.#backwards.all(row[0], from ?? Number.MAX_SAFE_INTEGER, limit);
    const events = rows.map((one) => this.#eventOf(one));
    checkConsecutive(
      events.map(({ revision }) => revision),
      step,
      `stream ${stream}`,
    );
    return events;
  }

  async readAll({ after, limit }: { after: string; limit: number }): Promise<LedgerEvent[]> {
    this.#checkOpen();
    checkPosition(after);
    checkLimit(limit);
    const rows: Row[] = this.#all.all(Number(after), limit);
    if (rows.length > 0) {
      checkConsecutive([Number(after), ...rows.map(([position]) => position)], 1, 'the log');
    }
    return rows.map((row) => this.#eventOf(row));
  }

  follow(options: {
    after: string;
    batch: number;
    signal: AbortSignal;
  }): AsyncIterable<LedgerEvent[]> {
    const { after, batch, signal } = options;
    const page = (from: { after: string; limit: number }) => this.readAll(from);
    return followPages(page, this.#commits, { after, batch, signal, pollMs: POLL_MS });
  }

  async head(): Promise<Head> {
    this.#checkOpen();
    const row: [number, number] | undefined = this.#head.get();
    if (row === undefined) return { position: '0', sequence: -1, recordedAt: null };
    const [position, recordedAt] = row;
    return {
      position: String(position),
      sequence: position - 1,
      recordedAt: formatRecordedAt(recordedAt),
    };
  }

  /** Tells waiting followers that something was committed, sooner than they would find out. */
  wake(): void {
    this.#commits.wake();
  }

  async close(): Promise<void> {
    if (this.#commits.closed) return;
    this.#commits.close();
    this.#database.close();
  }

  /** The index columns must agree with the entry, or somebody altered the file. */
  #eventOf([position, streamId, revision, entry]: Row): LedgerEvent {
    let event: LedgerEvent;
    try {
      event = readStoredEntry(entry, { position: String(position), sequence: position - 1 });
    } catch (error) {
      throw damaged(`the event at position ${position} cannot be read: ${reasonOf(error)}`);
    }
    if (event.revision === revision && event.stream === this.#nameOf(streamId)) return event;
    throw damaged(`the event at position ${position} stands under another stream or revision`);
  }

  #nameOf(streamId: number): string | undefined {
    const known = this.#names.get(streamId);
    if (known !== undefined) return known;
    const row: [string] | undefined = this.#name.get(streamId);
    if (row === undefined) return undefined;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(streamId, row[0]);
    return row[0];
  }

  #checkOpen(): void {
    if (this.#commits.closed) throw closedError();
  }
}

function checkConsecutive(numbers: readonly number[], step: number, where: string): void {
  for (let index = 1; index < numbers.length; index += 1) {
    const [before, here] = [numbers[index - 1] ?? NaN, numbers[index] ?? NaN];
    if (here !== before + step) throw damaged(`in ${where}, ${here} follows ${before}`);
  }
}

function damaged(what: string): EventLogError {
  return new EventLogError('LOG_DAMAGED', `The event log is damaged: ${what}; run the doctor.`);
}
