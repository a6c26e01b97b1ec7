// Loaded into every thread of a server under test, by `NODE_OPTIONS=--import=…`, before the
// server's own code: it lets a thread die, or the clock stand elsewhere. See `faults-kit.ts`.
import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const { FAULT_THREAD, FAULT_MOMENT, FAULT_FILE = '', FAULT_CLOCK_MS } = process.env;

if (FAULT_CLOCK_MS !== undefined) {
  const rightTime = Date.now;
  Date.now = () => rightTime() + Number(FAULT_CLOCK_MS);
}

// A thread's `argv[1]` is its own file.
const isConcerned = FAULT_THREAD !== undefined && process.argv[1]?.endsWith(FAULT_THREAD) === true;
if (parentPort !== null && isConcerned) {
  switch (FAULT_MOMENT) {
    case 'idle':
      setInterval(() => {
        if (existsSync(FAULT_FILE)) throw new Error('a fault of the test: an exception in a timer');
      }, 10).unref();
      break;
    case 'wake':
      dieOnWaking();
      break;
    case 'answer':
      dieBeforeAnswering(parentPort);
      break;
    default:
      throw new Error(`FAULT_MOMENT=${FAULT_MOMENT} is none.`);
  }
}

/** The writer sleeps in `Atomics.wait`: it dies with its post unread. */
function dieOnWaking(): void {
  const wait = Atomics.wait;
  Object.assign(Atomics, {
    wait: (...args: Parameters<typeof wait>) => {
      const woken = wait(...args);
      if (existsSync(FAULT_FILE)) throw new Error('a fault of the test: an exception on waking');
      return woken;
    },
  });
}

/** The writer answers after its commit: it dies when everything is on disk and nobody knows it. */
function dieBeforeAnswering(port: NonNullable<typeof parentPort>): void {
  const postMessage = port.postMessage.bind(port);
  port.postMessage = (...args: Parameters<typeof postMessage>) => {
    if (existsSync(FAULT_FILE)) process.exit(3);
    postMessage(...args);
  };
}
