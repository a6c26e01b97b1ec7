const ZERO = 48;

/** Midnight of the day last asked for: events stand in the order of their recording. */
let midnight = { day: '', milliseconds: 0 };

/**
 * Milliseconds since 1970 of a `recordedAt`, which has the one form `2026-11-24T08:00:00.123Z`.
 * The same number as `Date.parse` gives, for a third of its cost: a rebuild does it per event.
 */
export function instantOf(recordedAt: string): number {
  const day = recordedAt.slice(0, 10);
  if (day !== midnight.day) midnight = { day, milliseconds: Date.parse(day) };
  const digit = (index: number): number => recordedAt.charCodeAt(index) - ZERO;
  const hours = digit(11) * 10 + digit(12);
  const minutes = hours * 60 + digit(14) * 10 + digit(15);
  const seconds = minutes * 60 + digit(17) * 10 + digit(18);
  const fraction = digit(20) * 100 + digit(21) * 10 + digit(22);
  return midnight.milliseconds + seconds * 1_000 + fraction;
}
