import { validOn, type LocalDate } from '@ledger/domain';
import { ProjectionFault } from '../../fault.js';
import { isObservation } from '../timeline/entry.js';
import type { BoardQueries } from '../board/board.js';

/**
 * Where a page ended: in which series, in the valid time whose first statement stands at a position,
 * and how many of its statements were told.
 */
export type Place = { seriesIndex: number; first: number; told: number };

/** As the key of a page: `0.132.1`. Inverse: `readPlace`. */
export const writePlace = ({ seriesIndex, first, told }: Place): string =>
  `${seriesIndex}.${first}.${told}`;

/**
 * Inverse of `writePlace`, with the valid day of the place; undefined at the start. Whoever asks may
 * have made a key up, so whatever it names is looked at: `POSITION_INVALID`.
 */
export function readPlace(
  { activity }: Pick<BoardQueries, 'activity'>,
  { metric, knownAt, after }: { metric: string; knownAt: number; after?: string },
): (Place & { day: LocalDate }) | undefined {
  if (after === undefined) return undefined;
  const parts = /^(\d{1,9})\.(\d{1,16})\.(\d{1,9})$/.exec(after)?.slice(1).map(Number) ?? [];
  const [seriesIndex, first, told] = parts;
  if (seriesIndex === undefined || first === undefined || told === undefined) throw noPlace(after);
  const [fact] = first > 0 && first <= knownAt ? activity.between(first - 1, first, 1) : [];
  if (fact === undefined || !isObservation(fact) || fact.data.metric !== metric) {
    throw noPlace(after);
  }
  return { seriesIndex, first, told, day: validOn(fact.data.time) };
}

function noPlace(after: string): ProjectionFault {
  return new ProjectionFault(
    'POSITION_INVALID',
    `"${after}" is no place in the vintages of this metric: pass on what the page before ended with.`,
    { position: after },
  );
}
