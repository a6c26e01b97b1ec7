import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule, openLedger } from './api.module.js';
import { builtPath } from './files.js';
import type { Config } from './config.js';
import { requestId, setHttpRules } from './http/http-rules.js';
import { acceptStrictJson, BODY_LIMIT } from './http/json-body.js';
import { describeApi } from './http/openapi.js';
import { answerProblem, answerUnreadable } from './http/problem.filter.js';
import { serveWebPages } from './http/web-pages.js';

/**
 * The whole server, ready to listen: log open, views caught up, every route in place. Closing the
 * application closes everything it opened. `say` hears what an operator should know. Rejects with
 * the error of whatever could not be opened, and then leaves nothing open.
 */
export async function openApp(
  config: Config,
  say: (notice: string) => void = () => {},
): Promise<NestFastifyApplication> {
  const ledger = await openLedger(config, say);
  let app: NestFastifyApplication | undefined;
  try {
    const adapter = new FastifyAdapter({
      bodyLimit: BODY_LIMIT,
      genReqId: requestId,
      requestIdHeader: false,
      frameworkErrors: answerProblem,
      clientErrorHandler: answerUnreadable,
      return503OnClosing: false,
      routerOptions: { maxParamLength: 200 },
    });
    const server = adapter.getInstance();
    acceptStrictJson(server);
    setHttpRules(server);
    app = await NestFactory.create<NestFastifyApplication>(
      ApiModule.register(config, ledger),
      adapter,
      { bodyParser: false, abortOnError: false, logger: ['error', 'warn', 'fatal'] },
    );
    await serveWebPages(server, builtPath('apps', 'pages'));
    describeApi(app);
    await app.init();
    await server.ready();
    return app;
  } catch (error) {
    await app?.close().catch(() => {});
    await ledger.close();
    throw error;
  }
}
