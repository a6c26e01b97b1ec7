// The writer's thread: a thin shell. What it does is in SqliteLogWriter.
import {
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import type { PreparedAppend } from '@ledger/event-log';
import { failureOf } from './failure.js';
import { groupLength, WORTH_A_SYNC } from './groups.js';
import { SqliteLogWriter } from './sqlite-log-writer.js';
import {
  packOutcomes,
  unpackAppends,
  type FromWriter,
  type ToWriter,
  type WriterThreadData,
} from './messages.js';

if (parentPort === null) throw new Error('This file runs in a thread of the event log.');
start(parentPort, workerData);

function start(port: MessagePort, { dataDir, bell }: WriterThreadData): void {
  const answer = (message: FromWriter) => port.postMessage(message);
  try {
    const writer = new SqliteLogWriter(dataDir);
    answer({ opened: writer.opened() });
    serve(port, writer, bell);
    writer.close();
  } catch (error) {
    answer({ refused: failureOf(error) });
  }
  port.close();
}

/**
 * Whatever came in while the disk was busy goes into the next group. The appends of one turn of the
 * caller's loop are placed while the caller still spells the others, and committed together. The
 * thread sleeps on the bell and not in its event loop, which would take several times as long to
 * wake.
 */
function serve(port: MessagePort, writer: SqliteLogWriter, bell: Int32Array): void {
  const queue: PreparedAppend[] = [];
  for (let closing = false, more = false; ;) {
    const rung = Atomics.load(bell, 0);
    let message: ToWriter | undefined;
    while ((message = receiveMessageOnPort(port)?.message) !== undefined) {
      if (message === 'close') closing = true;
      else {
        queue.push(...unpackAppends(message.appends));
        more = message.more;
      }
    }
    writer.place(queue.splice(0, groupLength(queue, 0, writer.placedEvents)));
    const isWorthASync = queue.length > 0 || writer.placedEvents >= WORTH_A_SYNC;
    const waits = more && !closing && !isWorthASync;
    if (writer.placedEvents > 0 && !waits) {
      port.postMessage(packOutcomes(writer.commit()) satisfies FromWriter);
    } else if (closing) {
      return;
    } else {
      Atomics.wait(bell, 0, rung);
    }
  }
}
