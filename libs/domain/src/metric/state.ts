import { unreachable } from '../assertions.js';
import type { Recorded } from '../decision.js';
import type { Text } from '../text.js';
import type { LocalDate, ValidTime } from '../time/time.js';
import type {
  MetricDefinition,
  MetricEvent,
  ObservationCorrected,
  ObservationReported,
  ObservationWithdrawn,
  SeriesKey,
} from './events.js';
import {
  emptyLine,
  put,
  standingAt,
  takeOut,
  type LiveLine,
  type LiveStatement,
} from './live-line.js';

/** One observation through all its corrections; every statement of the chain leads to it. */
export type Chain = {
  series: SeriesKey;
  time: ValidTime;
  standing:
    | { status: 'live'; statement: LiveStatement }
    | { status: 'withdrawn'; withdrew: string; by: string };
};

export type Stated = { event: string; fields: string[] };
export type Break = { validFrom: LocalDate; successor?: string; mapping?: Text; by: string };

/**
 * `lines` holds the live statements of each series in the order of their valid times, one a time.
 * `chains` finds an observation by the id of any report or correction. `statedBy` lists the events
 * that made the definition, oldest first, with the fields that each of them stated.
 */
export type DefinedMetric = {
  metric: string;
  definition: MetricDefinition;
  statedBy: [Stated, ...Stated[]];
  lines: Map<string, LiveLine>;
  chains: Map<string, Chain>;
  breaks: Break[];
};

export type MetricState =
  | { status: 'none' }
  | ({ status: 'defined' } & DefinedMetric)
  | ({ status: 'retired'; retiredOn: LocalDate; retiredBy: string } & DefinedMetric);

export const initial = (): MetricState => ({ status: 'none' });

/**
 * Folds in place: appending at the end of a series costs O(1), a late entry O(log n). Events that precede the definition are passed over.
 */
export function evolve(state: MetricState, event: Recorded<MetricEvent>): MetricState {
  if (event.type === 'MetricDefined') {
    const { metric, ...definition } = event.data;
    return {
      status: 'defined',
      metric,
      definition,
      statedBy: [{ event: event.id, fields: Object.keys(definition) }],
      lines: new Map(),
      chains: new Map(),
      breaks: [],
    };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'MetricDefinitionRevised':
      state.definition = { ...state.definition, ...event.data.changes };
      state.statedBy.push({ event: event.id, fields: Object.keys(event.data.changes) });
      return state;
    case 'ObservationReported':
      return stand(state, event.id, { observation: event.id, ...event.data });
    case 'ObservationCorrected':
      return stand(state, event.id, { ...event.data, replaces: event.data.corrects });
    case 'ObservationWithdrawn':
      return withdraw(state, event.id, event.data);
    case 'SeriesBreakDeclared': {
      const { metric: _metric, ...declared } = event.data;
      state.breaks.push({ ...declared, by: event.id });
      return state;
    }
    case 'MetricRetired':
      return {
        ...state,
        status: 'retired',
        retiredOn: event.data.retiredOn,
        retiredBy: event.id,
      };
    default:
      return unreachable(event);
  }
}

/** The series of a key, whatever the order in which its dimensions are given. */
export const seriesId = (series: SeriesKey): string =>
  JSON.stringify(Object.entries(series).sort(([left], [right]) => (left < right ? -1 : 1)));

/** The line of a series; empty when nothing was reported. */
export const liveLine = (state: DefinedMetric, series: SeriesKey): LiveLine =>
  state.lines.get(seriesId(series)) ?? emptyLine();

/** All live statements of a series by valid time, in a list of the caller's own. */
export const lineOf = (state: DefinedMetric, series: SeriesKey): LiveStatement[] =>
  liveLine(state, series).blocks.flat();

/** What stands at this very time of the series, if anything does. */
export const liveAt = (
  state: DefinedMetric,
  series: SeriesKey,
  time: ValidTime,
): LiveStatement | undefined => standingAt(liveLine(state, series), time);

type Said = (ObservationReported['data'] | ObservationCorrected['data']) & {
  observation: string;
  replaces?: string;
};

function stand<S extends DefinedMetric>(state: S, event: string, said: Said): S {
  const { observation, replaces, series, time, value, parts } = said;
  const statement: LiveStatement = {
    event,
    observation,
    time,
    value,
    ...(replaces !== undefined && { replaces }),
    ...(parts !== undefined && { parts }),
  };
  const chain = state.chains.get(observation);
  const standing = { status: 'live', statement } as const;
  if (chain === undefined) state.chains.set(event, { series, time, standing });
  else {
    chain.standing = standing;
    state.chains.set(event, chain);
  }
  const id = seriesId(series);
  const line = state.lines.get(id) ?? emptyLine();
  if (line.length === 0) state.lines.set(id, line);
  put(line, statement);
  return state;
}

function withdraw<S extends DefinedMetric>(
  state: S,
  by: string,
  { observation, withdraws, series, time }: ObservationWithdrawn['data'],
): S {
  const line = liveLine(state, series);
  if (standingAt(line, time)?.observation === observation) takeOut(line, time);
  const chain = state.chains.get(observation);
  if (chain) chain.standing = { status: 'withdrawn', withdrew: withdraws, by };
  return state;
}
