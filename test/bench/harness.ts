/**
 * One measured figure. `value` is the median over `rounds`; `low` and `high` are the range of the
 * rounds. `target` is what the budget asks for, `met` whether the median reaches it. Further
 * members say under which conditions: durability, batch, bytes an event, events in the log.
 */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  target?: { atLeast: number } | { atMost: number };
  rounds: number;
  low?: number;
  high?: number;
  [condition: string]: unknown;
};

/** Prints one figure as one line of JSON. */
export function figure(measured: Figure): void {
  const { target, value } = measured;
  const met =
    target === undefined
      ? undefined
      : 'atLeast' in target
        ? value >= target.atLeast
        : value <= target.atMost;
  const rounded = Object.entries({ ...measured, met }).map(([key, member]) => [
    key,
    typeof member === 'number' ? significant(member) : member,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}

/** The middle value; the mean of the two middle ones for an even count. Throws on an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the given part (0 to 1) of the values lies, interpolated. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error('No values to take a part of.');
  return below + (above - below) * (place - Math.floor(place));
}

/** Median and range of a list of rounds, ready to be spread into a figure. */
export function spread(values: readonly number[]): {
  value: number;
  low: number;
  high: number;
  rounds: number;
} {
  return {
    value: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
    rounds: values.length,
  };
}

/** Divides round by round, so that what slowed the machine in a round slows both sides. */
export function ratios(candidate: readonly number[], base: readonly number[]): number[] {
  return candidate.map((value, round) => {
    const divisor = base[round];
    if (divisor === undefined) throw new Error(`Round ${round} has no base.`);
    return value / divisor;
  });
}

/**
 * Runs every candidate once a round, in a new random order each round, and throws the first round
 * away (warm-up). The answer gives a candidate's results by round.
 */
export async function interleave<Name extends string>(
  rounds: number,
  candidates: Record<Name, () => number | Promise<number>>,
): Promise<(name: Name) => number[]> {
  const results = new Map<Name, number[]>();
  for (const name in candidates) results.set(name, []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of shuffled([...results.keys()])) {
      const measured = await candidates[name]();
      if (round > 0) results.get(name)?.push(measured);
    }
  }
  return (name) => results.get(name) ?? [];
}

/** CPU seconds of the whole process, user and system, V8's background threads included. */
export async function cpuSeconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Wall-clock seconds; for work that waits for the disk. */
export async function wallSeconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - before) / 1e9;
}

/** The same values in a new random order. */
export function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

function significant(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
