import type { LogAddress } from '@ledger/engines';
import type { EventLog, LedgerEvent, NewEvent } from '@ledger/event-log';

const MAX_APPEND_CHARACTERS = 128 * 1024;
/** Well below what the engine lets wait for its writer. */
const MAX_CHARACTERS_AT_ONCE = 8 * 1024 * 1024;

/**
 * SQLite commits in the order of the calls, so much is handed over at once and shares a sync.
 * EventStoreDB commits in the order in which it receives, so each append waits for the one before.
 */
export async function appendInOrder(
  log: EventLog,
  { engine }: LogAddress,
  page: LedgerEvent[],
): Promise<void> {
  const mostAtOnce = engine === 'sqlite' ? MAX_CHARACTERS_AT_ONCE : 0;
  let characters = 0;
  let handedOver: Promise<void>[] = [];
  for (const run of runsOf(page)) {
    handedOver.push(appendRun(log, run));
    characters += run.reduce((sum, { entry }) => sum + entry.length, 0);
    if (characters < mostAtOnce) continue;
    await Promise.all(handedOver);
    [characters, handedOver] = [0, []];
  }
  await Promise.all(handedOver);
}

async function appendRun(log: EventLog, [first, ...others]: Run): Promise<void> {
  const expected = first.revision === 0 ? 'none' : first.revision - 1;
  await log.append(first.stream, expected, [first, ...others].map(asNew));
}

function asNew({ id, type, data, metadata }: LedgerEvent): NewEvent {
  return { id, type, data, metadata };
}

type Run = [LedgerEvent, ...LedgerEvent[]];

/** Neighbours of one stream go into one append, as long as it stays small. */
function runsOf(page: LedgerEvent[]): Run[] {
  const runs: Run[] = [];
  let characters = 0;
  for (const event of page) {
    const run = runs.at(-1);
    characters += event.entry.length;
    if (run?.[0].stream === event.stream && characters <= MAX_APPEND_CHARACTERS) {
      run.push(event);
    } else {
      runs.push([event]);
      characters = event.entry.length;
    }
  }
  return runs;
}
