import type { Aggregate, Decision } from '../decision.js';
import {
  accepted,
  dateRefusals,
  idRefusals,
  reasonRefusals,
  referenceRefusals,
  refused,
  refusedFor,
  textRefusals,
  unchanged,
  unwrittenTexts,
} from '../refusals.js';
import { same } from '../same.js';
import { validOn } from '../time/valid-time.js';
import type {
  CorrectObservation,
  DeclareSeriesBreak,
  DefineMetric,
  MetricCommand,
  ReportObservation,
  RetireMetric,
  ReviseMetricDefinition,
  WithdrawObservation,
} from './commands.js';
import { definitionRefusals, isField, structuralFields } from './definition.js';
import type { MetricEvent } from './events.js';
import { lineRefusals } from './line.js';
import {
  completionRefusals,
  sameFigure,
  seriesRefusals,
  timeRefusals,
  understandFigure,
} from './observation.js';
import * as refuseObservation from './observation-refusals.js';
import * as refuse from './refusals.js';
import { evolve, initial, liveAt, type MetricState, type Stated } from './state.js';

export function decide(command: MetricCommand, state: MetricState): Decision<MetricEvent> {
  switch (command.type) {
    case 'DefineMetric':
      return defineMetric(command, state);
    case 'ReviseMetricDefinition':
      return reviseDefinition(command, state);
    case 'ReportObservation':
      return reportObservation(command, state);
    case 'CorrectObservation':
      return correctObservation(command, state);
    case 'WithdrawObservation':
      return withdrawObservation(command, state);
    case 'DeclareSeriesBreak':
      return declareBreak(command, state);
    case 'RetireMetric':
      return retireMetric(command, state);
  }
}

/** A metric with its definition and everything that was ever reported of it. */
export const metricAggregate: Aggregate<MetricState, MetricCommand, MetricEvent> = {
  category: 'metric',
  initial,
  decide,
  evolve,
};

function defineMetric(command: DefineMetric, state: MetricState): Decision<MetricEvent> {
  const { metric, definition, facts } = command;
  if (state.status !== 'none') {
    const [first, ...later] = state.statedBy;
    return same(state.definition, definition)
      ? unchanged((later.at(-1) ?? first).event)
      : refused(refuse.alreadyDefined(metric));
  }
  const refusal = refusedFor([
    ...idRefusals(metric, '/metric'),
    ...textRefusals(command),
    ...definitionRefusals(definition, '/definition'),
    ...referenceRefusals(facts.missingReferences),
  ]);
  return refusal ?? accepted({ type: 'MetricDefined', data: { metric, ...definition } });
}

function reviseDefinition(
  command: ReviseMetricDefinition,
  state: MetricState,
): Decision<MetricEvent> {
  const { metric, validFrom, reason, facts } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const stated = Object.keys(command.changes).filter(isField);
  if (stated.length === 0) return refused(refuse.changesEmpty());
  const malformed = refusedFor([
    ...textRefusals(command),
    ...dateRefusals(validFrom, '/validFrom'),
    ...reasonRefusals(reason),
  ]);
  if (malformed) return malformed;
  const standing = stated.filter((key) => same(command.changes[key], state.definition[key]));
  if (standing.length === stated.length) {
    const [first, ...later] = state.statedBy;
    const saysSo = ({ fields }: Stated) => stated.some((key) => fields.includes(key));
    return unchanged((later.findLast(saysSo) ?? first).event);
  }
  const changes = { ...command.changes };
  for (const key of standing) delete changes[key];
  const changed = stated.filter((key) => key in changes);
  const concernsChange = ({ pointer }: { pointer: string }) =>
    changed.some((key) => `${pointer}/`.startsWith(`/changes/${key}/`));
  const refusal = refusedFor([
    ...changed
      .filter((key) => structuralFields.includes(key))
      .map((key) => refuse.needsBreak(key, `/changes/${key}`)),
    ...definitionRefusals({ ...state.definition, ...changes }, '/changes').filter(concernsChange),
    ...referenceRefusals(facts.missingReferences),
  ]);
  return (
    refusal ?? accepted({ type: 'MetricDefinitionRevised', data: { metric, validFrom, changes } })
  );
}

function reportObservation(command: ReportObservation, state: MetricState): Decision<MetricEvent> {
  const { metric, series, time, note, today, facts } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const unclean = refusedFor(textRefusals(command));
  if (unclean) return unclean;
  const { definition } = state;
  const misplaced = [
    ...seriesRefusals(series, definition),
    ...timeRefusals(time, definition, today),
  ];
  const understood = understandFigure(command, definition);
  if ('refusals' in understood) return refused(...understood.refusals, ...misplaced);
  const malformed = refusedFor(misplaced);
  if (malformed) return malformed;
  const { figure } = understood;
  const live = liveAt(state, series, time);
  if (live) {
    return sameFigure(live, figure)
      ? unchanged(live.event)
      : refused(refuseObservation.observationExists(live, figure.value));
  }
  const refusal = refusedFor([
    ...(state.status === 'retired' && validOn(time) > state.retiredOn
      ? [refuse.retired(metric, state.retiredOn, time)]
      : []),
    ...completionRefusals(figure, definition, facts),
    ...lineRefusals(state, { series, time, value: figure.value, as: 'report' }),
  ]);
  const data = { metric, series, time, ...figure, ...(note !== undefined && { note }) };
  return refusal ?? accepted({ type: 'ObservationReported', data });
}

