import { judgeAppend, type PreparedAppend, type PreparedEntry } from '@ledger/event-log';
import { prepareArrays, type Database, type Statement } from '@ledger/sqlite';
import { failureOf, isEventLogError, type Failure } from './failure.js';
import { StreamLookup, type StreamHead } from './stream-lookup.js';

/** The end of the log: its last position, and its latest time in milliseconds, `-Infinity` if empty. */
export type WriterHead = { position: number; recordedAt: number };

/**
 * What became of an append. `position` is that of its first event; the others follow without gap.
 * `entries` are there when the append stood in the log already: what was stored the first time.
 */
export type Outcome = { position: number; entries?: string[] } | { failure: Failure };

/** Streams and types whose rows are remembered. */
const MAX_REMEMBERED = 50_000;

/** A writing connection with its statements, and what it remembers of the log. */
export class WriterConnection {
  readonly database: Database;
  readonly #lookup: StreamLookup;
  /** `event` and `move` are not `run` but `get`, which does not make an object of what changed. */
  readonly #statements: Record<'begin' | 'commit' | 'rollback' | 'event' | 'move', Statement>;
  readonly #newStream: Statement;
  readonly #newType: Statement;
  readonly #typeId: Statement;
  /** Derived from the tables `streams` and `event_types`; forgotten when a transaction fails. */
  readonly #heads = new Map<string, StreamHead>();
  readonly #types = new Map<string, number>();
  #head: WriterHead;
  #headBefore: WriterHead;

  constructor(database: Database) {
    this.database = database;
    this.#lookup = new StreamLookup(database);
    this.#statements = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      rollback: database.prepare('ROLLBACK'),
      event: database.prepare("INSERT INTO events VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?)"),
      move: database.prepare('UPDATE streams SET revision = ? WHERE id = ?'),
    };
    this.#newStream = database.prepare('INSERT INTO streams(name, revision) VALUES (?, ?)');
    this.#newType = database.prepare('INSERT INTO event_types(name) VALUES (?)');
    this.#typeId = prepareArrays(database, 'SELECT id FROM event_types WHERE name = ?');
    this.#head = readHead(database);
    this.#headBefore = this.#head;
  }

  /** The end of the log, what the open transaction has placed included. */
  get head(): WriterHead {
    return this.#head;
  }

  begin(): void {
    this.#headBefore = this.#head;
    this.#statements.begin.run();
  }

  commit(): void {
    this.#statements.commit.run();
  }

  /** Undoes what the open transaction has placed. */
  rollback(): void {
    this.#head = this.#headBefore;
    this.#heads.clear();
    this.#types.clear();
    if (this.database.isTransaction) this.#statements.rollback.run();
  }

  /**
   * Places an append in the open transaction. A broken rule is an outcome, found before anything
   * is written; an error of the database is thrown.
   */
  place(append: PreparedAppend): Outcome {
    const { stream, expected, entries } = append;
    const head = this.#headOf(stream);
    try {
      const idsFrom = () => (head === undefined ? [] : this.#lookup.standing(head.id, append).ids);
      if (judgeAppend(append, head?.revision ?? -1, idsFrom) === 'repeat' && head !== undefined) {
        const { position, entries: stored } = this.#lookup.standing(head.id, append);
        return { position, entries: stored };
      }
    } catch (error) {
      if (isEventLogError(error)) return { failure: failureOf(error) };
      throw error;
    }
    const position = this.#head.position + 1;
    this.#write(this.#move(stream, head, expected + entries.length), expected + 1, entries);
    return { position };
  }

  /** Gives the stream its new head; answers the stream's number. */
  #move(stream: string, head: StreamHead | undefined, revision: number): number {
    if (head !== undefined) {
      this.#statements.move.get(revision, head.id);
      head.revision = revision;
      return head.id;
    }
    const id = Number(this.#newStream.run(stream, revision).lastInsertRowid);
    remember(this.#heads, stream, { id, revision });
    return id;
  }

  #write(streamId: number, firstRevision: number, entries: readonly PreparedEntry[]): void {
    let { position, recordedAt: latest } = this.#head;
    let revision = firstRevision;
    for (const { id, type, recordedAt, entry } of entries) {
      position += 1;
      latest = Math.max(latest, recordedAt);
      const typeId = this.#typeOf(type);
      this.#statements.event.get(position, streamId, revision, id, typeId, latest, entry);
      revision += 1;
    }
    this.#head = { position, recordedAt: latest };
  }

  #headOf(stream: string): StreamHead | undefined {
    const known = this.#heads.get(stream);
    if (known !== undefined) return known;
    const head = this.#lookup.head(stream);
    if (head !== undefined) remember(this.#heads, stream, head);
    return head;
  }

  #typeOf(name: string): number {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const row: [number] | undefined = this.#typeId.get(name);
    const id = row?.[0] ?? Number(this.#newType.run(name).lastInsertRowid);
    remember(this.#types, name, id);
    return id;
  }
}

function readHead(database: Database): WriterHead {
  const row: [number, number] | undefined = prepareArrays(
    database,
    'SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1',
  ).get();
  if (row === undefined) return { position: 0, recordedAt: -Infinity };
  return { position: row[0], recordedAt: row[1] };
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, value);
}
