import { setImmediate as turn } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { isLocalDate, shanghaiDate } from '@ledger/domain';
import { type Clock, comparePositions } from '@ledger/event-log';
import type { Difference, DifferenceRequest, Views } from '@ledger/read-models';
import { type ReadPoint, ResolveReadPoint } from './read-point.js';
import { ReadRejected } from './rejection.js';
import { CLOCK, VIEWS } from './tokens.js';

/** The views answer by small pieces of work; at most so many go into one page. */
const MOST_PIECES = 250;

export type TwoMomentsRequest = {
  /** Each a position, an RFC 3339 time, or a day: its end in Asia/Shanghai. */
  from: string;
  /** Absent = the newest; so is the end of a day that is not over. */
  to?: string;
  minPosition?: string;
  allowStale?: boolean;
};

/** Both moments as positions. `immutable`: neither can come to mean another one. */
export type TwoMoments = ReadPoint & { from: string; to: string };

/**
 * Turns two moments of knowledge into positions, waiting like `ResolveReadPoint`. Rejects with
 * `ReadRejected`, whose `parameter` says which of them, and MOMENTS_REVERSED.
 */
export class ResolveTwoMoments extends Query<TwoMoments> {
  constructor(readonly request: TwoMomentsRequest) {
    super();
  }
}

/** What changed between two positions; one page. */
export class GetDifference extends Query<Difference> {
  constructor(readonly request: DifferenceRequest) {
    super();
  }
}

@QueryHandler(ResolveTwoMoments)
export class ResolveTwoMomentsHandler implements IQueryHandler<ResolveTwoMoments> {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ request }: ResolveTwoMoments): Promise<TwoMoments> {
    const { from, to, ...waiting } = request;
    const first = await this.point('from', from, waiting);
    const second = await this.point('to', to, waiting);
    if (comparePositions(first.knownAt, second.knownAt) > 0) {
      throw new ReadRejected('MOMENTS_REVERSED', {
        parameter: 'from',
        received: from,
        from: first.knownAt,
        to: second.knownAt,
      });
    }
    return {
      ...second,
      from: first.knownAt,
      to: second.knownAt,
      immutable: first.immutable && second.immutable,
    };
  }

  private async point(
    parameter: 'from' | 'to',
    text: string | undefined,
    waiting: Pick<TwoMomentsRequest, 'minPosition' | 'allowStale'>,
  ): Promise<ReadPoint> {
    const knownAt = text === undefined ? undefined : this.momentOf(text);
    try {
      return await this.queries.execute(
        new ResolveReadPoint({ ...waiting, ...(knownAt !== undefined && { knownAt }) }),
      );
    } catch (thrown) {
      if (!(thrown instanceof ReadRejected) || isOfTheViews(thrown)) throw thrown;
      throw new ReadRejected(thrown.code, {
        ...thrown.facts,
        parameter,
        ...(text !== undefined && { received: text }),
      });
    }
  }

  /** A day stands for its end; the end of today lies ahead, so what is known so far stands in. */
  private momentOf(text: string): string | undefined {
    if (!isLocalDate(text)) return text;
    const today = shanghaiDate(new Date(this.clock()).toISOString());
    return text === today ? undefined : `${text}T23:59:59.999+08:00`;
  }
}

/** What lies with the views and not with the moment that was asked for. */
const isOfTheViews = ({ code }: ReadRejected): boolean =>
  code === 'PROJECTION_BEHIND' || code === 'MODEL_PARKED';

/**
 * Collects a page from pieces of bounded work and lets others have their turn after each. What no
 * page could hold in time is left to the next one: the page is then short.
 */
@QueryHandler(GetDifference)
export class GetDifferenceHandler implements IQueryHandler<GetDifference> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  async execute({ request }: GetDifference): Promise<Difference> {
    this.refuseUnknown(request);
    const { after, limit, ...question } = request;
    let page = this.views.difference({ ...question, limit, ...(after !== undefined && { after }) });
    const items = [...page.items];
    for (let piece = 1; page.next !== null && items.length < limit; piece += 1) {
      if (piece === MOST_PIECES) break;
      await turn();
      const rest = { ...question, limit: limit - items.length, after: page.next };
      page = this.views.difference(rest);
      items.push(...page.items);
    }
    return { ...page, items };
  }

  /** A misspelt filter would be answered with "nothing changed", which nobody could tell from it. */
  private refuseUnknown({ metric, reform, to }: DifferenceRequest): void {
    if (metric !== undefined && this.views.metric({ id: metric, knownAt: to }) === undefined) {
      throw new ReadRejected('REFERENCE_UNKNOWN', { parameter: 'metric', received: metric });
    }
    if (reform !== undefined && this.views.reform({ id: reform, knownAt: to }) === undefined) {
      throw new ReadRejected('REFERENCE_UNKNOWN', { parameter: 'reform', received: reform });
    }
  }
}

export const differenceHandlers = [ResolveTwoMomentsHandler, GetDifferenceHandler];
