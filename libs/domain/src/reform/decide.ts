import type { Aggregate, Decision } from '../decision.js';
import {
  accepted,
  dateRefusals,
  idRefusals,
  missingField,
  placeRefusals,
  referenceRefusals,
  refused,
  refusedFor,
  textRefusals,
  unchanged,
  unwrittenTexts,
} from '../refusals.js';
import { same } from '../same.js';
import { isWritten } from '../text.js';
import type {
  AdvanceStage,
  AssignResponsibility,
  ReformCommand,
  RegisterReform,
} from './commands.js';
import type { ReformEvent, Stage } from './events.js';
import * as refuse from './refusals.js';
import { evolve, initial, type ReformState } from './state.js';

export function decide(command: ReformCommand, state: ReformState): Decision<ReformEvent> {
  switch (command.type) {
    case 'RegisterReform':
      return registerReform(command, state);
    case 'AdvanceStage':
      return advanceStage(command, state);
    case 'AssignResponsibility':
      return assignResponsibility(command, state);
  }
}

/** One reform measure of the programme: its names, its maturity, and who answers for it. */
export const reformAggregate: Aggregate<ReformState, ReformCommand, ReformEvent> = {
  category: 'reform',
  initial,
  decide,
  evolve,
};

function registerReform(command: RegisterReform, state: ReformState): Decision<ReformEvent> {
  const { reform, names, highlight, summary, stage } = command;
  const data = {
    reform,
    names,
    ...(highlight !== undefined && { highlight }),
    ...(summary !== undefined && { summary }),
    ...(stage !== undefined && { stage }),
  };
  if (state.status === 'registered') {
    const { value, by } = state.registration;
    return same(value, data) ? unchanged(by) : refused(refuse.alreadyRegistered(reform));
  }
  const refusal = refusedFor([
    ...idRefusals(reform, '/reform'),
    ...textRefusals(command),
    ...unwrittenTexts(names, '/names'),
    ...(summary === undefined ? [] : unwrittenTexts(summary, '/summary')),
    ...placeRefusals({ ...(highlight !== undefined && { highlight }) }, ''),
  ]);
  return refusal ?? accepted({ type: 'ReformRegistered', data });
}

/** The ladder from proposal to routine; an advance goes up it, one step unless a reason is given. */
const stages: readonly Stage[] = [
  'proposed',
  'pilot',
  'demonstrationPoint',
  'replicated',
  'institutionalised',
];

function advanceStage(command: AdvanceStage, state: ReformState): Decision<ReformEvent> {
  const { reform, to, on, reason } = command;
  if (state.status === 'none') return refused(refuse.notRegistered(reform));
  const malformed = refusedFor([
    ...textRefusals(command),
    ...dateRefusals(on, '/on', command.today),
  ]);
  if (malformed) return malformed;
  if (state.stage === undefined) {
    return accepted({ type: 'StageAdvanced', data: { reform, to, on } });
  }
  const { value: from, by } = state.stage;
  const steps = stages.indexOf(to) - stages.indexOf(from);
  if (steps === 0) return unchanged(by);
  if (steps < 0) return refused(refuse.stageNotAhead(from, to));
  if (steps > 1 && !isWritten(reason)) return refused(refuse.stageSkipped(from, to));
  return accepted({ type: 'StageAdvanced', data: { reform, from, to, on } });
}

function assignResponsibility(
  command: AssignResponsibility,
  state: ReformState,
): Decision<ReformEvent> {
  const { reform, lead, coUnits, parcel, due, facts } = command;
  if (state.status === 'none') return refused(refuse.notRegistered(reform));
  const data = {
    reform,
    lead,
    coUnits,
    ...(parcel !== undefined && { parcel }),
    ...(due !== undefined && { due }),
  };
  const stands = state.responsibility;
  if (stands !== undefined && same(stands.value, data)) return unchanged(stands.by);
  const refusal = refusedFor([
    ...textRefusals(command),
    ...referenceRefusals(facts.missingReferences),
    ...refuse.coUnitRefusals(lead, coUnits),
    ...(parcel === undefined || isWritten(parcel) ? [] : [missingField('/parcel', 'TEXT_MISSING')]),
    ...(due === undefined ? [] : dateRefusals(due, '/due')),
  ]);
  return refusal ?? accepted({ type: 'ResponsibilityAssigned', data });
}
