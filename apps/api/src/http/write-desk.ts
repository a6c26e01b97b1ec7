import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  commandHash,
  commandIdentity,
  type Receipt,
  type RequestContext,
  type WriteMetric,
  type WriteMilestone,
  type WriteReform,
  type WriteUnit,
} from '@ledger/application';
import type { Actor, Source } from '@ledger/event-log';
import { ApiProblem, type Fault } from './problem.js';
import { expectedRevision, idempotencyKey, revisionTag } from './preconditions.js';
import { type Places, problemOfWrite } from './write-problems.js';

/** Who writes until there is access control. */
export const LOCAL_ACTOR = Symbol('LocalActor');

type Write = WriteMetric | WriteMilestone | WriteReform | WriteUnit;

/** What a body may say beside the command itself: where the statement comes from. */
type Grounds = { source?: Source; evidence?: string[] };

/** One request with its checked body, and the reply that answers it. */
export type Submitted<B> = { request: FastifyRequest; reply: FastifyReply; body: B };

export type WriteOptions = {
  /** Whether the caller must say which revision it has seen; default optional. */
  ifMatch?: 'optional' | 'required';
  /** Where parts of the command stand in the request, for errors: `{'/unit': '/id'}`. */
  places: Places;
};

/** Takes one write from HTTP to the command bus and answers with its receipt, or the problem. */
@Injectable()
export class WriteDesk {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(LOCAL_ACTOR) private readonly actor: Actor,
  ) {}

  /** `asCommand` gets the body without its grounds, which go into the event's metadata. */
  async take<B extends Grounds>(
    { request, reply, body }: Submitted<B>,
    options: WriteOptions,
    asCommand: (asked: Omit<B, keyof Grounds>, context: RequestContext) => Write,
  ): Promise<void> {
    refuseParameters(request);
    const { source, evidence, ...asked } = body;
    const context = {
      ...this.contextOf(request, options),
      ...(source !== undefined && { source }),
      ...(evidence !== undefined && { evidence }),
    };
    let receipt: Receipt;
    try {
      receipt = await this.commands.execute<Write, Receipt>(asCommand(asked, context));
    } catch (thrown) {
      throw await problemOfWrite(thrown, options.places, this.queries);
    }
    answer(reply, receipt);
  }

  private contextOf(request: FastifyRequest, options: WriteOptions): RequestContext {
    const key = idempotencyKey(request);
    const expected = expectedRevision(request, options.ifMatch ?? 'optional');
    const route = `${request.method} ${pathOf(request)}`;
    return {
      actor: this.actor,
      correlationId: request.id,
      commandId: commandIdentity({ actor: this.actor, route, ...(key !== undefined && { key }) }),
      commandHash: commandHash(request.body),
      ...(key === undefined && { unkeyed: true }),
      ...(expected !== undefined && { expectedRevision: expected }),
    };
  }
}

/** The path without its query, in one spelling: a key is remembered per caller and path. */
function pathOf(request: FastifyRequest): string {
  return decodeURI(request.url.split('?', 1)[0] ?? request.url);
}

/** A write takes everything in its body. A parameter that was ignored might have meant "do not". */
function refuseParameters({ query }: FastifyRequest): void {
  const [first, ...rest] = Object.entries(Object(query)).map(([parameter, value]): Fault => ({
    parameter,
    code: 'FIELD_UNKNOWN',
    message: {
      zh: `写入请求没有名为“${parameter}”的参数。`,
      en: `A write has no parameter "${parameter}".`,
    },
    hint: {
      zh: '请删除该参数；写入的内容都在请求正文里。',
      en: 'Remove it; what is written stands in the body.',
    },
    received: String(value).slice(0, 80),
  }));
  if (first !== undefined) throw new ApiProblem([first, ...rest]);
}

function answer(reply: FastifyReply, { replayed, ...body }: Receipt): void {
  if (replayed) reply.header('idempotency-replayed', 'true');
  void reply
    .code(body.outcome === 'recorded' ? 201 : 200)
    .header('etag', revisionTag(body.revision))
    .header('ledger-position', body.position)
    .header('cache-control', 'no-store')
    .send(body);
}
