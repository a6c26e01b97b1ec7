import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { isLocalDate } from '@ledger/domain';
import { type Clock, comparePositions, isPosition, type EventLogReader } from '@ledger/event-log';
import type { Views } from '@ledger/read-models';
import { LiveFeed } from '../live/live-feed.js';
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
};

/**
 * Where a read stands. `immutable` says that the same request gives the same bytes for ever;
 * `stale` that `minPosition` was not reached and the caller accepted that.
 */
export type ReadPoint = {
  knownAt: string;
  projected: string;
  immutable: boolean;
  stale: boolean;
};

/**
 * Turns what a caller asked for into one position, and waits (at most two seconds) until the
 * views have taken in the log up to there. Rejects with `ReadRejected`.
 */
export class ResolveReadPoint extends Query<ReadPoint> {
  constructor(readonly request: ReadPointRequest) {
    super();
  }
}

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
    const reached = await this.reached(request.minPosition ?? '0');
    const projected = this.views.projectedPosition();
    if (!reached && request.allowStale !== true) {
      throw behind(request.minPosition ?? '0', projected);
    }
    return { knownAt: projected, projected, immutable: false, stale: !reached };
  }

  /**
   * A position that lies beyond the log as this process sees it may be one that another process
   * gave out a moment ago, so it is refused only after the wait.
   */
  private async atPosition(position: string, request: ReadPointRequest): Promise<ReadPoint> {
    try {
      return await this.pinned(position, later(position, request.minPosition), true);
    } catch (rejected) {
      const head = (await this.log.head()).position;
      if (comparePositions(position, head) <= 0) throw rejected;
      throw new ReadRejected('KNOWN_AT_BEYOND_HEAD', { received: position, head });
    }
  }

  /**
   * A time is answered once everything that the log holds now is projected: it may be later. Times
   * count as the highest so far along the log, so what was known at a moment is settled exactly
   * when the log holds a later one; no clock can tell.
   */
  private async atTime(text: string, request: ReadPointRequest): Promise<ReadPoint> {
    const moment = momentOf(text);
    if (moment === undefined) throw new ReadRejected('KNOWN_AT_INVALID', { received: text });
    const head = await this.log.head();
    const recorded = head.recordedAt === null ? -Infinity : Date.parse(head.recordedAt);
    if (moment > Math.max(this.clock(), recorded)) {
      throw new ReadRejected('KNOWN_AT_IN_FUTURE', { received: text });
    }
    const needed = later(head.position, request.minPosition);
    const point = await this.pinned('0', needed, moment < recorded);
    return { ...point, knownAt: this.views.positionAt(new Date(moment).toISOString()) };
  }

  private async pinned(knownAt: string, needed: string, immutable: boolean): Promise<ReadPoint> {
    const reached = await this.reached(needed);
    const projected = this.views.projectedPosition();
    if (!reached) throw behind(needed, projected);
    return { knownAt, projected, immutable, stale: false };
  }

  /** The feed says when to look; what counts is what the views say. */
  private async reached(position: string): Promise<boolean> {
    if (this.hasProjected(position)) return true;
    await this.feed.waitFor(position, PROJECTION_WAIT_MS);
    return this.hasProjected(position);
  }

  private hasProjected(position: string): boolean {
    return comparePositions(this.views.projectedPosition(), position) >= 0;
  }
}

function behind(needed: string, projected: string): ReadRejected {
  return new ReadRejected('PROJECTION_BEHIND', { needed, projected });
}

function later(position: string, other: string | undefined): string {
  return other !== undefined && comparePositions(other, position) > 0 ? other : position;
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of an RFC 3339 time, or undefined when it is none. */
function momentOf(text: string): number | undefined {
  // JavaScript would read 31 February as 3 March, and 24:00 as the next day.
  if (!RFC_3339.test(text) || !isLocalDate(text.slice(0, 10))) return undefined;
  if (text.slice(11, 13) === '24') return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}
