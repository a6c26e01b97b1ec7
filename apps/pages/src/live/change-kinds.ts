import type { ChangeKind } from '../board-types.js';

/**
 * Every kind of change that the stream names. An EventSource hands named events only to listeners
 * of exactly that name, so a missing kind would pass the page by unseen; the compiler wants all.
 */
const listed: Record<ChangeKind, true> = {
  'metric.defined': true,
  'metric.definitionRevised': true,
  'metric.seriesBreakDeclared': true,
  'metric.retired': true,
  'observation.reported': true,
  'observation.corrected': true,
  'observation.withdrawn': true,
  'milestone.planned': true,
  'milestone.reportedOngoing': true,
  'milestone.reached': true,
  'milestone.reachRevoked': true,
  'reform.registered': true,
  'reform.stageAdvanced': true,
  'reform.responsibilityAssigned': true,
  'unit.registered': true,
  'unit.renamed': true,
  'readModels.rebuilt': true,
};

export const changeKinds = Object.keys(listed);
