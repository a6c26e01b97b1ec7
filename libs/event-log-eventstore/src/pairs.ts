/** A place in EventStoreDB's own log. Ordered by commit, then by prepare. */
export type Pair = { commit: bigint; prepare: bigint };

/** The server writes -1 where it knows no position, which arrives as the largest number. */
const UNKNOWN = 2n ** 64n - 1n;

/** The pair, or undefined where the server gave none. */
export function knownPair(pair: Pair | undefined): Pair | undefined {
  if (pair === undefined || pair.commit === UNKNOWN || pair.prepare === UNKNOWN) return undefined;
  return pair;
}

/** Which of two places stands first: negative, zero or positive, as for `sort`. */
export function comparePairs(a: Pair, b: Pair): number {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1;
  return 0;
}
