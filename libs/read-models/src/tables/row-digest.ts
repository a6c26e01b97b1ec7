import { createHash } from 'node:crypto';

const NUMBER_BYTES = 8;
const DIGEST_BYTES = 32;
/** Rows of one segment for which there is room at once. */
const SEGMENT_ROWS = 256;

/** What of a digest must be kept to go on with it later. */
export type DigestState = { rows: number; chain: Uint8Array; pending: Uint8Array };

export const emptyDigest = (): DigestState => ({
  rows: 0,
  chain: new Uint8Array(DIGEST_BYTES),
  pending: new Uint8Array(0),
});

/**
 * The state hash of a read model, made as its rows are made: models only ever add rows, in the
 * order of the log, so their state at a position is the list of rows up to it. For each segment of
 * 256 events
 *
 *     chain = SHA-256(chain || rows of the segment)
 *
 * and the state hash is SHA-256(chain || rows of the segment so far), beginning with 32 bytes of 0.
 * Where batches end does not matter, nor whether views grew or were rebuilt. A number is eight
 * bytes, IEEE 754, little-endian; a text is its SHA-256.
 */
export class RowDigest {
  #rows: number;
  #chain: Uint8Array;
  #pending: Uint8Array;
  /** The same bytes as numbers: every row is a multiple of eight bytes. */
  #numbers: Float64Array;
  #used: number;

  constructor({ rows, chain, pending }: DigestState) {
    this.#rows = rows;
    this.#chain = chain;
    this.#pending = new Uint8Array(Math.max(SEGMENT_ROWS * 4 * NUMBER_BYTES, pending.length));
    this.#numbers = new Float64Array(this.#pending.buffer);
    this.#pending.set(pending);
    this.#used = pending.length;
  }

  get rows(): number {
    return this.#rows;
  }

  get state(): DigestState {
    const pending = new Uint8Array(this.#pending.subarray(0, this.#used));
    return { rows: this.#rows, chain: this.#chain, pending };
  }

  /** A row of four numbers. */
  numbers(a: number, b: number, c: number, d: number): void {
    this.#room(4 * NUMBER_BYTES);
    const at = this.#used / NUMBER_BYTES;
    this.#numbers[at] = a;
    this.#numbers[at + 1] = b;
    this.#numbers[at + 2] = c;
    this.#numbers[at + 3] = d;
    this.#used += 4 * NUMBER_BYTES;
    this.#rows += 1;
  }

  /** A row that is a text at a position. */
  text(position: number, text: string): void {
    this.#room(NUMBER_BYTES + DIGEST_BYTES);
    this.#numbers[this.#used / NUMBER_BYTES] = position;
    this.#pending.set(createHash('sha256').update(text).digest(), this.#used + NUMBER_BYTES);
    this.#used += NUMBER_BYTES + DIGEST_BYTES;
    this.#rows += 1;
  }

  /** Rows of the segment so far, given by one hash over all of them. */
  replace(rows: number, hashed: Uint8Array): void {
    this.#pending.set(hashed);
    this.#used = hashed.length;
    this.#rows += rows;
  }

  endSegment(): void {
    this.#chain = this.#hash();
    this.#used = 0;
  }

  /** SHA-256, hex, over everything up to here. */
  hex(): string {
    return Buffer.from(this.#hash()).toString('hex');
  }

  #hash(): Uint8Array {
    return createHash('sha256')
      .update(this.#chain)
      .update(this.#pending.subarray(0, this.#used))
      .digest();
  }

  #room(bytes: number): void {
    if (this.#used + bytes <= this.#pending.length) return;
    const larger = new Uint8Array(this.#pending.length * 2);
    larger.set(this.#pending.subarray(0, this.#used));
    this.#pending = larger;
    this.#numbers = new Float64Array(larger.buffer);
  }
}
