import { validOn, type LocalDate } from '@ledger/domain';
import type { TimelineEntry, Traced } from '../../answers.js';
import { toPosition } from '../../tables/positions.js';
import type { ObservationFact } from '../timeline/entry.js';
import type { StatementRow, TimelineQueries } from '../timeline/queries.js';
import { remembered } from './remembered.js';
import { spokenOn, spokenTimes, type SpokenTime } from './spoken-times.js';

/**
 * The observations among the statements about one valid time, in log order: a report with its
 * corrections, and its withdrawal where there is one. What is reported after a withdrawal is
 * another observation.
 */
export function observationsOf(statements: SpokenTime): SpokenTime[] {
  const found: [StatementRow, ...StatementRow[]][] = [];
  let open: StatementRow[] | undefined;
  for (const row of statements) {
    if (open === undefined) {
      const begun: [StatementRow, ...StatementRow[]] = [row];
      found.push(begun);
      open = begun;
    } else open.push(row);
    if (row.isWithdrawal) open = undefined;
  }
  return found;
}

/** The statement after which nothing was said about a valid time. */
export const lastOf = (statements: SpokenTime): StatementRow => statements.at(-1) ?? statements[0];

export const positionsOf = (rows: readonly StatementRow[]): string[] =>
  rows.map(({ position }) => toPosition(position));

/**
 * The positions of the events that make a standing figure: its report, and its corrections up to
 * the one that stands. A report stands by itself, so most figures need no question.
 */
export function positionsBehind(
  timeline: TimelineQueries,
  series: number,
  { knownAt, fact }: { knownAt: number; fact: ObservationFact },
): string[] {
  if (fact.type === 'ObservationReported') return [fact.position];
  const { position } = fact;
  return remembered(timeline, Number(position), () => {
    const day = validOn(fact.data.time);
    const chain = spokenOn(timeline, { series, knownAt, day })
      .flatMap(observationsOf)
      .find((observation) => toPosition(lastOf(observation).position) === position);
    return chain === undefined ? [position] : positionsOf(chain);
  });
}

/**
 * Entries of a timeline, each with the positions of all that was said about its observation up to
 * `knownAt`: that is also what tells whether it is live.
 */
export function tracedEntries(
  timeline: TimelineQueries,
  entries: readonly TimelineEntry[],
  request: { metric: string; knownAt: number; validFrom?: LocalDate; validTo?: LocalDate },
): Traced<TimelineEntry>[] {
  const chains = new Map<string, string[]>();
  for (const series of entries.length === 0 ? [] : timeline.seriesOf(request.metric)) {
    for (const time of spokenTimes(timeline.statements(series, request))) {
      for (const observation of observationsOf(time)) {
        const positions = positionsOf(observation);
        for (const position of positions) chains.set(position, positions);
      }
    }
  }
  return entries.map((entry) => {
    return { ...entry, positions: chains.get(entry.position) ?? [entry.position] };
  });
}
