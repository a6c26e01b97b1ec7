import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readStrictJson } from '@ledger/exchange';
import { ApiProblem, type Fault } from './problem.js';

/** The largest request body, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/**
 * Makes `application/json` in UTF-8 the only accepted body, read strictly: a duplicate key, a
 * number that loses digits or a lone surrogate is refused with its place instead of being mended.
 */
export function acceptStrictJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    async (request: FastifyRequest, body: Buffer) => {
      checkCharset(request.headers['content-type']);
      return parseJson(decode(body));
    },
  );
}

/**
 * What JSON.parse gives is safe to take when writing it again gives the same text: then no key was
 * dropped and no digit lost. Escapes may hide lone surrogates, so such texts, and all others, go
 * through the exact reader.
 */
export function parseJson(text: string): unknown {
  if (!text.includes('\\u') && !text.includes('__proto__')) {
    try {
      const value: unknown = JSON.parse(text);
      if (JSON.stringify(value) === text) return value;
    } catch {
      // The exact reader says what is wrong, and where.
    }
  }
  const result = readStrictJson(text);
  if (result.ok) return result.value;
  const [first, ...rest] = result.problems.map(({ code, pointer, received, message, hint }) => {
    const fault: Fault = { pointer, code, message, hint, received };
    return fault;
  });
  throw first === undefined ? notUtf8() : new ApiProblem([first, ...rest.slice(0, 49)]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw notUtf8();
  }
}

function checkCharset(contentType: string | undefined): void {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new ApiProblem([
    {
      header: 'content-type',
      code: 'MEDIA_TYPE_NOT_SUPPORTED',
      message: { zh: `不支持 ${charset} 编码`, en: `The charset ${charset} is not supported` },
      hint: { zh: '请以 UTF-8 编码提交', en: 'Send UTF-8' },
      received: charset,
    },
  ]);
}

function notUtf8(): ApiProblem {
  return new ApiProblem([
    {
      pointer: '',
      code: 'BODY_NOT_UTF8',
      message: { zh: '请求正文不是 UTF-8 编码', en: 'The body is not UTF-8' },
      hint: {
        zh: '请先把文件转换为 UTF-8（常见的是 GB18030）再提交',
        en: 'Convert the file to UTF-8 first (GB18030 is common)',
      },
    },
  ]);
}
