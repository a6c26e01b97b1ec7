// The thread of one operation: a thin shell around the work of its kind, off the thread that answers
// requests. It ends with the work.
import { rmSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { WorkEnd, WorkProgress } from '@ledger/application';
import { type LogReader, openLogReader } from '@ledger/engines';
import { kindNamed } from './kinds.js';
import type { FromOperation, OperationSettings } from './operation-thread.js';

/** Work reports after every page; more often than this nobody needs to hear of it. */
const TELL_EVERY_MS = 50;

if (parentPort === null) throw new Error('This file runs in a thread of the server.');
await serve(parentPort, workerData);

async function serve(port: MessagePort, settings: OperationSettings): Promise<void> {
  const stop = new AbortController();
  port.on('message', () => stop.abort());
  const end = await work(settings, stop.signal, (message) => port.postMessage(message));
  port.postMessage({ kind: 'ended', end } satisfies FromOperation);
  port.close();
}

/** Resolves when nothing of the work is left. */
async function work(
  { log: address, viewsFile, folder, kind, request }: OperationSettings,
  signal: AbortSignal,
  tell: (message: FromOperation) => void,
): Promise<WorkEnd> {
  let log: LogReader | undefined;
  try {
    log = await openLogReader(address, { beside: true });
    const onProgress = nowAndThen((progress) => tell({ kind: 'progress', progress }));
    const place = { log, viewsFile, folder, signal, onProgress };
    return { state: 'succeeded', result: await kindNamed(kind).run(request, place) };
  } catch (error) {
    return signal.aborted ? { state: 'cancelled' } : failure(error);
  } finally {
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first and the last report of each phase are always told. */
function nowAndThen(tell: (progress: WorkProgress) => void): (progress: WorkProgress) => void {
  let told = -Infinity;
  let phase = '';
  return (progress) => {
    const now = performance.now();
    const isEdge = progress.phase !== phase || progress.done >= progress.total;
    if (!isEdge && now - told < TELL_EVERY_MS) return;
    told = now;
    phase = progress.phase;
    tell(progress);
  };
}

function failure(error: unknown): WorkEnd {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject && 'code' in error ? String(error.code) : 'OPERATION_FAILED';
  const message = isObject && 'message' in error ? String(error.message) : String(error);
  return { state: 'failed', error: { code, message } };
}
