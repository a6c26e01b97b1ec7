// The projector's thread: a thin shell around Projector. Views follow the log here, off the thread
// that answers requests.
import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type LogReader, openLogReader } from '@ledger/engines';
import { Projector } from '@ledger/read-models';
import type { FromProjector, ProjectorSettings, ToProjector } from './projector-thread.js';

/** How long to wait after a failure before the views try to follow again. */
const RETRY_MS = 5_000;

if (parentPort === null) throw new Error('This file runs in a thread of the server.');
await serve(parentPort, workerData);

async function serve(port: MessagePort, settings: ProjectorSettings): Promise<void> {
  const tell = (message: FromProjector): void => port.postMessage(message);
  const stop = new AbortController();
  let log: LogReader | undefined;
  port.on('message', (message: ToProjector) => {
    if (message === 'wake') log?.wake();
    else stop.abort();
  });
  try {
    log = await openLogReader(settings.log, { beside: true });
    await project(log, settings.viewsFile, stop.signal, tell);
  } catch (error) {
    if (!stop.signal.aborted) tell(failure(error));
  } finally {
    await log?.close();
    port.close();
  }
}

/**
 * Catches up, then follows until told to stop. A failure to catch up at the start is the end; a
 * later one is told, and after a while tried again.
 */
async function project(
  log: LogReader,
  viewsFile: string,
  signal: AbortSignal,
  tell: (message: FromProjector) => void,
): Promise<void> {
  let announcing = false;
  const projector = new Projector({
    log,
    viewsFile,
    onBatch: (batch) => {
      if (announcing) tell({ kind: 'batch', batch });
    },
    onNotice: (text) => tell({ kind: 'notice', text }),
  });
  tell({ kind: 'ready', standing: await projector.catchUp(signal) });
  announcing = true;
  for (let failed = false; !signal.aborted;) {
    try {
      if (failed) tell({ kind: 'ready', standing: await projector.catchUp(signal) });
      failed = false;
      await projector.run(signal);
    } catch (error) {
      if (signal.aborted) return;
      failed = true;
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
