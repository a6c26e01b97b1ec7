import { unreachable } from '../assertions.js';
import type { Recorded } from '../decision.js';
import type { EventDate } from '../time/time.js';
import type { MilestoneEvent, MilestonePlanned } from './events.js';

type Planned = { plan: MilestonePlanned['data']; plannedBy: string };
type OngoingReport = { on: EventDate; note?: string; by: string };

/**
 * `reports` are those since the milestone was last planned or revoked, oldest first. `reachedBy`
 * is the event that says so; `revokedBy` the one that took it back.
 */
export type MilestoneState =
  | { status: 'none' }
  | ({ status: 'planned' } & Planned)
  | ({ status: 'ongoing'; reports: OngoingReport[] } & Planned)
  | ({ status: 'reached'; on: EventDate; reachedBy: string } & Planned)
  | ({ status: 'revoked'; revokes: string; revokedBy: string } & Planned);

export const initial = (): MilestoneState => ({ status: 'none' });

/** Events that precede the plan say nothing about a known milestone and are passed over. */
export function evolve(state: MilestoneState, event: Recorded<MilestoneEvent>): MilestoneState {
  if (event.type === 'MilestonePlanned') {
    return { status: 'planned', plan: event.data, plannedBy: event.id };
  }
  if (state.status === 'none') return state;
  const { plan, plannedBy } = state;
  switch (event.type) {
    case 'MilestoneReportedOngoing': {
      const { milestone: _milestone, ...report } = event.data;
      const reports = state.status === 'ongoing' ? state.reports : [];
      reports.push({ ...report, by: event.id });
      return { status: 'ongoing', plan, plannedBy, reports };
    }
    case 'MilestoneReached':
      return { status: 'reached', plan, plannedBy, on: event.data.on, reachedBy: event.id };
    case 'MilestoneReachRevoked':
      return {
        status: 'revoked',
        plan,
        plannedBy,
        revokes: event.data.revokes,
        revokedBy: event.id,
      };
    default:
      return unreachable(event);
  }
}
