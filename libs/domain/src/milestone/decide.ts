import type { Aggregate, Decision, Refusal } from '../decision.js';
import {
  accepted,
  dateRefusals,
  idRefusals,
  missingField,
  moved,
  placeRefusals,
  reasonRefusals,
  referenceRefusals,
  refused,
  refusedFor,
  scopeRefusals,
  textRefusals,
  unchanged,
  unwrittenTexts,
} from '../refusals.js';
import { same } from '../same.js';
import { isWritten } from '../text.js';
import { validateEventDate } from '../time/validate.js';
import type {
  MilestoneCommand,
  PlanMilestone,
  ReachMilestone,
  ReportMilestoneOngoing,
  RevokeMilestone,
} from './commands.js';
import type { MilestoneEvent } from './events.js';
import * as refuse from './refusals.js';
import { evolve, initial, type MilestoneState } from './state.js';

export function decide(command: MilestoneCommand, state: MilestoneState): Decision<MilestoneEvent> {
  switch (command.type) {
    case 'PlanMilestone':
      return planMilestone(command, state);
    case 'ReportMilestoneOngoing':
      return reportOngoing(command, state);
    case 'ReachMilestone':
      return reachMilestone(command, state);
    case 'RevokeMilestone':
      return revokeMilestone(command, state);
  }
}

/** Something that is reached on a day, with evidence, and is no figure. */
export const milestoneAggregate: Aggregate<MilestoneState, MilestoneCommand, MilestoneEvent> = {
  category: 'milestone',
  initial,
  decide,
  evolve,
};

function planMilestone(command: PlanMilestone, state: MilestoneState): Decision<MilestoneEvent> {
  const { milestone, plan, facts } = command;
  const data = { milestone, ...plan };
  if (state.status !== 'none') {
    return same(state.plan, data)
      ? unchanged(state.plannedBy)
      : refused(refuse.alreadyPlanned(milestone));
  }
  const refusal = refusedFor([
    ...idRefusals(milestone, '/milestone'),
    ...textRefusals(command),
    ...unwrittenTexts(plan.names, '/plan/names'),
    ...labelRefusals(plan.label?.printed),
    ...(plan.due === undefined ? [] : dateRefusals(plan.due, '/plan/due')),
    ...(plan.scope === undefined ? [] : scopeRefusals(plan.scope, '/plan/scope')),
    ...(plan.place === undefined ? [] : placeRefusals(plan.place, '/plan/place')),
    ...referenceRefusals(facts.missingReferences),
  ]);
  return refusal ?? accepted({ type: 'MilestonePlanned', data });
}

const labelRefusals = (printed: string | undefined): Refusal[] =>
  printed === undefined || isWritten(printed)
    ? []
    : [missingField('/plan/label/printed', 'TEXT_MISSING', printed)];

function reportOngoing(
  command: ReportMilestoneOngoing,
  state: MilestoneState,
): Decision<MilestoneEvent> {
  const { milestone, on, note } = command;
  if (state.status === 'none') return refused(refuse.notPlanned(milestone));
  const malformed = refusedFor(statementRefusals(command));
  if (malformed) return malformed;
  if (state.status === 'reached') return refused(refuse.alreadyReached(milestone, state));
  const report = { on, ...(note !== undefined && { note }) };
  const said =
    state.status === 'ongoing' &&
    state.reports.findLast(({ by: _by, ...stands }) => same(stands, report));
  if (said) return unchanged(said.by);
  return accepted({ type: 'MilestoneReportedOngoing', data: { milestone, ...report } });
}

function reachMilestone(command: ReachMilestone, state: MilestoneState): Decision<MilestoneEvent> {
  const { milestone, on, note, evidenced } = command;
  if (state.status === 'none') return refused(refuse.notPlanned(milestone));
  const malformed = refusedFor(statementRefusals(command));
  if (malformed) return malformed;
  if (state.status === 'reached') {
    return state.on.date === on.date
      ? unchanged(state.reachedBy)
      : refused(refuse.alreadyReached(milestone, state));
  }
  if (!evidenced) return refused(refuse.evidenceMissing(milestone));
  return accepted({
    type: 'MilestoneReached',
    data: { milestone, on, ...(note !== undefined && { note }) },
  });
}

const statementRefusals = (command: ReachMilestone | ReportMilestoneOngoing): Refusal[] => [
  ...textRefusals(command),
  ...validateEventDate(command.on, command.today).map((refusal) => moved(refusal, '/on')),
];

function revokeMilestone(
  command: RevokeMilestone,
  state: MilestoneState,
): Decision<MilestoneEvent> {
  const { milestone, revokes, reason } = command;
  if (state.status === 'none') return refused(refuse.notPlanned(milestone));
  const malformed = refusedFor([...textRefusals(command), ...reasonRefusals(reason)]);
  if (malformed) return malformed;
  if (state.status === 'revoked' && state.revokes === revokes) return unchanged(state.revokedBy);
  if (state.status !== 'reached') return refused(refuse.notReached(revokes));
  if (state.reachedBy !== revokes) return refused(refuse.notReached(revokes, state));
  return accepted({ type: 'MilestoneReachRevoked', data: { milestone, revokes } });
}
