/** Numbers in [0, 1). */
export type Random = () => number;

/** Numbers from a seed (mulberry32), so that the choices of a run can be repeated. */
export function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** A seed for a run that names none. */
export const freshSeed = (): number => Math.floor(Math.random() * 2 ** 31);