/** A correction repeated finds its target replaced by itself, which is no reason to refuse it. */
function correctObservation(
  command: CorrectObservation,
  state: MetricState,
): Decision<MetricEvent> {
  const { metric, corrects, errorClass, reason, facts } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const chain = state.chains.get(corrects);
  if (!chain) return refused(refuseObservation.observationUnknown(corrects, '/corrects'));
  const { series, time, standing } = chain;
  if (standing.status === 'withdrawn') {
    return refused(refuseObservation.observationWithdrawn(corrects, standing, '/corrects'));
  }
  const malformed = [...textRefusals(command), ...reasonRefusals(reason)];
  const understood = understandFigure(command, state.definition);
  if ('refusals' in understood) return refused(...understood.refusals, ...malformed);
  const unsound = refusedFor(malformed);
  if (unsound) return unsound;
  const { figure } = understood;
  const live = standing.statement;
  const concerned = live.event === corrects || live.replaces === corrects;
  if (concerned && sameFigure(live, figure)) return unchanged(live.event);
  if (live.event !== corrects)
    return refused(refuseObservation.superseded(corrects, live, '/corrects'));
  const refusal = refusedFor([
    ...completionRefusals(figure, state.definition, facts),
    ...lineRefusals(state, { series, time, value: figure.value, as: 'correction' }),
  ]);
  const { observation } = live;
  const data = { metric, observation, corrects, series, time, ...figure, errorClass };
  return refusal ?? accepted({ type: 'ObservationCorrected', data });
}

function withdrawObservation(
  command: WithdrawObservation,
  state: MetricState,
): Decision<MetricEvent> {
  const { metric, withdraws, reason } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const chain = state.chains.get(withdraws);
  if (!chain) return refused(refuseObservation.observationUnknown(withdraws, '/withdraws'));
  const malformed = refusedFor([...textRefusals(command), ...reasonRefusals(reason)]);
  if (malformed) return malformed;
  const { series, time, standing } = chain;
  if (standing.status === 'withdrawn') {
    return standing.withdrew === withdraws
      ? unchanged(standing.by)
      : refused(refuseObservation.observationWithdrawn(withdraws, standing, '/withdraws'));
  }
  const { event, observation } = standing.statement;
  if (event !== withdraws) {
    return refused(refuseObservation.superseded(withdraws, standing.statement, '/withdraws'));
  }
  return accepted({
    type: 'ObservationWithdrawn',
    data: { metric, observation, withdraws, series, time },
  });
}

function declareBreak(command: DeclareSeriesBreak, state: MetricState): Decision<MetricEvent> {
  const { metric, validFrom, successor, mapping, reason } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const malformed = refusedFor([
    ...textRefusals(command),
    ...dateRefusals(validFrom, '/validFrom'),
    ...(successor === undefined ? [] : idRefusals(successor, '/successor')),
    ...(successor === metric
      ? [refuse.ownSuccessor(metric)]
      : referenceRefusals(command.facts.missingReferences)),
    ...(mapping === undefined ? [] : unwrittenTexts(mapping, '/mapping')),
    ...reasonRefusals(reason),
  ]);
  if (malformed) return malformed;
  const declared = {
    validFrom,
    ...(successor !== undefined && { successor }),
    ...(mapping !== undefined && { mapping }),
  };
  const there = state.breaks.find((stands) => stands.validFrom === validFrom);
  if (there) {
    return same(there, { ...declared, by: there.by })
      ? unchanged(there.by)
      : refused(refuse.breakAlreadyDeclared(there));
  }
  return accepted({ type: 'SeriesBreakDeclared', data: { metric, ...declared } });
}

function retireMetric(command: RetireMetric, state: MetricState): Decision<MetricEvent> {
  const { metric, retiredOn, reason } = command;
  if (state.status === 'none') return refused(refuse.notDefined(metric));
  const malformed = refusedFor([
    ...textRefusals(command),
    ...dateRefusals(retiredOn, '/retiredOn'),
    ...reasonRefusals(reason),
  ]);
  if (malformed) return malformed;
  if (state.status === 'retired') {
    return state.retiredOn === retiredOn
      ? unchanged(state.retiredBy)
      : refused(refuse.alreadyRetired(metric, state));
  }
  return accepted({ type: 'MetricRetired', data: { metric, retiredOn } });
}
