// Names and shapes here are storage format: never edited, only added to.
import type { Label } from '../quantity/quantity.js';
import type { EventDate, LocalDate, Scope } from '../time/time.js';
import type { Text } from '../text.js';
import type { Place, Relation } from '../metric/events.js';

export type MilestonePlanned = {
  type: 'MilestonePlanned';
  data: {
    milestone: string;
    reform: string;
    names: Text;
    /** A text of the source that belongs to the milestone and is no figure: "1+15+15+5". */
    label?: Label;
    due?: LocalDate;
    scope?: Scope;
    leadUnit?: string;
    participants: string[];
    place?: Place;
    characteristics: { [name: string]: string[] };
    relations: Relation[];
    note?: string;
  };
};
export type MilestoneReportedOngoing = {
  type: 'MilestoneReportedOngoing';
  data: { milestone: string; on: EventDate; note?: string };
};
export type MilestoneReached = {
  type: 'MilestoneReached';
  data: { milestone: string; on: EventDate; note?: string };
};
/** `revokes` is the event id of the MilestoneReached that no longer stands. */
export type MilestoneReachRevoked = {
  type: 'MilestoneReachRevoked';
  data: { milestone: string; revokes: string };
};

export type MilestoneEvent =
  MilestonePlanned | MilestoneReportedOngoing | MilestoneReached | MilestoneReachRevoked;
