// The projector's thread: a thin shell around Projector. Views follow the log here, off the thread
// that answers requests.
import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type LogReader, openLogReader } from '@ledger/engines';
import { Projector, rebuildRecorded, rebuildToRecord } from '@ledger/read-models';
import { ModelTeller } from './read-models/model-teller.js';
import type { FromProjector, ProjectorSettings, ToProjector } from './projector-thread.js';

/** How long to wait after a failure before the views try to follow again. */
const RETRY_MS = 5_000;

if (parentPort === null) throw new Error('This file runs in a thread of the server.');
await serve(parentPort, workerData);

async function serve(port: MessagePort, settings: ProjectorSettings): Promise<void> {
  const tell = (message: FromProjector): void => port.postMessage(message);
  const stop = new AbortController();
  let log: LogReader | undefined;
  const forget = (build: string): void => {
    try {
      rebuildRecorded(settings.viewsFile, build);
    } catch (error) {
      // It is asked for once more at the next start, and found recorded.
      const { message } = failure(error);
      tell({ kind: 'notice', text: `That build ${build} is recorded is not kept: ${message}` });
    }
  };
  port.on('message', (message: ToProjector) => {
    if (message === 'wake') log?.wake();
    else if (message === 'close') stop.abort();
    else forget(message.recorded);
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
  const parked = new Set<string>();
  let outdated: string | undefined;
  const projector = new Projector({
    log,
    viewsFile,
    onBatch: (batch) => {
      if (announcing) tell({ kind: 'batch', batch });
      models.soon();
    },
    onNotice: (text) => tell({ kind: 'notice', text }),
    onParked: ({ message }) => {
      // It tries again whenever the views are opened; an operator needs to hear of it once.
      if (!parked.has(message)) tell({ kind: 'notice', text: message });
      parked.add(message);
      // Not before the batch is in the views.
      setImmediate(() => models.now());
    },
    onOutdated: (why) => (outdated = why),
    onOpened: (build) => {
      const toRecord = rebuildToRecord(viewsFile);
      const views = { build, ...(outdated && { outdated }), ...(toRecord && { toRecord }) };
      tell({ kind: 'views', views });
      outdated = undefined;
      models.soon();
    },
  });
  const models = new ModelTeller(
    () => projector.models,
    (standing) => tell({ kind: 'models', models: standing }),
  );
  const ready = async (): Promise<void> => {
    const standing = await projector.catchUp(signal);
    models.now();
    tell({ kind: 'ready', standing });
  };
  await ready();
  announcing = true;
  for (let failed = false; !signal.aborted;) {
    try {
      if (failed) await ready();
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

function failure(error: unknown): FromProjector & { kind: 'failed' } {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject && 'code' in error ? String(error.code) : 'UNEXPECTED';
  const message = isObject && 'message' in error ? String(error.message) : String(error);
  return { kind: 'failed', code, message };
}
