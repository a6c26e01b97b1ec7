import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openApp } from './app.js';
import { type Config, readConfig } from './config.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { loadSeed } from './load-seed.js';

/** How long open requests may take to finish when the server is told to stop. */
const DRAIN_MS = 10_000;
/** Nothing holds the process longer; what was acknowledged is on disk. */
const LAST_MS = 25_000;

async function start(config: Config): Promise<void> {
  const app = await openApp(config, console.log);
  try {
    const recorded = await loadSeed(app, config);
    if (recorded > 0) console.log(`${config.seed}: ${recorded} 笔已入账 · writes recorded`);
    const url = await listen(app, config);
    stopInOrder(app);
    console.log(
      `改革台账 · reform ledger: ${url}  (API ${url}/docs, data ${config.dataDirectory})`,
    );
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Nest's own `listen` would log a port in use with a stack before it rejects. */
function listen(app: NestFastifyApplication, { port, host }: Config): Promise<string> {
  return app.getHttpAdapter().getInstance().listen({ port, host });
}

/**
 * The first signal lets open requests finish; a second one, or ten seconds, cuts them off. A fault
 * that nobody caught ends the server in the same order: what it would go on with is not known.
 */
function stopInOrder(app: NestFastifyApplication): void {
  let stopping = false;
  const stop = (exitCode: number): void => {
    if (stopping) return app.getHttpServer().closeAllConnections();
    stopping = true;
    setTimeout(() => process.exit(1), LAST_MS).unref();
    const cutOff = setTimeout(() => app.getHttpServer().closeAllConnections(), DRAIN_MS).unref();
    app.close().then(
      () => {
        clearTimeout(cutOff);
        process.exit(exitCode);
      },
      (error: unknown) => {
        console.error(sentenceOf(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  // Whoever keeps servers running starts it anew, with everything that was acknowledged.
  app.get(LedgerKeeper).onLost((reason) => {
    console.error(`The server stops and must be started anew. ${reason}`);
    stop(1);
  });
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      console.error('The server stops after a fault that nobody caught:', error);
      stop(1);
    });
  }
}

/** What went wrong at boot, for the person who started the server. */
function sentenceOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${String(error.port)} is in use by another program; set PORT to a free one.`;
  }
  if (code === 'EACCES' && 'port' in error) {
    return `Port ${String(error.port)} needs more rights than this user has; set PORT above 1023.`;
  }
  const message = 'message' in error ? String(error.message) : JSON.stringify(error);
  const isExpected = typeof code === 'string' && expectedCodes.has(code);
  return isExpected || !('stack' in error) ? message : String(error.stack);
}

/** Errors whose message already is the sentence to show; any other shows where it came from. */
const expectedCodes = new Set([
  'CONFIG_INVALID',
  'LOCKED',
  'UNAVAILABLE',
  'ACCESS_DENIED',
  'ADDRESS_INVALID',
  'LOG_DAMAGED',
  'SEED_REFUSED',
  'NOT_A_VIEWS_FILE',
  'VIEWS_MISSING',
  'VIEWS_UNWRITABLE',
  'THREAD_LOST',
  'EVENT_UNKNOWN',
  'MODEL_FAILED',
  'LOG_OUT_OF_ORDER',
  'POSITION_INVALID',
  'SEGMENTS_UNUSABLE',
]);

try {
  await start(readConfig());
} catch (error) {
  console.error(sentenceOf(error));
  process.exit(1);
}
