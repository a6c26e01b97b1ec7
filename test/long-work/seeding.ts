import { openLog } from '@ledger/engines';
import type { NewEvent } from '@ledger/event-log';
import { history } from '../bench/history.js';

const METRICS = 20;
const BATCH = 500;

/** Writes a log of so many events of real shape, quickly: one stream after the other. */
export async function seedHistory(dataDir: string, events: number): Promise<void> {
  const streams = new Map<string, NewEvent[]>();
  for (const { stream, event } of history(events, METRICS)) {
    const before = streams.get(stream);
    if (before === undefined) streams.set(stream, [event]);
    else before.push(event);
  }
  const log = await openLog({ engine: 'sqlite', dataDir }, { thread: false });
  try {
    for (const [stream, told] of streams) {
      for (let from = 0; from < told.length; from += BATCH) {
        const batch = told.slice(from, from + BATCH);
        await log.append(stream, from === 0 ? 'none' : from - 1, batch);
      }
    }
  } finally {
    await log.close();
  }
}
