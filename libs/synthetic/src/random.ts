/**
 * Numbers from a seed (sfc32, Chris Doty-Humphrey, public domain): the same on every machine, since
 * only 32-bit integer operations make them.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 4_294_967_296) | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let turn = 0; turn < 15; turn += 1) this.bits();
  }

  /** 32 bits, as an unsigned number. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  part(): number {
    return this.bits() / 4_294_967_296;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.part() * limit);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.part();
  }

  chance(probability: number): boolean {
    return this.part() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return at(list, this.below(list.length));
  }

  shuffle(list: unknown[]): void {
    for (let place = list.length - 1; place > 0; place -= 1) {
      const other = this.below(place + 1);
      [list[place], list[other]] = [list[other], list[place]];
    }
  }

  /** So many hex digits; a multiple of 4. */
  hex(digits: number): string {
    let text = '';
    for (let length = 0; length < digits; length += 8) {
      const bits = this.bits();
      text += fourDigits(bits >>> 16);
      if (length + 4 < digits) text += fourDigits(bits & 0xffff);
    }
    return text;
  }
}

/** The element of a list whose place is known to be there; throws where it is not. */
export function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`There is nothing at ${place} of ${list.length}.`);
  return found;
}

/** A number in [0, 1) that depends on a seed and a place alone: no order in which it must be drawn. */
export function partAt(seed: number, place: number): number {
  return mixed(seed ^ Math.imul(place + 0x7f4a7c15, 0x9e3779b1)) / 4_294_967_296;
}

/** Another seed for another purpose; unsigned, 32 bits. */
export function mixed(seed: number): number {
  let bits = seed | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/** All texts of four hex digits: spelling 64 digits one by one costs more than the rest of an event. */
const spelled: string[] = Array.from({ length: 65_536 }, (_, number) =>
  number.toString(16).padStart(4, '0'),
);

const fourDigits = (bits: number): string => spelled[bits] ?? '';
