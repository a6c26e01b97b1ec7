import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves the built pages at `/`. Files under `assets/` carry a hash in their names and are kept
 * for ever; everything else is asked for again. Without a build, `/` says how to make one.
 */
export async function serveWebPages(server: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    server.get('/', (_request, reply) => {
      void reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(notBuilt);
    });
    return;
  }
  await server.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/');
      reply.header('cache-control', isHashed ? FOR_EVER : 'no-cache');
    },
  });
}

const notBuilt = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>改革台账</title>
<p>页面尚未构建，请运行 <code>npm run build</code>。The pages are not built: run
<code>npm run build</code>. API: <a href="/docs">/docs</a></p></html>
`;
