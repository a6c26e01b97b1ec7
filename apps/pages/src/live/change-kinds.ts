/**
 * Every kind of change that the stream names. An EventSource hands named events only to listeners
 * of exactly that name, so a kind that is missing here would pass the page by unseen: a new event
 * type of the ledger is added here too.
 */
export const changeKinds = [
  'metric.defined',
  'metric.definitionRevised',
  'metric.seriesBreakDeclared',
  'metric.retired',
  'observation.reported',
  'observation.corrected',
  'observation.withdrawn',
  'milestone.planned',
  'milestone.reportedOngoing',
  'milestone.reached',
  'milestone.reachRevoked',
  'reform.registered',
  'reform.stageAdvanced',
  'reform.responsibilityAssigned',
  'unit.registered',
  'unit.renamed',
] as const;
