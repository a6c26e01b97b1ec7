import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Query, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ReadPoint, ResolveReadPoint, ResolveTwoMoments } from '@ledger/application';
import type { Difference, ModelName, Page } from '@ledger/read-models';
import { ApiProblem } from './problem.js';
import { filterHash, nextPageUrl, type PageQuery, readPageToken, writePageToken } from './pages.js';
import { problemOfRead } from './read-problems.js';
import type { ReadQuery } from './read-query.js';
import { PositionSchema } from './schemas.js';

/** `needs`: the models that the answer is made of, where they are not all. */
type Needing = { needs?: readonly ModelName[] };
export type Asking<T> = (point: ReadPoint) => Query<T>;

/**
 * Takes one read from HTTP to the query bus and answers it: waits for `minPosition`, resolves
 * `knownAt`, sets the entity tag and how long the answer may be kept, and answers 304 or 404.
 */
@Injectable()
export class ReadDesk {
  constructor(private readonly queries: QueryBus) {}

  /** One thing. `tag` is its entity tag where the body's hash is not to be it; `absent` its 404. */
  async one<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    query: ReadQuery & Needing,
    asking: Asking<T | undefined>,
    more: { absent?: () => ApiProblem; tag?: (answer: T) => string } = {},
  ): Promise<void> {
    const point = await this.pointOf(request, query);
    const answer = await this.queries.execute(asking(point));
    if (answer === undefined) throw more.absent?.() ?? new Error('The query gave no answer.');
    const body = JSON.stringify(answer);
    send(request, reply, point, body, more.tag?.(answer) ?? bodyTag(body));
  }

  /** A page of a list. The first page fixes where the list stands; its token carries that on. */
  async page<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    query: ReadQuery & PageQuery & Needing,
    asking: (request: { knownAt: string; after?: string; limit: number }) => Query<Page<T>>,
  ): Promise<void> {
    const filter = filterHash(request);
    const token =
      query.pageToken === undefined ? undefined : readPageToken(query.pageToken, filter);
    const asked = token === undefined ? query : { ...query, knownAt: token.knownAt };
    const point = await this.pointOf(request, asked);
    const page = await this.queries.execute(
      asking({
        knownAt: point.knownAt,
        ...(token !== undefined && { after: token.after }),
        limit: query.pageSize,
      }),
    );
    const nextPageToken =
      page.next === null
        ? null
        : writePageToken({ knownAt: point.knownAt, after: page.next, filter });
    linkNext(request, reply, nextPageToken);
    const body = JSON.stringify({ items: page.items, nextPageToken, knownAt: point.knownAt });
    send(request, reply, point, body, bodyTag(body));
  }

  /** One thing that has too many rows for one answer: its body is the thing with a page of them. */
  async sheet<T extends { next: string | null }>(
    request: FastifyRequest,
    reply: FastifyReply,
    query: ReadQuery & PageQuery,
    asking: (request: { knownAt: string; after?: string; limit: number }) => Query<T | undefined>,
    absent: () => ApiProblem,
  ): Promise<void> {
    const filter = filterHash(request);
    const token =
      query.pageToken === undefined ? undefined : readPageToken(query.pageToken, filter);
    const asked = token === undefined ? query : { ...query, knownAt: token.knownAt };
    const point = await this.pointOf(request, asked);
    const { knownAt } = point;
    const after = token === undefined ? {} : { after: token.after };
    const answer = await this.queries
      .execute(asking({ knownAt, ...after, limit: query.pageSize }))
      .catch(refused);
    if (answer === undefined) throw absent();
    const { next, ...shown } = answer;
    const nextPageToken = next === null ? null : writePageToken({ knownAt, after: next, filter });
    linkNext(request, reply, nextPageToken);
    const body = JSON.stringify({ ...shown, nextPageToken });
    send(request, reply, point, body, bodyTag(body));
  }

  /** A page of what lies between two moments; its token carries both of them on. */
  async twoMoments(
    request: FastifyRequest,
    reply: FastifyReply,
    query: Omit<ReadQuery, 'knownAt'> & PageQuery & { from: string; to?: string },
    asking: (request: {
      from: string;
      to: string;
      after?: string;
      limit: number;
    }) => Query<Difference>,
  ): Promise<void> {
    const filter = filterHash(request);
    const token =
      query.pageToken === undefined ? undefined : readPageToken(query.pageToken, filter);
    const first = token?.from ?? query.from;
    const second = token?.knownAt ?? query.to;
    const minPosition = query.minPosition ?? minPositionHeader(request);
    const moments = await this.queries
      .execute(
        new ResolveTwoMoments({
          from: first,
          ...(second !== undefined && { to: second }),
          ...(minPosition !== undefined && { minPosition }),
          allowStale: query.allowStale === '1',
        }),
      )
      .catch(refused);
    const { from, to } = moments;
    const after = token === undefined ? {} : { after: token.after };
    const { next, ...shown } = await this.queries
      .execute(asking({ from, to, ...after, limit: query.pageSize }))
      .catch(refused);
    const nextPageToken =
      next === null ? null : writePageToken({ knownAt: to, from, after: next, filter });
    linkNext(request, reply, nextPageToken);
    const body = JSON.stringify({ ...shown, nextPageToken });
    send(request, reply, moments, body, bodyTag(body));
  }

  private async pointOf(request: FastifyRequest, query: ReadQuery & Needing): Promise<ReadPoint> {
    const minPosition = query.minPosition ?? minPositionHeader(request);
    try {
      return await this.queries.execute(
        new ResolveReadPoint({
          ...(query.knownAt !== undefined && { knownAt: query.knownAt }),
          ...(query.needs !== undefined && { needs: query.needs }),
          ...(minPosition !== undefined && { minPosition }),
          allowStale: query.allowStale === '1',
        }),
      );
    } catch (thrown) {
      throw problemOfRead(thrown);
    }
  }
}

