import {
  aggregates,
  shanghaiDate,
  type CommandOf,
  type Decision,
  type EventOf,
  type MetricDefinition,
  type MissingReference,
  type Recorded,
  type StateOf,
} from '@ledger/domain';
import type { Told } from './telling.js';

/** A seed for a run, which its test prints in its name. */
export const freshSeed = (): number => Math.floor(Math.random() * 2 ** 32);

/** The categories that a synthetic history has streams of. */
type Category = 'metric' | 'reform' | 'milestone' | 'unit';
type DomainEvent = EventOf[Category];
type States = { [C in Category]: Map<string, StateOf[C]> };

/**
 * Decides a history event by event as the ledger would have: each event is turned back into the
 * command that leads to it, decided on the state so far, and folded. `judge` returns what the
 * ledger would have said instead; undefined where it would have recorded just this.
 */
export class Judge {
  readonly #states: States = {
    metric: new Map(),
    reform: new Map(),
    milestone: new Map(),
    unit: new Map(),
  };

  judge({ stream, revision, event }: Told): string | undefined {
    const today = shanghaiDate(event.metadata.recordedAt);
    // What a test reads back has the shape that the compiler checked when it was made.
    const said = { type: event.type, data: event.data } as DomainEvent;
    const recorded = { ...said, id: event.id, revision };
    const reason = event.metadata.reason ?? '';
    const category = stream.slice(0, stream.indexOf('-')) as Category;
    const decision = this.#decideAndFold(category, stream, recorded, { today, reason });
    if (decision.outcome === 'accepted') {
      const same = isEqual(decision.events, [said]);
      return same ? undefined : `decided otherwise: ${JSON.stringify(decision.events)}`;
    }
    return decision.outcome === 'unchanged' ? 'unchanged' : JSON.stringify(decision.refusals);
  }

  #decideAndFold<C extends Category>(
    category: C,
    stream: string,
    event: Recorded<DomainEvent>,
    said: { today: string; reason: string },
  ): Decision<unknown> {
    const aggregate = aggregates[category];
    const states: Map<string, StateOf[C]> = this.#states[category];
    const state = states.get(stream) ?? aggregate.initial();
    const decision = aggregate.decide(this.#command(event, said) as CommandOf[C], state);
    states.set(stream, aggregate.evolve(state, event as never));
    return decision;
  }

  #command(
    event: DomainEvent,
    { today, reason }: { today: string; reason: string },
  ): CommandOf[Category] {
    const { type, data } = event;
    const missing = (...references: (MissingReference | undefined)[]) => ({
      missingReferences: references.filter((one) => one !== undefined && !this.#exists(one)),
    });
    switch (type) {
      case 'UnitRegistered':
        return { type: 'RegisterUnit', today, ...data, facts: missing(unit(data.parent)) } as never;
      case 'UnitRenamed':
        return { type: 'RenameUnit', today, ...data, reason };
      case 'ReformRegistered':
        return { type: 'RegisterReform', today, ...data };
      case 'StageAdvanced':
        return { type: 'AdvanceStage', today, ...data, ...(reason !== '' && { reason }) };
      case 'ResponsibilityAssigned': {
        const facts = missing(unit(data.lead), ...data.coUnits.map(unit));
        return { type: 'AssignResponsibility', today, ...data, facts } as never;
      }
      case 'MilestonePlanned': {
        const { milestone, ...plan } = data;
        const facts = missing(reference('reform', plan.reform), unit(plan.leadUnit));
        return { type: 'PlanMilestone', today, milestone, plan, facts } as never;
      }
      case 'MilestoneReportedOngoing':
        return { type: 'ReportMilestoneOngoing', today, ...data };
      case 'MilestoneReached':
        return { type: 'ReachMilestone', today, ...data, evidenced: true };
      case 'MilestoneReachRevoked':
        return { type: 'RevokeMilestone', today, ...data, reason };
      case 'MetricDefined': {
        const { metric, ...definition } = data;
        const facts = missing(...namedBy(definition));
        return { type: 'DefineMetric', today, metric, definition, facts } as never;
      }
      case 'MetricDefinitionRevised': {
        const facts = missing(...namedBy(data.changes));
        return { type: 'ReviseMetricDefinition', today, ...data, reason, facts } as never;
      }
      case 'ObservationReported':
        return { type: 'ReportObservation', today, ...printed(data), facts: this.#facts(data) };
      case 'ObservationCorrected': {
        const facts = this.#facts(data);
        return { type: 'CorrectObservation', today, ...printed(data), reason, facts };
      }
      case 'ObservationWithdrawn':
        return { type: 'WithdrawObservation', today, ...data, reason };
      case 'SeriesBreakDeclared': {
        const facts = missing(metricNamed(data.successor));
        return { type: 'DeclareSeriesBreak', today, ...data, reason, facts } as never;
      }
      case 'MetricRetired':
        return { type: 'RetireMetric', today, ...data, reason };
    }
  }

  #facts({ metric }: { metric: string }): { completionMilestoneReached: boolean } {
    const state = this.#states.metric.get(`metric-${metric}`);
    const milestone =
      state === undefined || state.status === 'none'
        ? undefined
        : state.definition.completionMilestone;
    const there = this.#states.milestone.get(`milestone-${milestone}`);
    return { completionMilestoneReached: there?.status === 'reached' };
  }

  #exists({ kind, id }: MissingReference): boolean {
    return this.#states[kind].has(`${kind}-${id}`);
  }
}

const reference = (kind: MissingReference['kind'], id: string): MissingReference => ({
  pointer: '',
  id,
  kind,
});
const unit = (id: string | undefined) => (id === undefined ? undefined : reference('unit', id));
const metricNamed = (id: string | undefined) =>
  id === undefined ? undefined : reference('metric', id);

function namedBy(definition: Partial<MetricDefinition>): (MissingReference | undefined)[] {
  const { reform, owner, leadUnit, completionMilestone } = definition;
  return [
    reform === undefined ? undefined : reference('reform', reform),
    unit(owner),
    unit(leadUnit),
    completionMilestone === undefined ? undefined : reference('milestone', completionMilestone),
  ];
}

type Said = Extract<DomainEvent, { type: 'ObservationReported' | 'ObservationCorrected' }>['data'];

/** The print alone, so that the domain's reader has to find the very figure of the event in it. */
function printed<D extends Said>(data: D) {
  const { value } = data;
  return 'label' in value
    ? data
    : { ...data, value: { quantity: { printed: value.quantity.printed } } };
}

const isEqual = (left: unknown, right: unknown): boolean => spelled(left) === spelled(right);

const spelled = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
