import { setImmediate as turn } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  comparePositions,
  type EventLogReader,
  type Head,
  type LedgerEvent,
} from '@ledger/event-log';
import { LOG_READER } from './tokens.js';

/** At most this many events are looked at for one page of a filtered read. */
const SCAN_LIMIT = 10_000;
const BATCH = 500;
/** A page ends early when its entries reach this many characters. */
const PAGE_CHARACTERS = 4_000_000;

export type LogPageRequest = {
  /** Exclusive; `"0"` = from the start. */
  after: string;
  /** Inclusive; events after it are not part of the answer. Default: the head. */
  until?: string;
  limit: number;
  stream?: string;
  type?: string;
};

/**
 * Events in log order. `next` is the position to go on after, or null at the end of what was
 * asked for. A filtered page may hold fewer events than its limit, even none, and still have a
 * `next`: one page looks at no more than 10,000 events.
 */
export type LogPage = { events: LedgerEvent[]; next: string | null; head: string };

export class ReadLogPage extends Query<LogPage> {
  constructor(readonly request: LogPageRequest) {
    super();
  }
}

/** Events of one stream from a revision on; empty when there is no such stream. */
export class ReadStreamPage extends Query<LedgerEvent[]> {
  constructor(readonly request: { stream: string; from: number; limit: number }) {
    super();
  }
}

/** The end of the log. */
export class GetLogHead extends Query<Head> {}

@QueryHandler(ReadLogPage)
export class ReadLogPageHandler implements IQueryHandler<ReadLogPage> {
  constructor(@Inject(LOG_READER) private readonly log: EventLogReader) {}

  async execute({ request }: ReadLogPage): Promise<LogPage> {
    const head = (await this.log.head()).position;
    const until = request.until ?? head;
    const page =
      request.stream === undefined
        ? await this.scanLog(request, until)
        : await this.scanStream(request.stream, request, until);
    return { ...page, head };
  }

  private async scanLog(request: LogPageRequest, until: string): Promise<Omit<LogPage, 'head'>> {
    const page = new PageInProgress(request, until);
    while (!page.isFull) {
      const batch = await this.log.readAll({ after: page.after, limit: BATCH });
      for (const event of batch) if (!page.take(event)) return page.result();
      if (batch.length === 0) return page.ended();
      // A long search is no reason for other requests to wait.
      await turn();
    }
    return page.result();
  }

  private async scanStream(
    stream: string,
    request: LogPageRequest,
    until: string,
  ): Promise<Omit<LogPage, 'head'>> {
    const page = new PageInProgress(request, until);
    let from = await this.firstRevisionAfter(stream, request.after);
    while (!page.isFull) {
      const batch = await this.log.readStream(stream, { from, limit: BATCH });
      for (const event of batch) if (!page.take(event)) return page.result();
      if (batch.length < BATCH) return page.ended();
      from += batch.length;
      await turn();
    }
    return page.result();
  }

  /** Positions rise with revisions, so a few point reads find where a page of a stream starts. */
  private async firstRevisionAfter(stream: string, position: string): Promise<number> {
    if (position === '0') return 0;
    const [last] = await this.log.readStream(stream, { direction: 'backwards', limit: 1 });
    if (last === undefined) return 0;
    let low = 0;
    let high = last.revision + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [event] = await this.log.readStream(stream, { from: middle, limit: 1 });
      if (event !== undefined && comparePositions(event.position, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

@QueryHandler(ReadStreamPage)
export class ReadStreamPageHandler implements IQueryHandler<ReadStreamPage> {
  constructor(@Inject(LOG_READER) private readonly log: EventLogReader) {}
  async execute({ request }: ReadStreamPage): Promise<LedgerEvent[]> {
    return this.log.readStream(request.stream, { from: request.from, limit: request.limit });
  }
}

@QueryHandler(GetLogHead)
export class GetLogHeadHandler implements IQueryHandler<GetLogHead> {
  constructor(@Inject(LOG_READER) private readonly log: EventLogReader) {}
  async execute(): Promise<Head> {
    return this.log.head();
  }
}

/** Collects one page from events that come in log order, within every bound. */
class PageInProgress {
  after: string;
  private readonly events: LedgerEvent[] = [];
  private seen = 0;
  private characters = 0;
  private beyond = false;

  constructor(
    private readonly request: LogPageRequest,
    private readonly until: string,
  ) {
    this.after = request.after;
  }

  /** Whether the page ends here although there may be more. */
  get isFull(): boolean {
    return (
      this.events.length >= this.request.limit ||
      this.seen >= SCAN_LIMIT ||
      this.characters >= PAGE_CHARACTERS
    );
  }

  /** Looks at one event; false when the page ends with or before it. */
  take(event: LedgerEvent): boolean {
    if (comparePositions(event.position, this.until) > 0) {
      this.beyond = true;
      return false;
    }
    this.after = event.position;
    this.seen += 1;
    if (this.request.type === undefined || this.request.type === event.type) {
      this.events.push(event);
      this.characters += event.entry.length;
    }
    return !this.isFull;
  }

  result(): Omit<LogPage, 'head'> {
    const ended = this.beyond || comparePositions(this.after, this.until) >= 0;
    return { events: this.events, next: ended ? null : this.after };
  }

  ended(): Omit<LogPage, 'head'> {
    return { events: this.events, next: null };
  }
}

export const logHandlers = [ReadLogPageHandler, ReadStreamPageHandler, GetLogHeadHandler];
