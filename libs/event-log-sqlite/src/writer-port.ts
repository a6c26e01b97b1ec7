import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PreparedAppend } from '@ledger/event-log';
import { errorOf, failureOf, reasonOf, unavailable, type Failure } from './failure.js';
import { SqliteLogWriter } from './sqlite-log-writer.js';
import { groupsOf } from './groups.js';
import {
  packAppends,
  unpackOutcomes,
  type FromWriter,
  type Opened,
  type ToWriter,
  type WriterThreadData,
} from './messages.js';
import type { Outcome } from './writer-connection.js';

/** Who hears what became of the appends. */
export type WriterEvents = {
  /** The outcomes of the oldest appends without one, in their order. */
  settled(outcomes: Outcome[]): void;
  /** The writer is gone; there will be no more outcomes. */
  lost(failure: Failure): void;
};

/** The way to a writer, wherever it runs. */
export interface WriterPort {
  readonly opened: Opened;
  /** Whether it writes while the caller goes on. */
  readonly isConcurrent: boolean;
  /** From now on `events` hears; called once, before the first `post`. */
  connect(events: WriterEvents): void;
  /** `more`: others of the same turn follow at once; the writer waits for them with its commit. */
  post(appends: PreparedAppend[], more: boolean): void;
  /** Resolves when the files are closed and the lock is free. Everything posted is settled before. */
  close(): Promise<void>;
}

/** The writer in the caller's own thread: appends are settled when `post` returns. */
export function openInPlaceWriter(dataDir: string): WriterPort {
  const writer = new SqliteLogWriter(dataDir);
  let events: WriterEvents | undefined;
  return {
    opened: writer.opened(),
    isConcurrent: false,
    connect: (listener) => {
      events = listener;
    },
    post: (appends) => {
      for (const group of groupsOf(appends)) events?.settled(writer.commit(group));
    },
    close: async () => writer.close(),
  };
}

/** The writer in a thread of its own, so that waiting for the disk holds nobody up. */
export async function openThreadedWriter(dataDir: string): Promise<WriterPort> {
  const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WriterThreadData = { dataDir, bell };
  // The process's own flags are not for the thread: `--input-type` would even stop it.
  const worker = new Worker(threadFile(), { workerData, execArgv: [] });
  const send = (message: ToWriter) => {
    worker.postMessage(message);
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const opened = await opening(worker);
  let closing = false;
  return {
    opened,
    isConcurrent: true,
    connect: (events) => {
      let reason = 'it ended by itself';
      worker.on('message', (message: FromWriter) => {
        if (Array.isArray(message)) events.settled(unpackOutcomes(message));
      });
      worker.on('error', (error) => {
        reason = reasonOf(error);
      });
      worker.on('exit', () => {
        if (closing) return;
        events.lost(failureOf(unavailable(`The writer of the event log stopped: ${reason}.`)));
      });
    },
    post: (appends, more) => send({ appends: packAppends(appends), more }),
    close: async () => {
      closing = true;
      send('close');
      await exited;
    },
  };
}

async function opening(worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    worker.once('error', (error) => reject(errorOf(failureOf(error))));
    worker.once('exit', () => reject(unavailable('The writer of the event log did not start.')));
    worker.once('message', (message: FromWriter) => {
      if ('opened' in message) resolve(message.opened);
      else if ('refused' in message) reject(errorOf(message.refused));
    });
  });
}

const THREAD_FILE = 'writer-thread.js';

/** Beside this file where this file is built; in the build where it runs from source, in tests. */
function threadFile(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, THREAD_FILE);
  if (existsSync(beside)) return beside;
  return join(here, '../../../dist/libs/event-log-sqlite/src', THREAD_FILE);
}