/** Rethrows what a read was refused with, as its caller is to see it. */
function refused(thrown: unknown): never {
  throw problemOfRead(thrown);
}

function linkNext(request: FastifyRequest, reply: FastifyReply, token: string | null): void {
  if (token === null) return;
  reply.header('link', `<${nextPageUrl(request, token)}>; rel="next"`);
}

/** Answers that can never change may be kept for a year; all others must be asked for again. */
const FOR_EVER = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'private, no-cache';

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  point: ReadPoint,
  body: string,
  tag: string,
): void {
  reply
    .header('etag', tag)
    .header('cache-control', point.immutable ? FOR_EVER : ASK_AGAIN)
    .header('ledger-projected-position', point.projected);
  if (point.stale) reply.header('ledger-stale', 'true');
  sendJson(request, reply, body, tag);
}

/** Sends the text as it is, or 304 when the caller has it already. */
export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string,
  tag: string,
): void {
  if (hasTag(request.headers['if-none-match'], tag)) {
    void reply.code(304).send();
    return;
  }
  void reply
    .code(200)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(body);
}

/** A strong entity tag: the SHA-256 of the body, so equal tags are equal bytes. */
export function bodyTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** Weak comparison (RFC 9110, section 13.1.2), as `If-None-Match` asks for. */
function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}

function minPositionHeader(request: FastifyRequest): string | undefined {
  const header = request.headers['ledger-min-position'];
  if (header === undefined) return undefined;
  const position = PositionSchema.safeParse(header);
  if (position.success) return position.data;
  throw new ApiProblem([
    {
      header: 'ledger-min-position',
      code: 'POSITION_INVALID',
      message: { zh: '记账位置格式不符', en: 'The position is malformed' },
      hint: {
        zh: '请使用写入时响应头 Ledger-Position 的值',
        en: 'Use the value of Ledger-Position that a write answered with',
      },
      received: String(header).slice(0, 80),
    },
  ]);
}
