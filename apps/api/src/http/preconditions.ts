import type { FastifyRequest } from 'fastify';
import type { ExpectedRevision } from '@ledger/event-log';
import { ApiProblem } from './problem.js';

/** The entity tag of a resource that is one stream: `"v12"` for revision 12. */
export function revisionTag(revision: number): string {
  return `"v${revision}"`;
}

/**
 * The revision that a caller says it has seen, from `If-Match: "v12"`, or `none` from
 * `If-None-Match: *`; undefined when it names neither. Both at once are refused: the one says that
 * the thing exists, the other that it does not. Inverse of `revisionTag`.
 */
export function expectedRevision(
  request: FastifyRequest,
  rule: 'optional' | 'required',
): ExpectedRevision | undefined {
  const ifMatch = request.headers['if-match'];
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    if (ifMatch !== undefined) throw bothGiven(ifNoneMatch);
    return createOnly(ifNoneMatch);
  }
  if (ifMatch === undefined) {
    if (rule === 'required') throw ifMatchMissing();
    return undefined;
  }
  const revision = /^"v(0|[1-9]\d{0,14})"$/.exec(ifMatch.trim())?.[1];
  if (revision === undefined) throw ifMatchInvalid(ifMatch);
  return Number(revision);
}

/** The idempotency key, if one came: 1 to 255 printable ASCII characters. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key))
    return key;
  throw new ApiProblem([
    {
      header: 'idempotency-key',
      code: 'IDEMPOTENCY_KEY_INVALID',
      message: {
        zh: '幂等键须为 1 至 255 个可打印 ASCII 字符',
        en: 'The idempotency key is 1 to 255 printable ASCII characters',
      },
      hint: { zh: '例如使用一个 UUID', en: 'Use a UUID, for example' },
      received: String(key).slice(0, 80),
    },
  ]);
}

function createOnly(ifNoneMatch: string): ExpectedRevision {
  if (ifNoneMatch.trim() === '*') return 'none';
  throw new ApiProblem([
    {
      header: 'if-none-match',
      code: 'IF_NONE_MATCH_INVALID',
      message: {
        zh: '写入时 If-None-Match 只能为 *，表示“尚不存在才创建”',
        en: 'On a write If-None-Match can only be *, meaning "only if it does not exist"',
      },
      hint: { zh: '请改为 If-None-Match: *', en: 'Send If-None-Match: *' },
      received: ifNoneMatch.slice(0, 80),
    },
  ]);
}

function bothGiven(ifNoneMatch: string): ApiProblem {
  return new ApiProblem([
    {
      header: 'if-none-match',
      code: 'IF_NONE_MATCH_INVALID',
      message: {
        zh: 'If-Match 与 If-None-Match 相互排斥，不能同时使用',
        en: 'If-Match and If-None-Match exclude each other and cannot be sent together',
      },
      hint: {
        zh: '修改已有内容只用 If-Match，新建只用 If-None-Match: *',
        en: 'Send If-Match alone to change what exists, If-None-Match: * alone to create',
      },
      received: ifNoneMatch.slice(0, 80),
    },
  ]);
}

function ifMatchMissing(): ApiProblem {
  return new ApiProblem([
    {
      header: 'if-match',
      code: 'IF_MATCH_MISSING',
      message: {
        zh: '更正和撤回须用 If-Match 注明所依据的修订号',
        en: 'A correction or withdrawal must name the revision it rests on in If-Match',
      },
      hint: {
        zh: '先读取该指标，把响应头 ETag 的值原样放入 If-Match，例如 "v3"',
        en: 'Read the metric and send its ETag as If-Match, for example "v3"',
      },
    },
  ]);
}

function ifMatchInvalid(received: string): ApiProblem {
  return new ApiProblem([
    {
      header: 'if-match',
      code: 'IF_MATCH_INVALID',
      message: {
        zh: 'If-Match 须为一个强 ETag，例如 "v3"',
        en: 'If-Match must be one strong entity tag such as "v3"',
      },
      hint: {
        zh: '请原样使用读取或写入时返回的 ETag；不接受 *、W/ 和多个值',
        en: 'Send an ETag as this API gave it out; *, W/ and lists are not taken',
      },
      received: received.slice(0, 80),
    },
  ]);
}
