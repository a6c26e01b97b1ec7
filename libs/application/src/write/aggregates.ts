import {
  metricAggregate,
  milestoneAggregate,
  projectionAggregate,
  reformAggregate,
  unitAggregate,
  type Aggregate,
  type MetricCommand,
  type MetricEvent,
  type MetricRequest,
  type MetricState,
  type MilestoneCommand,
  type MilestoneEvent,
  type MilestoneRequest,
  type MilestoneState,
  type ProjectionCommand,
  type ProjectionEvent,
  type ProjectionRequest,
  type ProjectionState,
  type ReformCommand,
  type ReformEvent,
  type ReformRequest,
  type ReformState,
  type UnitCommand,
  type UnitEvent,
  type UnitRequest,
  type UnitState,
} from '@ledger/domain';
import {
  completeMetric,
  completeMilestone,
  completeProjection,
  completeReform,
  completeUnit,
  type Circumstances,
} from './complete.js';

/** An aggregate, and what turns a request to it into the command that it decides. */
export type Written<R, S, C, E> = {
  aggregate: Aggregate<S, C, E>;
  complete: (request: R, state: S, circumstances: Circumstances) => Promise<C>;
};

// Everything that can be written to, for the writer and, but for the read models' own rebuilds, for
// its rehearsal alike.

export const metrics: Written<MetricRequest, MetricState, MetricCommand, MetricEvent> = {
  aggregate: metricAggregate,
  complete: completeMetric,
};

export const milestones: Written<
  MilestoneRequest,
  MilestoneState,
  MilestoneCommand,
  MilestoneEvent
> = {
  aggregate: milestoneAggregate,
  complete: (request, _state, circumstances) => completeMilestone(request, circumstances),
};

export const reforms: Written<ReformRequest, ReformState, ReformCommand, ReformEvent> = {
  aggregate: reformAggregate,
  complete: (request, _state, circumstances) => completeReform(request, circumstances),
};

export const units: Written<UnitRequest, UnitState, UnitCommand, UnitEvent> = {
  aggregate: unitAggregate,
  complete: (request, _state, circumstances) => completeUnit(request, circumstances),
};

export const projections: Written<
  ProjectionRequest,
  ProjectionState,
  ProjectionCommand,
  ProjectionEvent
> = {
  aggregate: projectionAggregate,
  complete: async (request, _state, circumstances) => completeProjection(request, circumstances),
};
