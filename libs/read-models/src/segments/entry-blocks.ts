import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { readStoredEntry } from '@ledger/event-log';
import type { Database } from '@ledger/sqlite';
import { asFact, type Fact } from '../facts.js';
import { toPosition } from '../tables/positions.js';
import { Query } from '../tables/query.js';
import { BLOCK_ENTRIES, END_DIGITS, unusable } from './layout.js';

/** Which block holds a position; blocks count from 0. */
const blockOf = (position: number): number => Math.floor((position - 1) / BLOCK_ENTRIES);

/** The event that an entry of the cache spells, at its position. */
export const factOf = (position: number, entry: string): Fact =>
  asFact(readStoredEntry(entry, { position: toPosition(position), sequence: position - 1 }));

const NO_BYTES = '0'.repeat(END_DIGITS);

type EntryRow = [position: number, end: number, entry: string];

/** The entry of each position that a table `asked(position)` holds. */
const entriesOf = (asked: string): string => {
  const number = (text: string): string =>
    `CAST(substr(${text}, 1 + ${END_DIGITS} * within, ${END_DIGITS}) AS INTEGER)`;
  return `
    SELECT position, line_end, CAST(substr(entries, 1 + start, max(0, line_end - start - 1)) AS TEXT)
    FROM (
      SELECT position, entries, ${number(`'${NO_BYTES}' || ends`)} AS start,
        ${number('ends')} AS line_end
      FROM (SELECT position, (position - 1) % ${BLOCK_ENTRIES} AS within FROM ${asked})
      CROSS JOIN segment_entries ON block = (position - 1) / ${BLOCK_ENTRIES}
    )`;
};

/** Reads entries as they stand in the log. */
export class EntryReader {
  readonly #one: Query<EntryRow>;
  readonly #many: Query<EntryRow>;

  constructor(database: Database) {
    this.#one = new Query(database, entriesOf('(SELECT ? AS position)'));
    this.#many = new Query(database, entriesOf('(SELECT value AS position FROM json_each(?))'));
  }

  /** Undefined where the cache does not hold the position yet. */
  at(position: number): string | undefined {
    const row = this.#one.first(position);
    return row === undefined || row[1] === 0 ? undefined : row[2];
  }

  /** Entries by their positions, for a third of the price of one after another. */
  *atAll(positions: readonly number[]): Generator<[position: number, entry: string]> {
    for (let from = 0; from < positions.length; from += ENTRIES_AT_ONCE) {
      const asked = JSON.stringify(positions.slice(from, from + ENTRIES_AT_ONCE));
      for (const [position, end, entry] of this.#many.all(asked)) {
        if (end > 0) yield [position, entry];
      }
    }
  }
}

const LINE_FEED = 10;

/** Reads entries for folds: what is derived from a damaged block would look sound. */
export class CheckedEntryReader {
  readonly #block: Query<[crc: number, entries: Uint8Array]>;
  #last: { block: number; lines: string[] } | undefined;

  constructor(
    database: Database,
    private readonly file: string,
  ) {
    this.#block = new Query(
      database,
      'SELECT entries_crc32, entries FROM segment_entries WHERE block = ?',
    );
  }

  /** Undefined where the cache does not hold the position. Throws `SEGMENTS_UNUSABLE`. */
  at(position: number): string | undefined {
    const block = blockOf(position);
    if (this.#last?.block !== block) {
      const row = this.#block.first(block);
      if (row === undefined) return undefined;
      const [crc, entries] = row;
      if (crc32(entries) !== crc || entries.at(-1) !== LINE_FEED) {
        throw unusable(this.file, `the entry at position ${position} was altered`);
      }
      const lines = Buffer.from(entries).toString().split('\n').slice(0, -1);
      this.#last = { block, lines };
    }
    return this.#last.lines[(position - 1) % BLOCK_ENTRIES];
  }

  /** What was read may have grown. */
  forget(): void {
    this.#last = undefined;
  }
}

/** About a megabyte. */
const ENTRIES_AT_ONCE = 1_000;

/** Writes entries in log order, and hashes those of each segment. */
export class EntryWriter {
  readonly #put: Query<[]>;
  /** The last block while it is not full, and where its lines end. */
  #block: Buffer = Buffer.alloc(0);
  #ends = '';
  #hash: Hash = createHash('sha256');

  constructor(database: Database) {
    this.#put = new Query(
      database,
      `INSERT INTO segment_entries VALUES (?,?,?,?) ON CONFLICT(block) DO UPDATE SET
       ends = excluded.ends, entries_crc32 = excluded.entries_crc32, entries = excluded.entries`,
    );
  }

  /** Goes on behind the entries of a segment that is not full yet. */
  restore(entries: readonly string[]): void {
    this.#hash = createHash('sha256');
    for (const entry of entries) this.#hash.update(`${entry}\n`);
    const inBlock = entries.slice(Math.floor(entries.length / BLOCK_ENTRIES) * BLOCK_ENTRIES);
    this.#block = Buffer.alloc(0);
    this.#ends = '';
    if (inBlock.length > 0) this.#extend(inBlock);
  }

  /**
   * Adds entries of one segment, the first of which stands at a position. `store` is false where
   * the file holds these and later ones already: their last block must not be cut short.
   */
  add(first: number, entries: readonly string[], store: boolean): void {
    for (let done = 0; done < entries.length;) {
      const room = BLOCK_ENTRIES - ((first + done - 1) % BLOCK_ENTRIES);
      const part = entries.slice(done, done + room);
      this.#hash.update(this.#extend(part));
      if (store) {
        this.#put.run(blockOf(first + done), this.#ends, crc32(this.#block), this.#block);
      }
      done += part.length;
      if ((first + done - 1) % BLOCK_ENTRIES !== 0) continue;
      this.#block = Buffer.alloc(0);
      this.#ends = '';
    }
  }

  /** The hash of the segment so far. */
  segmentHash(): Uint8Array {
    return this.#hash.copy().digest();
  }

  /** Adds lines to the block, and answers their bytes. */
  #extend(entries: readonly string[]): Buffer {
    let end = this.#block.length;
    for (const entry of entries) {
      end += Buffer.byteLength(entry) + 1;
      this.#ends += String(end).padStart(END_DIGITS, '0');
    }
    const added = Buffer.from(`${entries.join('\n')}\n`);
    this.#block = this.#block.length === 0 ? added : Buffer.concat([this.#block, added]);
    return added;
  }

  endSegment(): void {
    this.#hash = createHash('sha256');
  }
}
