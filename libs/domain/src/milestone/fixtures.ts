import type { EventDate } from '../time/time.js';
import type {
  PlanMilestone,
  ReachMilestone,
  ReportMilestoneOngoing,
  RevokeMilestone,
} from './commands.js';
import type {
  MilestonePlanned,
  MilestoneReached,
  MilestoneReachRevoked,
  MilestoneReportedOngoing,
} from './events.js';

export const today = '2021-09-01';

/** The task force of highlight 2, named by a label that is no sum. */
export const taskForce: MilestonePlanned['data'] = {
  milestone: 'task-force-1-15-15-5',
  reform: 'land-redevelopment-3-0',
  names: { zh: '组建“1+15+15+5”工作专班', en: 'Task force 1+15+15+5' },
  label: { printed: '1+15+15+5' },
  participants: [],
  place: { highlight: 2, item: 5 },
  characteristics: {},
  relations: [],
};
const { milestone, ...plan } = taskForce;
export { plan };

export const asOf = (date: string): EventDate => ({ type: 'asOf', date });

export const planned = (more: Partial<MilestonePlanned['data']> = {}): MilestonePlanned => ({
  type: 'MilestonePlanned',
  data: { ...taskForce, ...more },
});
export const ongoing = (date: string, note?: string): MilestoneReportedOngoing => ({
  type: 'MilestoneReportedOngoing',
  data: { milestone, on: asOf(date), ...(note !== undefined && { note }) },
});
export const reached = (date: string, note?: string): MilestoneReached => ({
  type: 'MilestoneReached',
  data: { milestone, on: asOf(date), ...(note !== undefined && { note }) },
});
export const revoked = (revokes: string): MilestoneReachRevoked => ({
  type: 'MilestoneReachRevoked',
  data: { milestone, revokes },
});

export const planMilestone = (
  changes: Partial<PlanMilestone['plan']> = {},
  more: Partial<PlanMilestone> = {},
): PlanMilestone => ({
  type: 'PlanMilestone',
  today,
  milestone,
  plan: { ...plan, ...changes },
  facts: { missingReferences: [] },
  ...more,
});
export const reportOngoing = (
  date: string,
  more: Partial<ReportMilestoneOngoing> = {},
): ReportMilestoneOngoing => ({
  type: 'ReportMilestoneOngoing',
  today,
  milestone,
  on: asOf(date),
  ...more,
});
export const reach = (date: string, more: Partial<ReachMilestone> = {}): ReachMilestone => ({
  type: 'ReachMilestone',
  today,
  milestone,
  on: asOf(date),
  evidenced: true,
  ...more,
});
export const revoke = (revokes: string, reason = '专班尚未到位'): RevokeMilestone => ({
  type: 'RevokeMilestone',
  today,
  milestone,
  revokes,
  reason,
});
