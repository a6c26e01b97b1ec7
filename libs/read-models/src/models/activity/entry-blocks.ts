import type { Database } from '@ledger/sqlite';
import { Query } from '../../tables/query.js';

/** So that a block with its row fills one page of the views file (16,384 bytes) and no more. */
const BLOCK_BYTES = 16_300;
/** A UTF-16 code unit takes at most three bytes. */
const BYTES_PER_UNIT = 3;

/**
 * Where an entry stands: the number of its block, and in one number the bytes before it there and
 * its own (at most 65,535, the limit of an entry): `before * 65,536 + own`.
 */
export type EntryPlace = { block: number; slice: number };

/** The entry, from the columns `entries` of the block and `slice`. */
export const ENTRY_OF_SLICE = 'CAST(substr(entries, (slice >> 16) + 1, slice & 65535) AS TEXT)';

export const ENTRY_BLOCKS_TABLE = `
  CREATE TABLE activity_blocks(block INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;`;

/**
 * Packs the UTF-8 bytes of entries into blocks, about twenty each: one row of 16 KB costs a third
 * of twenty rows, and most of a rebuild is writing entries. A new block begins when an entry does
 * not fit, which depends on the entries alone: live views and rebuilt ones have the same blocks.
 */
export class EntryBlocks {
  readonly #encoder = new TextEncoder();
  readonly #write: Query<[]>;
  #bytes = new Uint8Array(BLOCK_BYTES);
  #block: number;
  #used = 0;
  #isWritten = true;

  constructor(database: Database) {
    this.#write = new Query(
      database,
      `INSERT INTO activity_blocks VALUES (?,?)
       ON CONFLICT(block) DO UPDATE SET entries = excluded.entries`,
    );
    const last = new Query<[number, Uint8Array]>(
      database,
      'SELECT block, entries FROM activity_blocks ORDER BY block DESC LIMIT 1',
    ).first();
    this.#block = last?.[0] ?? 1;
    if (last !== undefined) this.#restore(last[1]);
  }

  add(entry: string): EntryPlace {
    let bytes = this.#encode(entry, BLOCK_BYTES);
    if (bytes === undefined) {
      this.#begin(Math.max(BLOCK_BYTES, entry.length * BYTES_PER_UNIT));
      bytes = this.#encode(entry, this.#bytes.length) ?? 0;
    }
    const place = { block: this.#block, slice: this.#used * 65_536 + bytes };
    this.#used += bytes;
    this.#isWritten = false;
    return place;
  }

  flush(): void {
    if (this.#isWritten) return;
    this.#write.run(this.#block, this.#bytes.subarray(0, this.#used));
    this.#isWritten = true;
  }

  /** How many bytes the entry took in the current block; undefined when it does not fit. */
  #encode(entry: string, upTo: number): number | undefined {
    const free = this.#bytes.subarray(this.#used, upTo);
    const { read, written } = this.#encoder.encodeInto(entry, free);
    return read === entry.length ? written : undefined;
  }

  /** An entry that is larger than a block has one of its own, to which nothing is added. */
  #begin(room: number): void {
    if (this.#used > 0) {
      this.flush();
      this.#block += 1;
      this.#used = 0;
    }
    if (this.#bytes.length !== room) this.#bytes = new Uint8Array(room);
  }

  #restore(entries: Uint8Array): void {
    this.#bytes = new Uint8Array(Math.max(BLOCK_BYTES, entries.length));
    this.#bytes.set(entries);
    this.#used = entries.length;
  }
}
