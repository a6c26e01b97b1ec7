import { unreachable } from '../assertions.js';
import type { Recorded } from '../decision.js';
import type { UnitEvent, UnitRegistered } from './events.js';

/** `unit` is the unit as it is called now; `namedBy` is the event that says so. */
export type UnitState =
  { status: 'none' } | { status: 'registered'; unit: UnitRegistered['data']; namedBy: string };

export const initial = (): UnitState => ({ status: 'none' });

/** Events that precede the registration say nothing about a known unit and are passed over. */
export function evolve(state: UnitState, event: Recorded<UnitEvent>): UnitState {
  switch (event.type) {
    case 'UnitRegistered':
      return { status: 'registered', unit: event.data, namedBy: event.id };
    case 'UnitRenamed':
      if (state.status === 'none') return state;
      return {
        status: 'registered',
        unit: { ...state.unit, names: event.data.names },
        namedBy: event.id,
      };
    default:
      return unreachable(event);
  }
}
