import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { StartWork, Work, WorkEnd, WorkProgress } from '@ledger/application';
import type { LogAddress } from '@ledger/engines';
import type { JsonObject } from '@ledger/event-log';
import { builtPath } from '../files.js';

/** What the thread of one operation is told when it starts. */
export type OperationSettings = {
  log: LogAddress;
  viewsFile: string;
  /** For what the work makes meanwhile; removed when it has ended, however it did. */
  folder: string;
  kind: string;
  request: JsonObject;
};

export type ToOperation = 'cancel';
/** `ended` comes last, after everything that the work had open is closed. */
export type FromOperation =
  { kind: 'progress'; progress: WorkProgress } | { kind: 'ended'; end: WorkEnd };

/**
 * Does the work of one operation in a thread of its own. A thread that is lost makes its operation
 * fail and nothing else. It is never cut off: a thread that ends within a statement of the database
 * takes the process with it.
 */
export function startOperation(
  settings: OperationSettings,
  onProgress: Parameters<StartWork>[1],
): Work {
  const file = builtPath('apps', 'api', 'src', 'operations', 'operation.worker.js');
  const worker = new Worker(file, { workerData: settings });
  const ended = new Promise<WorkEnd>((resolve) => {
    let end: WorkEnd | undefined;
    worker.on('message', (message: FromOperation) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else end = message.end;
    });
    worker.on('error', (error) => (end = lost(error.message)));
    worker.once('exit', (code) => {
      rmSync(settings.folder, { recursive: true, force: true });
      resolve(end ?? lost(`it ended with exit code ${code} before its work did`));
    });
  });
  return { ended, cancel: () => worker.postMessage('cancel' satisfies ToOperation) };
}

function lost(why: string): WorkEnd {
  const message = `The thread of the operation was lost: ${why}`;
  return { state: 'failed', error: { code: 'OPERATION_THREAD_LOST', message } };
}
