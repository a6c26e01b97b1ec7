import type { JsonObject } from '@ledger/event-log';
import type { Change, ChangeKind } from '../../answers.js';
import { byType, subjectOf, type ByType, type Fact } from '../../facts.js';

/** What each event type is called in the live stream. */
const kinds: ByType<ChangeKind> = {
  MetricDefined: () => 'metric.defined',
  MetricDefinitionRevised: () => 'metric.definitionRevised',
  ObservationReported: () => 'observation.reported',
  ObservationCorrected: () => 'observation.corrected',
  ObservationWithdrawn: () => 'observation.withdrawn',
  SeriesBreakDeclared: () => 'metric.seriesBreakDeclared',
  MetricRetired: () => 'metric.retired',
  ReformRegistered: () => 'reform.registered',
  StageAdvanced: () => 'reform.stageAdvanced',
  ResponsibilityAssigned: () => 'reform.responsibilityAssigned',
  MilestonePlanned: () => 'milestone.planned',
  MilestoneReportedOngoing: () => 'milestone.reportedOngoing',
  MilestoneReached: () => 'milestone.reached',
  MilestoneReachRevoked: () => 'milestone.reachRevoked',
  UnitRegistered: () => 'unit.registered',
  UnitRenamed: () => 'unit.renamed',
  ReadModelsRebuilt: () => 'readModels.rebuilt',
};

/** One event as the activity list and the live stream show it. */
export function changeOf(fact: Fact): Change {
  const { id, type, stream, revision, position, sequence, metadata } = fact;
  const { recordedAt, actor, reason, source, synthetic } = metadata;
  const data: JsonObject = fact.data;
  return {
    position,
    sequence,
    eventId: id,
    kind: byType(kinds, fact),
    eventType: type,
    stream,
    revision,
    subject: subjectOf(fact),
    recordedAt,
    actor,
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    ...(synthetic !== undefined && { synthetic }),
    data,
  };
}
