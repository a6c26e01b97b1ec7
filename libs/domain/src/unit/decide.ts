import type { Aggregate, Decision } from '../decision.js';
import {
  accepted,
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
import type { RegisterUnit, RenameUnit, UnitCommand } from './commands.js';
import type { UnitEvent } from './events.js';
import * as refuse from './refusals.js';
import { evolve, initial, type UnitState } from './state.js';

export function decide(command: UnitCommand, state: UnitState): Decision<UnitEvent> {
  switch (command.type) {
    case 'RegisterUnit':
      return registerUnit(command, state);
    case 'RenameUnit':
      return renameUnit(command, state);
  }
}

/** An office, street or institution that owns figures and work. */
export const unitAggregate: Aggregate<UnitState, UnitCommand, UnitEvent> = {
  category: 'unit',
  initial,
  decide,
  evolve,
};

function registerUnit(command: RegisterUnit, state: UnitState): Decision<UnitEvent> {
  const { unit, names, level, parent } = command;
  const data = { unit, names, level, ...(parent !== undefined && { parent }) };
  if (state.status === 'registered') {
    return same(state.unit, data)
      ? unchanged(state.namedBy)
      : refused(refuse.alreadyRegistered(unit));
  }
  const refusal = refusedFor([
    ...idRefusals(unit, '/unit'),
    ...textRefusals(command),
    ...unwrittenTexts(names, '/names'),
    ...(parent === unit
      ? [refuse.ownParent(unit)]
      : referenceRefusals(command.facts.missingReferences)),
  ]);
  return refusal ?? accepted({ type: 'UnitRegistered', data });
}

function renameUnit(command: RenameUnit, state: UnitState): Decision<UnitEvent> {
  const { unit, names, reason } = command;
  if (state.status === 'none') return refused(refuse.notRegistered(unit));
  const refusal = refusedFor([
    ...textRefusals(command),
    ...unwrittenTexts(names, '/names'),
    ...reasonRefusals(reason),
  ]);
  if (refusal) return refusal;
  if (same(names, state.unit.names)) return unchanged(state.namedBy);
  return accepted({ type: 'UnitRenamed', data: { unit, names } });
}
