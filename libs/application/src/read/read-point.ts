import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Clock, comparePositions, isPosition, type EventLogReader } from '@ledger/event-log';
import { type ModelName, NEEDS, type Views } from '@ledger/read-models';
import { LiveFeed } from '../live/live-feed.js';
import { momentOf } from './moment.js';
import { ReadRejected } from './rejection.js';
import { CLOCK, LOG_READER, VIEWS } from './tokens.js';

/** How long a read waits for the projection to catch up before it is refused. */
export const PROJECTION_WAIT_MS = 2_000;

export type ReadPointRequest = {
  /** A position, or an RFC 3339 time with offset; absent = the newest. */
  knownAt?: string;
  /** The caller has written up to here and wants to see it. */
  minPosition?: string;
  /** Rather an old answer than a refusal when `minPosition` is not reached in time. */
  allowStale?: boolean;
  /** The models that the answer is made of; default all. */
  needs?: readonly ModelName[];
};

/**
 * Where a read stands. `immutable` says that the same request gives the same bytes for ever;
 * `stale` that `minPosition` was not reached and the caller accepted that, or that the answer is as
 * of where a parked model stands.
 */
export type ReadPoint = {
  knownAt: string;
  projected: string;
  immutable: boolean;
  stale: boolean;
};

/**
 * Turns what a caller asked for into one position, and waits (at most two seconds) until the
 * models that the answer needs have taken in the log up to there. Rejects with `ReadRejected`: at
 * once with `MODEL_PARKED` when one of them stands still before that.
 */
export class ResolveReadPoint extends Query<ReadPoint> {
  constructor(readonly request: ReadPointRequest) {
    super();
  }
}

type Needs = ReadPointRequest['needs'];

@QueryHandler(ResolveReadPoint)
export class ResolveReadPointHandler implements IQueryHandler<ResolveReadPoint> {
  constructor(
    @Inject(VIEWS) private readonly views: Views,
    @Inject(LOG_READER) private readonly log: EventLogReader,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly feed: LiveFeed,
  ) {}

  async execute({ request }: ResolveReadPoint): Promise<ReadPoint> {
    if (request.knownAt === undefined) return this.newest(request);
    return isPosition(request.knownAt)
      ? this.atPosition(request.knownAt, request)
      : this.atTime(request.knownAt, request);
  }

  private async newest(request: ReadPointRequest): Promise<ReadPoint> {
    const { needs, minPosition = '0' } = request;
    const reached = minPosition === '0' || (await this.reached(minPosition, needs));
    const projected = this.views.projectedPosition(needs);
    if (!reached && request.allowStale !== true) throw this.missing(minPosition, projected, needs);
    const stale = !reached || this.views.parked(needs).length > 0;
    return { knownAt: projected, projected, immutable: false, stale };
  }

  /**
   * A position that lies beyond the log as this process sees it may be one that another process
   * gave out a moment ago, so it is refused only after the wait.
   */
  private async atPosition(position: string, request: ReadPointRequest): Promise<ReadPoint> {
    try {
      const needed = later(position, request.minPosition);
      return await this.pinned(position, { needed, immutable: true, needs: request.needs });
    } catch (rejected) {
      const head = (await this.log.head()).position;
      if (comparePositions(position, head) <= 0) throw rejected;
      throw new ReadRejected('KNOWN_AT_BEYOND_HEAD', { received: position, head });
    }
  }

  /**
   * A time is answered once the activity has everything that the log holds now: it may be later.
   * Times count as the highest so far along the log, so what was known at a moment is settled
   * exactly when the log holds a later one; no clock can tell. The other models need to have come
   * no further than to the position that is found.
   */
  private async atTime(text: string, request: ReadPointRequest): Promise<ReadPoint> {
    const moment = momentOf(text);
    if (moment === undefined) throw new ReadRejected('KNOWN_AT_INVALID', { received: text });
    const head = await this.log.head();
    const recorded = head.recordedAt === null ? -Infinity : Date.parse(head.recordedAt);
    if (moment > Math.max(this.clock(), recorded)) {
      throw new ReadRejected('KNOWN_AT_IN_FUTURE', { received: text });
    }
    const { needs, minPosition } = request;
    const immutable = moment < recorded;
    await this.pinned('0', { needed: head.position, immutable, needs: NEEDS.activity });
    const knownAt = this.views.positionAt(new Date(moment).toISOString());
    return this.pinned(knownAt, { needed: later(knownAt, minPosition), immutable, needs });
  }

  private async pinned(
    knownAt: string,
    { needed, immutable, needs }: { needed: string; immutable: boolean; needs: Needs },
  ): Promise<ReadPoint> {
    const reached = await this.reached(needed, needs);
    const projected = this.views.projectedPosition(needs);
    if (!reached) throw this.missing(needed, projected, needs);
    return { knownAt, projected, immutable, stale: false };
  }

  /**
   * The feed says when to look; what counts is what the views say. Nobody waits for a model that
   * is parked.
   */
  private async reached(position: string, needs: Needs): Promise<boolean> {
    if (this.hasProjected(position, needs)) return true;
    if (this.views.parked(needs).length > 0) return false;
    await this.feed.waitFor(position, PROJECTION_WAIT_MS);
    return this.hasProjected(position, needs);
  }

  private hasProjected(position: string, needs: Needs): boolean {
    return comparePositions(this.views.projectedPosition(needs), position) >= 0;
  }

  private missing(needed: string, projected: string, needs: Needs): ReadRejected {
    const [model] = this.views.parked(needs);
    if (model?.fault === undefined) return behind(needed, projected);
    const { position, eventId, type, message: why } = model.fault;
    const parked = { model: model.name, position: String(position), eventId, type, why };
    return new ReadRejected('MODEL_PARKED', { needed, projected, parked });
  }
}

function behind(needed: string, projected: string): ReadRejected {
  return new ReadRejected('PROJECTION_BEHIND', { needed, projected });
}

function later(position: string, other: string | undefined): string {
  return other !== undefined && comparePositions(other, position) > 0 ? other : position;
}
