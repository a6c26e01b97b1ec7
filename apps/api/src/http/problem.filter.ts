import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Text } from '@ledger/domain';
import type { Problem } from './schemas.js';
import { languageOf } from './language.js';
import { ApiProblem, type Fault, shown } from './problem.js';
import { problemCode, problemCodes } from './problem-codes.js';

/** Where a person reads what a code means; relative, so it opens on the server that answered. */
const PROBLEMS_PAGE = '/docs/problems';
const RETRY_AFTER_SECONDS = '1';

const logger = new Logger('Problem');

/** Turns whatever was thrown into `application/problem+json` (RFC 9457), the only error format. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers a request with what was thrown while it was served, or before it found its route. */
export function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(thrown);
  const { code } = problem.faults[0];
  const status = problem.status ?? problemCode(code).status;
  if (code === 'INTERNAL_FAULT') {
    logger.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  for (const [name, value] of Object.entries(problem.headers)) reply.header(name, value);
  const language = languageOf(request.headers['accept-language']);
  void reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
    .header('vary', 'accept-language')
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .serializer((text: string) => text)
    .send(JSON.stringify(body(problem, status, request, language)));
}

/** Answers on a connection whose bytes are no HTTP request, where there is no reply to fill. */
export function answerUnreadable(fault: { code?: string }, socket: Socket): void {
  if (!socket.writable) return;
  const tooLarge = fault.code === 'HPE_HEADER_OVERFLOW';
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const text = JSON.stringify({
    type: `${PROBLEMS_PAGE}#REQUEST_MALFORMED`,
    title: problemCode('REQUEST_MALFORMED').title.zh,
    status: tooLarge ? 431 : 400,
    detail: tooLarge ? '请求头过大。 The headers are too large.' : '不是 HTTP 请求。 Not HTTP.',
    code: 'REQUEST_MALFORMED',
    errors: [],
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function body(
  problem: ApiProblem,
  status: number,
  request: FastifyRequest,
  language: keyof Text,
): Problem {
  const { code, message } = problem.faults[0];
  return {
    type: `${PROBLEMS_PAGE}#${code}`,
    title: problemCode(code).title[language],
    status,
    detail: message[language],
    instance: request.url,
    code,
    requestId: request.id,
    errors: problem.faults.map((fault) => faultBody(fault, language)),
    ...problem.extensions,
  };
}

function faultBody(fault: Fault, language: keyof Text): Problem['errors'][number] {
  const { message, hint, received, ...place } = fault;
  const value = shown(received);
  return {
    ...place,
    message: message[language],
    ...(hint !== undefined && { hint: hint[language] }),
    ...(value !== undefined && { received: value }),
  };
}

/** Recognises errors by their code, never by class: they may come from another thread or realm. */
function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const { code, statusCode } = thrownFacts(thrown);
  const ours = code in problemCodes ? code : undefined;
  const frameworkCode = ours ?? frameworkCodes[code] ?? codeOfStatus(statusCode);
  if (frameworkCode === undefined) {
    return single('INTERNAL_FAULT', internalFault, hints['INTERNAL_FAULT']);
  }
  const { title } = problemCode(frameworkCode);
  return single(frameworkCode, title, hints[frameworkCode]);
}

function single(code: string, message: Text, hint?: Text): ApiProblem {
  return new ApiProblem([{ code, message, ...(hint !== undefined && { hint }) }]);
}

type Thrown = { code: string; statusCode: number };

function thrownFacts(thrown: unknown): Thrown {
  if (typeof thrown !== 'object' || thrown === null) return { code: '', statusCode: 0 };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if ('statusCode' in thrown && typeof thrown.statusCode === 'number') {
    return { code, statusCode: thrown.statusCode };
  }
  const status = 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : 0;
  return { code, statusCode: status };
}

const frameworkCodes: { readonly [code: string]: string } = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_NOT_SUPPORTED',
  FST_ERR_CTP_EMPTY_TYPE: 'MEDIA_TYPE_NOT_SUPPORTED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
};

const statusCodes: { readonly [status: number]: string } = {
  400: 'REQUEST_MALFORMED',
  // How the server of static files says no to a path that leads out of its folder.
  403: 'ROUTE_NOT_FOUND',
  404: 'ROUTE_NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  414: 'REQUEST_MALFORMED',
  415: 'MEDIA_TYPE_NOT_SUPPORTED',
  503: 'UNAVAILABLE',
};

/** Whatever else the framework refuses is a fault of the request and not of the server. */
function codeOfStatus(status: number): string | undefined {
  return statusCodes[status] ?? (status >= 400 && status < 500 ? 'REQUEST_MALFORMED' : undefined);
}

const internalFault: Text = {
  zh: '服务器内部出错，请求未能完成。',
  en: 'A fault inside the server; the request was not completed.',
};

const hints: { readonly [code: string]: Text } = {
  INTERNAL_FAULT: {
    zh: '写入请求可带同一 Idempotency-Key 重试，不会重复入账；如仍失败，请凭请求编号联系管理员。',
    en: 'Retry a write with the same Idempotency-Key, nothing is recorded twice; else report the id.',
  },
  MEDIA_TYPE_NOT_SUPPORTED: {
    zh: '请以 Content-Type: application/json 提交 UTF-8 编码的正文。',
    en: 'Send UTF-8 with Content-Type: application/json.',
  },
  BODY_TOO_LARGE: {
    zh: '单次请求正文不超过 1 MiB；请分批提交。',
    en: 'A body holds at most 1 MiB; send it in parts.',
  },
  ROUTE_NOT_FOUND: {
    zh: '全部接口见 /docs，机器可读描述见 /openapi.json。',
    en: 'All routes are listed at /docs and, for programs, at /openapi.json.',
  },
  UNAVAILABLE: { zh: '请稍后重试。', en: 'Try again shortly.' },
};
