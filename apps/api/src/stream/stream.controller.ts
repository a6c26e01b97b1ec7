import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetLogHead, ResolveReadPoint } from '@ledger/application';
import { comparePositions } from '@ledger/event-log';
import { NEEDS } from '@ledger/read-models';
import { DescribeProblem } from '../http/describe.js';
import { ApiProblem } from '../http/problem.js';
import { PositionSchema } from '../http/schemas.js';
import type { Resume } from './live-client.js';
import { LiveHub, MOST_CLIENTS } from './live-hub.js';
import { readTopics, type Topics } from './topics.js';

const StreamQuerySchema = z.strictObject({
  after: z
    .string()
    .max(60)
    .exactOptional()
    .describe('Every change after this position, then live; Last-Event-ID wins over it'),
  topics: z
    .string()
    .max(20_000)
    .exactOptional()
    .describe(
      'Only these, e.g. metric:ID,reform:ID; a kind alone takes all of its things. ' +
        'operations, or operation:ID, takes the progress of long work',
    ),
});
type StreamQuery = z.infer<typeof StreamQuerySchema>;

/** Changes are told as long as the activity goes on, whatever other models do. */
const needs = NEEDS.activity;

@ApiTags('changes')
@Controller('v1/stream')
export class StreamController {
  constructor(
    private readonly hub: LiveHub,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Changes as they happen (server-sent events)' })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last position seen: every change since comes once, in order',
    schema: { type: 'string' },
  })
  @ApiResponse({
    status: 200,
    description:
      'Control events without id: stream.hello, stream.reset, stream.caughtUp, stream.bye. ' +
      'Data events carry the position as id and a ChangeEvent as data. operation.progress carries ' +
      'an Operation, the body of GET /v1/operations/{id}, at most about four times a second for ' +
      'each and once more at its end; it has no id, because it is not in the log.',
    content: {
      'text/event-stream': { schema: { $ref: '#/components/schemas/ChangeEvent' } },
    },
  })
  @DescribeProblem(422, 'A parameter is not valid')
  @DescribeProblem(503, 'Too many live streams are open')
  async stream(
    @Query({ schema: StreamQuerySchema }) query: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const topics = topicsOf(query.topics);
    const lastEventId = request.headers['last-event-id'];
    const resume = await this.resumeFrom(
      typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : query.after,
    );
    const { projected } = await this.queries.execute(new ResolveReadPoint({ needs }));
    if (this.hub.isFull) throw tooManyStreams();
    const response = reply.hijack().raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': request.id,
    });
    if (request.method === 'HEAD') response.end();
    else await this.hub.serve(response, { resume, projected, topics });
  }

  /**
   * A point that this log never gave out cannot be resumed from; the client starts afresh. One that
   * lies beyond the log as this process sees it may come from another process, so it waits a while.
   */
  private async resumeFrom(position: string | undefined): Promise<Resume> {
    if (position === undefined) return { fresh: true };
    if (!PositionSchema.safeParse(position).success) return { reset: 'positionUnknown' };
    const head = await this.queries.execute(new GetLogHead());
    if (comparePositions(position, head.position) <= 0) return { after: position };
    const { stale } = await this.queries.execute(
      new ResolveReadPoint({ minPosition: position, allowStale: true, needs }),
    );
    return stale ? { reset: 'positionAheadOfLog' } : { after: position };
  }
}

function topicsOf(text: string | undefined): Topics {
  const topics = readTopics(text);
  if (topics !== null) return topics;
  throw new ApiProblem([
    {
      parameter: 'topics',
      code: 'VALUE_NOT_ALLOWED',
      message: { zh: '订阅主题格式不符', en: 'The topics are malformed' },
      hint: {
        zh: '请写成 metric:编号,reform:编号，类别为 metric、reform、milestone、unit、projection、operation；或 operations',
        en:
          'Write metric:ID,reform:ID; kinds are metric, reform, milestone, unit, projection, ' +
          'operation; or operations',
      },
      received: text ?? '',
    },
  ]);
}

function tooManyStreams(): ApiProblem {
  return new ApiProblem([
    {
      code: 'TOO_MANY_STREAMS',
      message: {
        zh: `实时连接已达上限 ${MOST_CLIENTS}`,
        en: `${MOST_CLIENTS} live streams are open, which is the most`,
      },
      hint: {
        zh: '请稍后重试，或改用 GET /v1/changes 轮询',
        en: 'Try again later, or poll GET /v1/changes',
      },
    },
  ]);
}
