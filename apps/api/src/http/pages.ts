import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Text } from '@ledger/domain';
import { ApiProblem } from './problem.js';
import { PositionSchema } from './schemas.js';

export const DEFAULT_PAGE_SIZE = 50;
export const LARGEST_PAGE_SIZE = 1_000;

/** A whole number of a query string within bounds. */
export const countParameter = (most: number, usual: number, description: string) =>
  z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(most)
    .default(usual)
    .meta({ description, type: 'integer' });

/** Query parameters of every list; spread into a route's own schema. */
export const pageFields = {
  pageSize: countParameter(LARGEST_PAGE_SIZE, DEFAULT_PAGE_SIZE, 'Items a page'),
  pageToken: z
    .string()
    .max(2_000)
    .exactOptional()
    .describe('nextPageToken of the page before; opaque, and bound to the same query'),
};
export type PageQuery = { pageSize: number; pageToken?: string };

/**
 * Where a list goes on: what was known when it began, the last key seen, and which list it is;
 * where two moments are compared, also the first of them.
 */
export type PageToken = { knownAt: string; after: string; filter: string; from?: string };

const PageTokenSchema = z.strictObject({
  v: z.literal(1),
  knownAt: PositionSchema,
  after: z.string(),
  filter: z.string(),
  from: PositionSchema.exactOptional(),
});

/** Opaque to clients. Inverse: `readPageToken`. */
export function writePageToken(token: PageToken): string {
  return Buffer.from(JSON.stringify({ v: 1, ...token })).toString('base64url');
}

/** Inverse of `writePageToken`; refuses what is none, and a token of another query. */
export function readPageToken(text: string, filter: string): PageToken {
  const parsed = PageTokenSchema.safeParse(decoded(text));
  if (!parsed.success) {
    throw invalid('PAGE_TOKEN_INVALID', text, {
      zh: '请原样使用上一页返回的 nextPageToken',
      en: 'Use the nextPageToken of the page before as it was given out',
    });
  }
  if (parsed.data.filter !== filter) {
    throw invalid('PAGE_TOKEN_OTHER_QUERY', text, {
      zh: '翻页时请保持地址和其他查询条件不变；更换条件请从第一页开始',
      en: 'Keep path and filters while paging; start at the first page to change them',
    });
  }
  const { v: _version, ...token } = parsed.data;
  return token;
}

/** What list this is: the path and every query parameter that is not about paging or waiting. */
export function filterHash(request: FastifyRequest): string {
  const url = new URL(request.url, 'http://ledger');
  for (const name of ['pageToken', 'pageSize', 'minPosition', 'allowStale']) {
    url.searchParams.delete(name);
  }
  url.searchParams.sort();
  return createHash('sha256')
    .update(`${url.pathname}?${url.searchParams.toString()}`)
    .digest('base64url')
    .slice(0, 16);
}

/** The address of the next page, for `Link: rel="next"`. */
export function nextPageUrl(request: FastifyRequest, token: string): string {
  const url = new URL(request.url, 'http://ledger');
  url.searchParams.set('pageToken', token);
  return `${url.pathname}${url.search}`;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalid(code: string, text: string, hint: Text): ApiProblem {
  const message: Text =
    code === 'PAGE_TOKEN_INVALID'
      ? { zh: '翻页标记无效', en: 'The page token is not valid' }
      : { zh: '翻页标记属于其他查询', en: 'The page token belongs to another query' };
  return new ApiProblem([{ parameter: 'pageToken', code, message, hint, received: text }]);
}
