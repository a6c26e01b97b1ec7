import { shanghaiDate, type LocalDate } from '@ledger/domain';
import { byType, type ByType, type Fact } from '../../facts.js';

/**
 * From which valid day on an event counts. `always`: what registers or plans a thing says nothing
 * about days. `with`: it counts wherever the event that it takes back does.
 */
type Holds = 'always' | { from: LocalDate } | { with: string };

const always = (): Holds => 'always';

/** Where an event names no day, the day of its recording in Asia/Shanghai stands in. */
const onRecording = ({ metadata }: Fact): Holds => ({ from: shanghaiDate(metadata.recordedAt) });

const holds: ByType<Holds> = {
  MetricDefined: always,
  MetricDefinitionRevised: ({ data }) => ({ from: data.validFrom }),
  ObservationReported: always,
  ObservationCorrected: always,
  ObservationWithdrawn: always,
  SeriesBreakDeclared: ({ data }) => ({ from: data.validFrom }),
  MetricRetired: ({ data }) => ({ from: data.retiredOn }),
  ReformRegistered: always,
  StageAdvanced: ({ data }) => ({ from: data.on }),
  ResponsibilityAssigned: onRecording,
  MilestonePlanned: always,
  MilestoneReportedOngoing: ({ data }) => ({ from: data.on.date }),
  MilestoneReached: ({ data }) => ({ from: data.on.date }),
  MilestoneReachRevoked: ({ data }) => ({ with: data.revokes }),
  UnitRegistered: always,
  UnitRenamed: onRecording,
  ReadModelsRebuilt: always,
};

/** What a milestone went through, as far as its fold has come. */
type Turns = readonly { eventId: string; on?: { date: LocalDate } }[];

/**
 * The valid day from which an event counts, `''` when it always does. Undefined when it takes back
 * an event that `turns` does not hold, because that one does not count either.
 */
export function holdsFrom(fact: Fact, turns: Turns = []): LocalDate | undefined {
  const answer = byType(holds, fact);
  if (answer === 'always') return '';
  if ('from' in answer) return answer.from;
  return turns.find(({ eventId }) => eventId === answer.with)?.on?.date;
}
