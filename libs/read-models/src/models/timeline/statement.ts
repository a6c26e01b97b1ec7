import type { LocalDate, SeriesKey, ValidTime } from '@ledger/domain';
import { timeKey, validOn } from '@ledger/domain';
import { byType, type ByType, type Fact } from '../../facts.js';

/** What an event says about one valid time of one series. */
export type Statement = {
  metric: string;
  series: SeriesKey;
  validOn: LocalDate;
  /** What tells two valid times on one day apart; empty for the plain as-of day. */
  timeKey: string;
  kind: StatementKind;
};
export type StatementKind = 'reported' | 'corrected' | 'withdrawn';

/** The statement that an event makes about an observation; undefined for other events. */
export const statementOf = (fact: Fact): Statement | undefined => byType(statements, fact);

const none = () => undefined;

const statements: ByType<Statement | undefined> = {
  ObservationReported: ({ data }) => statement(data, 'reported'),
  ObservationCorrected: ({ data }) => statement(data, 'corrected'),
  ObservationWithdrawn: ({ data }) => statement(data, 'withdrawn'),
  MetricDefined: none,
  MetricDefinitionRevised: none,
  SeriesBreakDeclared: none,
  MetricRetired: none,
  ReformRegistered: none,
  StageAdvanced: none,
  ResponsibilityAssigned: none,
  MilestonePlanned: none,
  MilestoneReportedOngoing: none,
  MilestoneReached: none,
  MilestoneReachRevoked: none,
  UnitRegistered: none,
  UnitRenamed: none,
  ReadModelsRebuilt: none,
};

function statement(
  { metric, series, time }: { metric: string; series: SeriesKey; time: ValidTime },
  kind: StatementKind,
): Statement {
  const key = time.type === 'asOf' ? '' : timeKey(time);
  return { metric, series, validOn: validOn(time), timeKey: key, kind };
}

/** An ISO date as the number that rows hold: 2021-08-26 is 20,210,826. */
export function dayNumber(date: LocalDate): number {
  const digit = (index: number): number => date.charCodeAt(index) - 48;
  const year = (digit(0) * 10 + digit(1)) * 100 + digit(2) * 10 + digit(3);
  return year * 10_000 + (digit(5) * 10 + digit(6)) * 100 + digit(8) * 10 + digit(9);
}

/** A series key as text, the same for every order of its dimensions; empty for the one without. */
export function seriesText(series: SeriesKey): string {
  const dimensions = Object.entries(series);
  if (dimensions.length === 0) return '';
  dimensions.sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(Object.fromEntries(dimensions));
}
