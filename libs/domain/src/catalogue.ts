import { unreachable } from './assertions.js';
import type { Aggregate } from './decision.js';
import type { MetricCommand } from './metric/commands.js';
import { metricAggregate } from './metric/decide.js';
import type { MetricEvent } from './metric/events.js';
import type { MetricState } from './metric/state.js';
import { describeMetricEvent, describeMetricState } from './metric/words.js';
import type { MilestoneCommand } from './milestone/commands.js';
import { milestoneAggregate } from './milestone/decide.js';
import type { MilestoneEvent } from './milestone/events.js';
import type { MilestoneState } from './milestone/state.js';
import { describeMilestoneEvent, describeMilestoneState } from './milestone/words.js';
import type { ProjectionCommand } from './projection/commands.js';
import { projectionAggregate } from './projection/decide.js';
import type { ProjectionEvent } from './projection/events.js';
import type { ProjectionState } from './projection/state.js';
import { describeProjectionEvent, describeProjectionState } from './projection/words.js';
import type { ReformCommand } from './reform/commands.js';
import { reformAggregate } from './reform/decide.js';
import type { ReformEvent } from './reform/events.js';
import type { ReformState } from './reform/state.js';
import { describeReformEvent, describeReformState } from './reform/words.js';
import type { Lang } from './text.js';
import type { UnitCommand } from './unit/commands.js';
import { unitAggregate } from './unit/decide.js';
import type { UnitEvent } from './unit/events.js';
import type { UnitState } from './unit/state.js';
import { describeUnitEvent, describeUnitState } from './unit/words.js';

/** Every event of the ledger. */
export type DomainEvent = MetricEvent | ReformEvent | MilestoneEvent | UnitEvent | ProjectionEvent;

/** The first part of a stream name. */
export type Category = 'metric' | 'reform' | 'milestone' | 'unit' | 'projection';
export type StateOf = {
  metric: MetricState;
  reform: ReformState;
  milestone: MilestoneState;
  unit: UnitState;
  projection: ProjectionState;
};
export type CommandOf = {
  metric: MetricCommand;
  reform: ReformCommand;
  milestone: MilestoneCommand;
  unit: UnitCommand;
  projection: ProjectionCommand;
};
export type EventOf = {
  metric: MetricEvent;
  reform: ReformEvent;
  milestone: MilestoneEvent;
  unit: UnitEvent;
  projection: ProjectionEvent;
};

export const aggregates: { [C in Category]: Aggregate<StateOf[C], CommandOf[C], EventOf[C]> } = {
  metric: metricAggregate,
  reform: reformAggregate,
  milestone: milestoneAggregate,
  unit: unitAggregate,
  projection: projectionAggregate,
};

/** Version of each event type's shape, for `metadata.schema`; the compiler keeps it complete. */
export const EVENT_SCHEMA_VERSION = {
  MetricDefined: 1,
  MetricDefinitionRevised: 1,
  ObservationReported: 1,
  ObservationCorrected: 1,
  ObservationWithdrawn: 1,
  SeriesBreakDeclared: 1,
  MetricRetired: 1,
  ReformRegistered: 1,
  StageAdvanced: 1,
  ResponsibilityAssigned: 1,
  MilestonePlanned: 1,
  MilestoneReportedOngoing: 1,
  MilestoneReached: 1,
  MilestoneReachRevoked: 1,
  UnitRegistered: 1,
  UnitRenamed: 1,
  ReadModelsRebuilt: 1,
} as const satisfies Record<DomainEvent['type'], number>;

/** Which event types a stream of each category holds. */
export const allEventTypes: { [C in Category]: readonly EventOf[C]['type'][] } = {
  metric: [
    'MetricDefined',
    'MetricDefinitionRevised',
    'ObservationReported',
    'ObservationCorrected',
    'ObservationWithdrawn',
    'SeriesBreakDeclared',
    'MetricRetired',
  ],
  reform: ['ReformRegistered', 'StageAdvanced', 'ResponsibilityAssigned'],
  milestone: [
    'MilestonePlanned',
    'MilestoneReportedOngoing',
    'MilestoneReached',
    'MilestoneReachRevoked',
  ],
  unit: ['UnitRegistered', 'UnitRenamed'],
  projection: ['ReadModelsRebuilt'],
};

/** One sentence on what an event says, ending in a full stop. */
export function describeEvent(event: DomainEvent, lang: Lang): string {
  switch (event.type) {
    case 'MetricDefined':
    case 'MetricDefinitionRevised':
    case 'ObservationReported':
    case 'ObservationCorrected':
    case 'ObservationWithdrawn':
    case 'SeriesBreakDeclared':
    case 'MetricRetired':
      return describeMetricEvent(event, lang);
    case 'ReformRegistered':
    case 'StageAdvanced':
    case 'ResponsibilityAssigned':
      return describeReformEvent(event, lang);
    case 'MilestonePlanned':
    case 'MilestoneReportedOngoing':
    case 'MilestoneReached':
    case 'MilestoneReachRevoked':
      return describeMilestoneEvent(event, lang);
    case 'UnitRegistered':
    case 'UnitRenamed':
      return describeUnitEvent(event, lang);
    case 'ReadModelsRebuilt':
      return describeProjectionEvent(event, lang);
    default:
      return unreachable(event);
  }
}

const stateWords: { [C in Category]: (state: StateOf[C], lang: Lang) => string[] } = {
  metric: describeMetricState,
  reform: describeReformState,
  milestone: describeMilestoneState,
  unit: describeUnitState,
  projection: describeProjectionState,
};

/** What a state says, a line each; at most six lines. */
export const describeState = <C extends Category>(
  category: C,
  state: StateOf[C],
  lang: Lang,
): string[] => stateWords[category](state, lang);
