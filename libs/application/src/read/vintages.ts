import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { isLocalDate, shanghaiDate } from '@ledger/domain';
import { type Clock, comparePositions, type EventLogReader, isPosition } from '@ledger/event-log';
import type { Views, Vintages, VintagesRequest, Why, WhyRequest } from '@ledger/read-models';
import { momentOf } from './moment.js';
import { ReadRejected } from './rejection.js';
import { CLOCK, LOG_READER, VIEWS } from './tokens.js';

/**
 * What was said about a metric, and when which statement stood; undefined when the ledger knew no
 * such metric. `asKnownOn` is a position, an RFC 3339 time, or a day, which stands for its end in
 * Asia/Shanghai. What lies after `knownAt` counts as `knownAt`; a position beyond the log and a
 * time that has not come are refused with `ReadRejected`.
 */
export class GetVintages extends Query<Vintages | undefined> {
  constructor(readonly request: VintagesRequest) {
    super();
  }
}

/** The events and rules behind the figures of a metric; undefined when none was known. */
export class GetWhy extends Query<Why | undefined> {
  constructor(readonly request: WhyRequest) {
    super();
  }
}

@QueryHandler(GetVintages)
export class GetVintagesHandler implements IQueryHandler<GetVintages> {
  constructor(
    @Inject(VIEWS) private readonly views: Views,
    @Inject(LOG_READER) private readonly log: EventLogReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ request }: GetVintages): Promise<Vintages | undefined> {
    const { asKnownOn, ...asked } = request;
    if (asKnownOn === undefined) return this.views.vintages(asked);
    return this.views.vintages({ ...asked, asKnownOn: await this.positionOf(asKnownOn) });
  }

  /**
   * No wait and no clock has a part in the position, so a pinned answer stays the same: a moment is
   * looked up in what is projected, and the views cut off what lies after `knownAt`.
   */
  private async positionOf(received: string): Promise<string> {
    const { position: head, recordedAt } = await this.log.head();
    const refusal = { parameter: 'asKnownOn', received };
    if (isPosition(received)) {
      if (comparePositions(received, head) <= 0) return received;
      throw new ReadRejected('KNOWN_AT_BEYOND_HEAD', { ...refusal, head });
    }
    const isDay = isLocalDate(received);
    const moment = momentOf(isDay ? `${received}T23:59:59.999+08:00` : received);
    if (moment === undefined) throw new ReadRejected('KNOWN_AT_INVALID', refusal);
    const now = Math.max(this.clock(), recordedAt === null ? 0 : Date.parse(recordedAt));
    const isAhead = isDay ? received > shanghaiDate(new Date(now).toISOString()) : moment > now;
    if (isAhead) throw new ReadRejected('KNOWN_AT_IN_FUTURE', refusal);
    return this.views.positionAt(new Date(moment).toISOString());
  }
}

@QueryHandler(GetWhy)
export class GetWhyHandler implements IQueryHandler<GetWhy> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetWhy): Promise<Why | undefined> {
    return this.views.why(request);
  }
}

export const vintageHandlers = [GetVintagesHandler, GetWhyHandler];
