import { validOn } from '@ledger/domain';
import { toPosition } from '../../tables/positions.js';
import type { BoardQueries } from '../board/board.js';
import { lastOf } from '../lineage/chain.js';
import type { SpokenTime } from '../lineage/spoken-times.js';
import { figureOf, timelineEntry, type ObservationFact } from '../timeline/entry.js';
import type { StatementRow } from '../timeline/queries.js';
import type { RecordedPoint, VintageFigure, Vintage, VintageStatement } from './answers.js';

type FactOf = (row: StatementRow) => ObservationFact;

/** What was said about one valid time, with the statements of it from one to another. */
export function vintage(
  { activity, timeline }: BoardQueries,
  time: SpokenTime,
  { from, until, asKnownAt }: { from: number; until: number; asKnownAt: number | undefined },
): Vintage {
  const factOf = remembering(({ position }) => timeline.observationAt(position));
  const pointOf = ({ position }: StatementRow): RecordedPoint => {
    return { position: toPosition(position), recordedAt: activity.recordedAt(position) ?? '' };
  };
  const statementAt = (row: StatementRow, index: number): VintageStatement => {
    const next = time[index + 1];
    return {
      ...said(factOf(row)),
      vintage: index + 1,
      knownFrom: pointOf(row),
      knownTo: next === undefined ? null : pointOf(next),
    };
  };
  const { series, time: validTime } = factOf(time[0]).data;
  return {
    series,
    time: validTime,
    validOn: validOn(validTime),
    statementCount: time.length,
    statements: time.slice(from, until).map((row, index) => statementAt(row, from + index)),
    first: stated(factOf(time[0])),
    latest: statedBy(lastOf(time), factOf),
    ...(asKnownAt !== undefined && knownThen(time, asKnownAt, factOf)),
  };
}

/** What stood at a position, or why nothing did. */
function knownThen(
  time: SpokenTime,
  position: number,
  factOf: FactOf,
): Pick<Vintage, 'asKnown' | 'asKnownAbsence'> {
  const last = time.findLast((row) => row.position <= position);
  if (last === undefined) return { asKnown: null, asKnownAbsence: 'notYetStated' };
  const figure = statedBy(last, factOf);
  return figure === null ? { asKnown: null, asKnownAbsence: 'withdrawn' } : { asKnown: figure };
}

const statedBy = (row: StatementRow, factOf: FactOf): VintageFigure | null =>
  row.isWithdrawal ? null : stated(factOf(row));

function stated(fact: ObservationFact): VintageFigure {
  if (fact.type === 'ObservationWithdrawn') {
    throw new TypeError(`The withdrawal at position ${fact.position} states no figure.`);
  }
  const { id, position, metadata } = fact;
  return { eventId: id, position, recordedAt: metadata.recordedAt, figure: figureOf(fact) };
}

/** A statement without what its valid time says of all of them. */
function said(fact: ObservationFact): Omit<VintageStatement, 'vintage' | 'knownFrom' | 'knownTo'> {
  const { series: _series, validOn: _validOn, live: _live, ...rest } = timelineEntry(fact, false);
  return rest;
}

/** The first, the latest and the one known then are mostly one event: it is read once. */
function remembering(read: FactOf): FactOf {
  const known = new Map<number, ObservationFact>();
  return (row) => {
    const fact = known.get(row.position) ?? read(row);
    known.set(row.position, fact);
    return fact;
  };
}
