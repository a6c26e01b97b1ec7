import { createHash, type Hash } from 'node:crypto';
import type { Database } from '@ledger/sqlite';
import { Query } from '../tables/query.js';
import { BLOCK_ENTRIES } from './layout.js';

const LINE_FEED = 10;

/** Which block holds a position; blocks count from 0. */
const blockOf = (position: number): number => Math.floor((position - 1) / BLOCK_ENTRIES);

/** Reads entries one by one, as they stand in the log. */
export class EntryReader {
  readonly #block: Query<[entries: Uint8Array]>;
  /** Events are often asked for in the order of the log. */
  #last: { block: number; bytes: Buffer } | undefined;

  constructor(database: Database) {
    this.#block = new Query(database, 'SELECT entries FROM segment_entries WHERE block = ?');
  }

  /** Undefined where the cache does not hold the position yet. */
  at(position: number): string | undefined {
    const block = blockOf(position);
    const within = (position - 1) % BLOCK_ENTRIES;
    return this.#lineOf(block, within) ?? this.#reread(block, within);
  }

  /** The last block grows. */
  #reread(block: number, within: number): string | undefined {
    this.#last = undefined;
    return this.#lineOf(block, within);
  }

  #lineOf(block: number, within: number): string | undefined {
    const bytes = this.#bytesOf(block);
    if (bytes === undefined) return undefined;
    let from = 0;
    for (let line = 0; line < within; line += 1) {
      const end = bytes.indexOf(LINE_FEED, from);
      if (end < 0) return undefined;
      from = end + 1;
    }
    const end = bytes.indexOf(LINE_FEED, from);
    return end < 0 ? undefined : bytes.toString('utf8', from, end);
  }

  #bytesOf(block: number): Buffer | undefined {
    if (this.#last?.block === block) return this.#last.bytes;
    const row = this.#block.first(block);
    if (row === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = row[0];
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#last = { block, bytes };
    return bytes;
  }
}

/** Writes entries in log order, and hashes those of each segment. */
export class EntryWriter {
  readonly #put: Query<[]>;
  /** The last block while it is not full. */
  #block: Buffer = Buffer.alloc(0);
  #hash: Hash = createHash('sha256');

  constructor(database: Database) {
    this.#put = new Query(
      database,
      `INSERT INTO segment_entries VALUES (?,?)
       ON CONFLICT(block) DO UPDATE SET entries = excluded.entries`,
    );
  }

  /** Goes on behind the entries of a segment that is not full yet. */
  restore(entries: readonly string[]): void {
    this.#hash = createHash('sha256');
    for (const entry of entries) this.#hash.update(`${entry}\n`);
    const inBlock = entries.slice(Math.floor(entries.length / BLOCK_ENTRIES) * BLOCK_ENTRIES);
    this.#block = Buffer.from(inBlock.map((entry) => `${entry}\n`).join(''));
  }

  /**
   * Adds entries of one segment, the first of which stands at a position. `store` is false where
   * the file holds these and later ones already: their last block must not be cut short.
   */
  add(first: number, entries: readonly string[], store: boolean): void {
    for (let done = 0; done < entries.length;) {
      const room = BLOCK_ENTRIES - ((first + done - 1) % BLOCK_ENTRIES);
      const part = entries.slice(done, done + room);
      const added = Buffer.from(`${part.join('\n')}\n`);
      this.#hash.update(added);
      this.#block = this.#block.length === 0 ? added : Buffer.concat([this.#block, added]);
      if (store) this.#put.run(blockOf(first + done), this.#block);
      done += part.length;
      if ((first + done - 1) % BLOCK_ENTRIES === 0) this.#block = Buffer.alloc(0);
    }
  }

  /** The hash of the segment so far. */
  segmentHash(): Uint8Array {
    return this.#hash.copy().digest();
  }

  endSegment(): void {
    this.#hash = createHash('sha256');
  }
}
