// The projector's thread: a thin shell around Projector. Views follow the log here, off the thread
// that answers requests.
import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openLogReader } from '@ledger/engines';
import { Projector } from '@ledger/read-models';
import type { FromProjector, ProjectorSettings, ToProjector } from './projector-thread.js';

/** How long to wait after a failure before the views try to follow again. */
const RETRY_MS = 5_000;

if (parentPort === null) throw new Error('This file runs in a thread of the server.');
await serve(parentPort, workerData);

async function serve(port: MessagePort, settings: ProjectorSettings): Promise<void> {
  const { viewsFile } = settings;
  const tell = (message: FromProjector): void => port.postMessage(message);
  const stop = new AbortController();
  const log = await openLogReader(settings.log, { beside: true });
  let announcing = false;
  const projector = new Projector({
    log,
    viewsFile,
    onBatch: (batch) => {
      if (announcing) tell({ kind: 'batch', batch });
    },
    onNotice: (text) => tell({ kind: 'notice', text }),
  });
  port.on('message', (message: ToProjector) => {
    if (message === 'wake') log.wake();
    else stop.abort();
  });
  try {
    const position = await projector.catchUp();
    const { sequence } = await log.head();
    tell({ kind: 'ready', position, sequence });
    announcing = true;
    await follow(projector, stop.signal, tell);
  } catch (error) {
    tell(failure(error));
  } finally {
    await log.close();
    port.close();
  }
}

/** Follows until told to stop. A failure is told, and after a while tried again. */
async function follow(
  projector: Projector,
  signal: AbortSignal,
  tell: (message: FromProjector) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await projector.run(signal);
    } catch (error) {
      tell(failure(error));
      await wait(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

function failure(error: unknown): FromProjector {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject && 'code' in error ? String(error.code) : 'UNEXPECTED';
  const message = isObject && 'message' in error ? String(error.message) : String(error);
  return { kind: 'failed', code, message };
}
