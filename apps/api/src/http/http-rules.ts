import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ApiProblem } from './problem.js';

/** The id of a request: the caller's own if it is short and printable, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
}

/** What holds for every request, whatever its route. */
export function setHttpRules(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    done(isLocalName(request.headers.host) ? undefined : hostNotAllowed(request.headers.host));
  });
}

/**
 * Without access control, a page of another site could reach this server by pointing its own name
 * at 127.0.0.1 (DNS rebinding); its requests still carry that name.
 */
function isLocalName(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function hostNotAllowed(host: string | undefined): ApiProblem {
  return new ApiProblem([
    {
      header: 'host',
      code: 'HOST_NOT_ALLOWED',
      message: {
        zh: '在启用访问控制之前，只接受以本机名称访问',
        en: 'Until there is access control, only names of this machine are answered for',
      },
      hint: {
        zh: '请使用 http://127.0.0.1 或 http://localhost 访问',
        en: 'Use http://127.0.0.1 or http://localhost',
      },
      received: (host ?? '').slice(0, 80),
    },
  ]);
}
