import type {
  LocalDate,
  MetricCommand,
  MetricDefinition,
  MetricRequest,
  MetricState,
  MilestoneCommand,
  MilestoneRequest,
  MissingReference,
  ProjectionCommand,
  ProjectionRequest,
  ReformCommand,
  ReformRequest,
  UnitCommand,
  UnitRequest,
} from '@ledger/domain';
import type { EventLogReader } from '@ledger/event-log';

/** What a decision needs to know of other aggregates. */
export interface Lookups {
  exists(stream: string): Promise<boolean>;
  milestoneReached(milestone: string): Promise<boolean>;
}

export type Circumstances = { today: LocalDate; evidenced: boolean; lookups: Lookups };

type Reference = MissingReference;

/** Answers from the log. A stream that exists once exists for ever, so a "yes" is remembered. */
export function streamExists(log: EventLogReader): Lookups['exists'] {
  const known = new Set<string>();
  return async (stream) => {
    if (known.has(stream)) return true;
    const found = (await log.readStream(stream, { limit: 1 })).length > 0;
    if (found) known.add(stream);
    return found;
  };
}

export async function completeMetric(
  request: MetricRequest,
  state: MetricState,
  { today, lookups }: Circumstances,
): Promise<MetricCommand> {
  switch (request.type) {
    case 'DefineMetric': {
      const named = references(request.definition, '/definition');
      return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
    }
    case 'ReviseMetricDefinition': {
      const named = references(request.changes, '/changes');
      return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
    }
    case 'ReportObservation':
    case 'CorrectObservation': {
      const milestone = state.status === 'none' ? undefined : state.definition.completionMilestone;
      const completionMilestoneReached =
        milestone !== undefined && (await lookups.milestoneReached(milestone));
      return { ...request, today, facts: { completionMilestoneReached } };
    }
    case 'DeclareSeriesBreak': {
      const { successor } = request;
      const named: Reference[] =
        successor === undefined ? [] : [{ pointer: '/successor', id: successor, kind: 'metric' }];
      return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
    }
    default:
      return { ...request, today };
  }
}

export async function completeMilestone(
  request: MilestoneRequest,
  { today, evidenced, lookups }: Circumstances,
): Promise<MilestoneCommand> {
  switch (request.type) {
    case 'PlanMilestone': {
      const named = references(request.plan, '/plan');
      return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
    }
    case 'ReachMilestone':
      return { ...request, today, evidenced };
    default:
      return { ...request, today };
  }
}

export async function completeReform(
  request: ReformRequest,
  { today, lookups }: Circumstances,
): Promise<ReformCommand> {
  if (request.type !== 'AssignResponsibility') return { ...request, today };
  const named: Reference[] = [
    { pointer: '/lead', id: request.lead, kind: 'unit' },
    ...request.coUnits.map((id, index): Reference => ({
      pointer: `/coUnits/${index}`,
      id,
      kind: 'unit',
    })),
  ];
  return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
}

export async function completeUnit(
  request: UnitRequest,
  { today, lookups }: Circumstances,
): Promise<UnitCommand> {
  if (request.type !== 'RegisterUnit') return { ...request, today };
  const { parent } = request;
  const named: Reference[] =
    parent === undefined ? [] : [{ pointer: '/parent', id: parent, kind: 'unit' }];
  return { ...request, today, facts: { missingReferences: await missing(named, lookups) } };
}

export function completeProjection(
  request: ProjectionRequest,
  { today }: Circumstances,
): ProjectionCommand {
  return { ...request, today };
}

type Referring = Partial<
  Pick<MetricDefinition, 'reform' | 'owner' | 'leadUnit' | 'completionMilestone'>
>;

function references(stated: Referring, base: string): Reference[] {
  const { reform, owner, leadUnit, completionMilestone } = stated;
  const named: { field: string; id: string | undefined; kind: Reference['kind'] }[] = [
    { field: 'reform', id: reform, kind: 'reform' },
    { field: 'owner', id: owner, kind: 'unit' },
    { field: 'leadUnit', id: leadUnit, kind: 'unit' },
    { field: 'completionMilestone', id: completionMilestone, kind: 'milestone' },
  ];
  return named.flatMap(({ field, id, kind }) =>
    id === undefined ? [] : [{ pointer: `${base}/${field}`, id, kind }],
  );
}

async function missing(named: Reference[], lookups: Lookups): Promise<Reference[]> {
  const known = await Promise.all(named.map(({ kind, id }) => lookups.exists(`${kind}-${id}`)));
  return named.filter((_, index) => known[index] !== true);
}
