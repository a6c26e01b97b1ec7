import { unreachable } from '../assertions.js';
import type { Recorded } from '../decision.js';
import type { ReformEvent, ReformRegistered, ResponsibilityAssigned, Stage } from './events.js';

/** A part of the state and the event that says it. */
type Said<T> = { value: T; by: string };

/** `stage` and `responsibility` are undefined as long as nobody stated them. */
export type ReformState =
  | { status: 'none' }
  | {
      status: 'registered';
      registration: Said<ReformRegistered['data']>;
      stage: Said<Stage> | undefined;
      responsibility: Said<ResponsibilityAssigned['data']> | undefined;
    };

export const initial = (): ReformState => ({ status: 'none' });

/** Events that precede the registration say nothing about a known reform and are passed over. */
export function evolve(state: ReformState, event: Recorded<ReformEvent>): ReformState {
  switch (event.type) {
    case 'ReformRegistered': {
      const { stage } = event.data;
      return {
        status: 'registered',
        registration: { value: event.data, by: event.id },
        stage: stage && { value: stage, by: event.id },
        responsibility: undefined,
      };
    }
    case 'StageAdvanced':
      if (state.status === 'none') return state;
      return { ...state, stage: { value: event.data.to, by: event.id } };
    case 'ResponsibilityAssigned':
      if (state.status === 'none') return state;
      return { ...state, responsibility: { value: event.data, by: event.id } };
    default:
      return unreachable(event);
  }
}
