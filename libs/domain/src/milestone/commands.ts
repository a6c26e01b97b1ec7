import type { Decided, MissingReference } from '../decision.js';
import type { EventDate } from '../time/time.js';
import type { MilestonePlanned } from './events.js';

export type PlanMilestone = Decided & {
  type: 'PlanMilestone';
  milestone: string;
  plan: Omit<MilestonePlanned['data'], 'milestone'>;
  facts: { missingReferences: MissingReference[] };
};
export type ReportMilestoneOngoing = Decided & {
  type: 'ReportMilestoneOngoing';
  milestone: string;
  on: EventDate;
  note?: string;
};
/** `evidenced` says that the command carries a digest of evidence or a located source statement. */
export type ReachMilestone = Decided & {
  type: 'ReachMilestone';
  milestone: string;
  on: EventDate;
  note?: string;
  evidenced: boolean;
};
export type RevokeMilestone = Decided & {
  type: 'RevokeMilestone';
  milestone: string;
  revokes: string;
  reason: string;
};

export type MilestoneCommand =
  PlanMilestone | ReportMilestoneOngoing | ReachMilestone | RevokeMilestone;
