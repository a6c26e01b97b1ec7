import type {
  MetricRequest,
  MilestoneRequest,
  ProjectionRequest,
  ReformRequest,
  UnitRequest,
} from '@ledger/domain';
import type { Actor, ExpectedRevision, Source } from '@ledger/event-log';

/** Who asks, how to recognise a repeat, and what the event's metadata should say. */
export type RequestContext = {
  actor: Actor;
  correlationId: string;
  /** See `commandIdentity`: same caller, route and key give the same id. */
  commandId: string;
  commandHash: string;
  /** It came without a key: its id is new, so nothing has to be searched for it. */
  unkeyed?: true;
  causationId?: string;
  /** Where the caller saw the stream; a conflict is then the caller's to resolve. */
  expectedRevision?: ExpectedRevision;
  source?: Source;
  evidence?: string[];
  synthetic?: true;
};

// The commands of the bus: one an aggregate.
export class WriteMetric {
  constructor(
    readonly request: MetricRequest,
    readonly context: RequestContext,
  ) {}
}
export class WriteReform {
  constructor(
    readonly request: ReformRequest,
    readonly context: RequestContext,
  ) {}
}
export class WriteMilestone {
  constructor(
    readonly request: MilestoneRequest,
    readonly context: RequestContext,
  ) {}
}
export class WriteUnit {
  constructor(
    readonly request: UnitRequest,
    readonly context: RequestContext,
  ) {}
}
/** Asked by the server about itself; see `rebuildCommand`. No route and no file leads here. */
export class WriteProjection {
  constructor(
    readonly request: ProjectionRequest,
    readonly context: RequestContext,
  ) {}
}
