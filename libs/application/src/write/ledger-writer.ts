import type { LedgerRequest } from '@ledger/domain';
import type { Clock, EventLog } from '@ledger/event-log';
import type { Views } from '@ledger/read-models';
import { AggregateWriter, type WriterOf, type WriterParts } from './aggregate-writer.js';
import { metrics, milestones, projections, reforms, units } from './aggregates.js';
import { streamExists, type Lookups } from './complete.js';
import { RememberedCommands } from './remembered-commands.js';
import type { RequestContext } from './requests.js';

export type LedgerWriterParts = {
  log: EventLog;
  views: Pick<Views, 'command' | 'projectedPosition'>;
  clock: Clock;
};

/** The writers of all aggregates over one log. */
export class LedgerWriter {
  readonly metrics: WriterOf<typeof metrics>;
  readonly milestones: WriterOf<typeof milestones>;
  readonly reforms: WriterOf<typeof reforms>;
  readonly units: WriterOf<typeof units>;
  readonly projections: WriterOf<typeof projections>;

  constructor({ log, views, clock }: LedgerWriterParts) {
    const lookups: Lookups = {
      exists: streamExists(log),
      milestoneReached: (id) => this.milestones.read(id, (state) => state.status === 'reached'),
    };
    const parts: WriterParts = {
      log,
      commands: new RememberedCommands(log, views),
      lookups,
      clock,
    };
    this.metrics = new AggregateWriter(metrics, parts);
    this.milestones = new AggregateWriter(milestones, parts);
    this.reforms = new AggregateWriter(reforms, parts);
    this.units = new AggregateWriter(units, parts);
    this.projections = new AggregateWriter(projections, parts);
  }

  /** Whether the ledger took this command; throws when it took another under the same id. */
  took(request: LedgerRequest, context: RequestContext): Promise<boolean> {
    if ('metric' in request) return this.metrics.took(request.metric, context);
    if ('milestone' in request) return this.milestones.took(request.milestone, context);
    if ('reform' in request) return this.reforms.took(request.reform, context);
    return this.units.took(request.unit, context);
  }
}
