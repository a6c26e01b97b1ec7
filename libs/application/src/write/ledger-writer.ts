import {
  metricAggregate,
  milestoneAggregate,
  reformAggregate,
  unitAggregate,
  type LedgerRequest,
  type MetricCommand,
  type MetricEvent,
  type MetricRequest,
  type MetricState,
  type MilestoneCommand,
  type MilestoneEvent,
  type MilestoneRequest,
  type MilestoneState,
  type ReformCommand,
  type ReformEvent,
  type ReformRequest,
  type ReformState,
  type UnitCommand,
  type UnitEvent,
  type UnitRequest,
  type UnitState,
} from '@ledger/domain';
import type { Clock, EventLog } from '@ledger/event-log';
import type { Views } from '@ledger/read-models';
import { AggregateWriter, type WriterParts } from './aggregate-writer.js';
import {
  completeMetric,
  completeMilestone,
  completeReform,
  completeUnit,
  type Lookups,
} from './complete.js';
import { RememberedCommands } from './remembered-commands.js';
import type { RequestContext } from './requests.js';

export type LedgerWriterParts = {
  log: EventLog;
  views: Pick<Views, 'command' | 'projectedPosition'>;
  clock: Clock;
};

/** The writers of all aggregates over one log. */
export class LedgerWriter {
  readonly metrics: AggregateWriter<MetricRequest, MetricState, MetricCommand, MetricEvent>;
  readonly milestones: AggregateWriter<
    MilestoneRequest,
    MilestoneState,
    MilestoneCommand,
    MilestoneEvent
  >;
  readonly reforms: AggregateWriter<ReformRequest, ReformState, ReformCommand, ReformEvent>;
  readonly units: AggregateWriter<UnitRequest, UnitState, UnitCommand, UnitEvent>;

  /** Whether the ledger took this command; throws when it took another under the same id. */
  took(request: LedgerRequest, context: RequestContext): Promise<boolean> {
    if ('metric' in request) return this.metrics.took(request.metric, context);
    if ('milestone' in request) return this.milestones.took(request.milestone, context);
    if ('reform' in request) return this.reforms.took(request.reform, context);
    return this.units.took(request.unit, context);
  }

  constructor({ log, views, clock }: LedgerWriterParts) {
    const lookups: Lookups = {
      exists: streamExists(log),
      milestoneReached: (id) => this.milestones.read(id, (state) => state.status === 'reached'),
    };
    const commands = new RememberedCommands(log, views);
    const parts: WriterParts = { log, commands, lookups, clock };
    this.metrics = new AggregateWriter(metricAggregate, completeMetric, parts);
    this.milestones = new AggregateWriter(
      milestoneAggregate,
      (request, _state, circumstances) => completeMilestone(request, circumstances),
      parts,
    );
    this.reforms = new AggregateWriter(
      reformAggregate,
      (request, _state, circumstances) => completeReform(request, circumstances),
      parts,
    );
    this.units = new AggregateWriter(
      unitAggregate,
      (request, _state, circumstances) => completeUnit(request, circumstances),
      parts,
    );
  }
}

/** A stream that exists once exists for ever, so a "yes" is remembered. */
function streamExists(log: EventLog): (stream: string) => Promise<boolean> {
  const known = new Set<string>();
  return async (stream) => {
    if (known.has(stream)) return true;
    const found = (await log.readStream(stream, { limit: 1 })).length > 0;
    if (found) known.add(stream);
    return found;
  };
}
