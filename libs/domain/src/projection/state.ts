import { unreachable } from '../assertions.js';
import type { Recorded } from '../decision.js';
import type { ProjectionEvent, ReadModelsRebuilt } from './events.js';

/** A rebuild as it stands in the log, and the event that says so. */
export type Rebuild = { event: string; said: ReadModelsRebuilt['data'] };

/** `rebuilds` finds each rebuild by the name of its build; `latest` is the last one recorded. */
export type ProjectionState =
  { status: 'none' } | { status: 'rebuilt'; latest: Rebuild; rebuilds: Map<string, Rebuild> };

export const initial = (): ProjectionState => ({ status: 'none' });

/** Folds in place: one map of all rebuilds. */
export function evolve(state: ProjectionState, event: Recorded<ProjectionEvent>): ProjectionState {
  switch (event.type) {
    case 'ReadModelsRebuilt': {
      const latest: Rebuild = { event: event.id, said: event.data };
      const rebuilds = state.status === 'none' ? new Map<string, Rebuild>() : state.rebuilds;
      rebuilds.set(event.data.build, latest);
      return { status: 'rebuilt', latest, rebuilds };
    }
    default:
      return unreachable(event.type);
  }
}
