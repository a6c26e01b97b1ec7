// The histories of the benches: made-up ones, and logs that can be read before they are written.
import {
  encodeEntry,
  readStoredEntry,
  type EventLogReader,
  type LedgerEvent,
} from '@ledger/event-log';
import { evenDay, evenHistory, evenMetricId, type Told } from '@ledger/synthetic';

export type { Told } from '@ledger/synthetic';

/** Every run of a bench reads the same events, unless it asks for others. */
const SEED = 7;

export const metricId = evenMetricId;

/** The day of which a metric's first statement speaks for 0, and so on. */
export const day = evenDay;

/** Events before the first metric is defined: a unit and a reform. */
export const OPENING_EVENTS = 2;

/**
 * Definitions of `metrics` metrics and then a statement of each of them day after day, `events` in
 * all. About 5 in 100 statements are corrections, 1 in 100 withdrawals, and 10 in 100 reports speak
 * of an earlier day. What a district tells, uneven and of all kinds, is `syntheticHistory`.
 */
export const history = (events: number, metrics: number, seed = SEED): Iterable<Told> =>
  evenHistory({ events, metrics, seed });

/** A log of this history that makes its events up as it is read. */
export const historyLog = (events: number, metrics: number): EventLogReader =>
  logOf(history(events, metrics), events);

/**
 * A log that can be read once and in order: for read models larger than a bench should keep in
 * memory or append first.
 */
export function logOf(events: Iterable<Told>, count: number): EventLogReader {
  const told = events[Symbol.iterator]();
  let sequence = -1;
  let recordedAt: string | null = null;
  return {
    readAll: async ({ limit }) => {
      const page: LedgerEvent[] = [];
      while (page.length < limit) {
        const next = told.next();
        if (next.done === true) break;
        sequence += 1;
        const { stream, revision, event } = next.value;
        const entry = encodeEntry({ ...event, stream, revision });
        page.push(readStoredEntry(entry, { position: String(sequence + 1), sequence }));
        ({ recordedAt } = event.metadata);
      }
      return page;
    },
    head: async () => ({ position: String(count), sequence: count - 1, recordedAt }),
    readStream: () => Promise.reject(new Error('This log has no streams to read.')),
    follow: () => {
      throw new Error('This log cannot be followed.');
    },
    close: async () => {},
  };
}
