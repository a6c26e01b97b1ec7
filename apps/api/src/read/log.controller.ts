import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  GetLogHead,
  type LogPage,
  type LogPageRequest,
  ReadLogPage,
  ReadStreamPage,
} from '@ledger/application';
import type { LedgerEvent } from '@ledger/event-log';
import { DescribeLogRead } from '../http/describe.js';
import { countParameter } from '../http/pages.js';
import { bodyTag, sendJson } from '../http/read-desk.js';
import { PositionSchema } from '../http/schemas.js';
import { LogPageSchema, StreamPageSchema } from './schemas.js';

const NDJSON = 'application/x-ndjson';
const LARGEST_PAGE = 1_000;
const USUAL_PAGE = 100;

const StreamNameSchema = z
  .string()
  .regex(/^[a-z]+-[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'STREAM_NAME_INVALID' })
  .max(140, { error: 'STREAM_NAME_INVALID' });

const EventsQuerySchema = z.strictObject({
  after: PositionSchema.default('0').describe('Exclusive; "0" = from the start'),
  limit: z.coerce.number<string>().int().min(1).exactOptional().meta({
    type: 'integer',
    description: 'Events a page (default 100, at most 1,000); with NDJSON events in all',
  }),
  stream: StreamNameSchema.exactOptional().describe('Only this stream'),
  type: z.string().max(100).exactOptional().describe('Only this event type'),
});
type EventsQuery = z.infer<typeof EventsQuerySchema>;

const StreamPathSchema = z.strictObject({ stream: StreamNameSchema });
type StreamPath = z.infer<typeof StreamPathSchema>;

const StreamQuerySchema = z.strictObject({
  from: z.coerce
    .number<string>()
    .int()
    .min(0)
    .default(0)
    .meta({ type: 'integer', description: 'First revision, inclusive' }),
  limit: countParameter(LARGEST_PAGE, USUAL_PAGE, 'Events a page'),
});
type StreamQuery = z.infer<typeof StreamQuerySchema>;

/** The log itself, for auditors: entries byte for byte as they are stored and hashed. */
@ApiTags('log')
@Controller('v1')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get('events')
  @DescribeLogRead('Events in log order, as JSON pages or application/x-ndjson', LogPageSchema, [
    NDJSON,
  ])
  async events(
    @Query({ schema: EventsQuerySchema }) query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { limit, ...filter } = query;
    if (wantsNdjson(request)) {
      await this.sendLines(request, reply, filter, limit ?? Number.MAX_SAFE_INTEGER);
      return;
    }
    const page = await this.queries.execute(
      new ReadLogPage({ ...filter, limit: Math.min(limit ?? USUAL_PAGE, LARGEST_PAGE) }),
    );
    const { next, head } = page;
    sendPage(request, reply, page.events, `"next":${JSON.stringify(next)},"head":"${head}"`);
  }

  @Get('streams/:stream/events')
  @DescribeLogRead('Events of one stream, by revision', StreamPageSchema)
  async stream(
    @Param({ schema: StreamPathSchema }) { stream }: StreamPath,
    @Query({ schema: StreamQuerySchema }) { from, limit }: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = await this.queries.execute(new ReadStreamPage({ stream, from, limit }));
    const last = events.at(-1);
    const next = last !== undefined && events.length === limit ? last.revision + 1 : null;
    sendPage(request, reply, events, `"next":${next}`);
  }

  /**
   * One event a line, in bounded pages, no faster than the client reads. A search that finds nothing
   * writes nothing, so it looks by itself whether the client still is there.
   */
  private async sendLines(
    request: FastifyRequest,
    reply: FastifyReply,
    filter: Omit<LogPageRequest, 'limit'>,
    limit: number,
  ): Promise<void> {
    const { position } = await this.queries.execute(new GetLogHead());
    const lines =
      request.method === 'HEAD'
        ? []
        : this.lines({ ...filter, until: position }, limit, () => reply.raw.destroyed);
    await reply
      .header('content-type', `${NDJSON}; charset=utf-8`)
      .header('cache-control', 'private, no-cache')
      .header('vary', 'accept')
      .header('ledger-position', position)
      .send(Readable.from(lines, { objectMode: false }));
  }

  private async *lines(
    filter: Omit<LogPageRequest, 'limit'>,
    limit: number,
    isGone: () => boolean,
  ): AsyncGenerator<string> {
    let left = limit;
    for (let after: string | null = filter.after; after !== null && left > 0 && !isGone();) {
      const request: LogPageRequest = { ...filter, after, limit: Math.min(left, LARGEST_PAGE) };
      const page: LogPage = await this.queries.execute(new ReadLogPage(request));
      if (page.events.length > 0) yield page.events.map((event) => `${asItem(event)}\n`).join('');
      left -= page.events.length;
      after = page.next;
    }
  }
}

/**
 * The members of the entry stand as the log holds them, byte for byte, after its two places: put
 * `{` before what follows the sequence and its comma, and the bytes are those that are hashed.
 */
function asItem({ position, sequence, entry }: LedgerEvent): string {
  return `{"position":"${position}","sequence":${sequence},${entry.slice(1)}`;
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  events: readonly LedgerEvent[],
  tail: string,
): void {
  const body = `{"items":[${events.map(asItem).join(',')}],${tail}}`;
  reply.header('cache-control', 'private, no-cache').header('vary', 'accept');
  sendJson(request, reply, body, bodyTag(body));
}

function wantsNdjson(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '')
    .split(',')
    .some((range) => /^application\/(x-)?ndjson$/i.test(range.split(';', 1)[0]?.trim() ?? ''));
}
