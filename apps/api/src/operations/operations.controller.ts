import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  commandHash,
  commandIdentity,
  GetLogHead,
  type Operation,
  Operations,
  ResolveReadPoint,
} from '@ledger/application';
import { type Actor, comparePositions, isPosition } from '@ledger/event-log';
import { NEEDS } from '@ledger/read-models';
import { DescribeProblem } from '../http/describe.js';
import { idempotencyKey } from '../http/preconditions.js';
import { ValidationPipe } from '../http/validation.pipe.js';
import { verb } from '../http/verb.js';
import { LOCAL_ACTOR } from '../http/write-desk.js';
import { type IdPath, IdPathSchema } from '../write/schemas.js';
import { kindNamed, type OperationBody, OperationBodySchema } from './kinds.js';
import {
  operationBody,
  OperationListSchema,
  OperationSchema,
  ValidatedSchema,
} from './operation-body.js';
import { notTaken, operationUnknown, problemOfUntil } from './operation-problems.js';

const PATH = '/v1/operations';

/** A time is looked up in the activity. */
const needs = NEEDS.activity;

const StartQuerySchema = z.strictObject({
  validateOnly: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: checks the request and starts nothing'),
});
type StartQuery = z.infer<typeof StartQuerySchema>;

const ListQuerySchema = z.strictObject({});
const CancelBodySchema = z
  .strictObject({})
  .meta({ id: 'CancelRequest', description: 'Nothing is to be said: {} or no body' });

@ApiTags('operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly operations: Operations,
    private readonly queries: QueryBus,
    @Inject(LOCAL_ACTOR) private readonly actor: Actor,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Start long work: a replay, or a rebuild of the views',
    description:
      'One operation runs at a time and ten may wait. Follow it by GET, or by the ' +
      '`operation.progress` events of /v1/stream.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and body is the same operation, as long as it is remembered',
    schema: { type: 'string' },
  })
  @ApiResponse({
    status: 202,
    description: 'Taken; `Location` says where to look',
    standardSchema: OperationSchema,
    headers: {
      Location: { description: 'Path of the operation', schema: { type: 'string' } },
      'Idempotency-Replayed': {
        description: 'true when the operation was started by an earlier request',
        schema: { type: 'string' },
      },
    },
  })
  @ApiResponse({
    status: 200,
    description: 'validateOnly=true: the request could be taken',
    standardSchema: ValidatedSchema,
  })
  @DescribeProblem(400, 'Not JSON, or a malformed header')
  @DescribeProblem(413, 'Body over 1 MiB')
  @DescribeProblem(415, 'Not application/json')
  @DescribeProblem(422, 'A field is not valid, or an idempotency key was reused')
  @DescribeProblem(503, 'Too many operations wait: `Retry-After` says how long')
  async start(
    @Body({ schema: OperationBodySchema }) body: OperationBody,
    @Query({ schema: StartQuerySchema }) { validateOnly }: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const key = idempotencyKey(request);
    const { kind } = body;
    const settled = await kindNamed(kind).settle(body, {
      positionAt: (knownAt) => this.positionAt(knownAt),
    });
    reply.header('cache-control', 'no-store');
    if (validateOnly === 'true') {
      void reply.code(200).send({ validateOnly: true, kind, request: settled });
      return;
    }
    const submission = this.operations.submit({
      kind,
      request: settled,
      startedBy: this.actor,
      commandId: commandIdentity({
        actor: this.actor,
        route: `POST ${PATH}`,
        ...(key !== undefined && { key }),
      }),
      commandHash: commandHash(request.body),
    });
    if (submission.kind !== 'accepted') throw notTaken(submission);
    const { operation, replayed } = submission;
    if (replayed) reply.header('idempotency-replayed', 'true');
    reply.header('location', `${PATH}/${operation.id}`);
    void reply.code(202).send(operationBody(operation));
  }

  @Post(verb('id', 'cancel'))
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask an operation to stop',
    description:
      'One that waits is cancelled at once, one that runs within a page of events. One that has ' +
      'ended stays as it ended.',
  })
  @ApiBody({ required: false, schema: { $ref: '#/components/schemas/CancelRequest' } })
  @ApiResponse({ status: 200, description: 'Where it stands', standardSchema: OperationSchema })
  @DescribeProblem(404, 'No such operation')
  @DescribeProblem(422, 'A parameter is not valid')
  cancel(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    new ValidationPipe().transform(request.body ?? {}, { type: 'body', schema: CancelBodySchema });
    return answer(reply, id, this.operations.cancel(id));
  }

  @Get()
  @ApiOperation({ summary: 'The last 100 operations of this server, newest first' })
  @ApiResponse({ status: 200, description: 'The answer', standardSchema: OperationListSchema })
  @DescribeProblem(422, 'There are no parameters')
  list(
    @Query({ schema: ListQuerySchema }) _query: object,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    reply.header('cache-control', 'no-store');
    return { items: this.operations.list().map(operationBody) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One operation: how far it is, and what came out' })
  @ApiResponse({ status: 200, description: 'The answer', standardSchema: OperationSchema })
  @DescribeProblem(404, 'No such operation')
  @DescribeProblem(422, 'A parameter is not valid')
  one(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    return answer(reply, id, this.operations.get(id));
  }

  /** A position that the log holds needs no views, so that a replay helps where they are broken. */
  private async positionAt(knownAt: string | undefined): Promise<string> {
    const { position } = await this.queries.execute(new GetLogHead());
    if (knownAt === undefined) return position;
    if (isPosition(knownAt) && comparePositions(knownAt, position) <= 0) return knownAt;
    try {
      const point = await this.queries.execute(new ResolveReadPoint({ knownAt, needs }));
      return point.knownAt;
    } catch (thrown) {
      throw problemOfUntil(thrown);
    }
  }
}

function answer(reply: FastifyReply, id: string, operation: Operation | undefined): object {
  if (operation === undefined) throw operationUnknown(id);
  reply.header('cache-control', 'no-store');
  return operationBody(operation);
}
