import { jsonEvent, type EventStoreDBClient, type JSONEventType } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';

type Reported = JSONEventType<'ObservationReported', { amount: string }>;

/** With credentials in the call the client uses the plain Append; over tls=false any will do. */
export const withCredentials = {
  credentials: { username: 'ledger', password: 'placeholder' },
};

/** So many events with ids of their own. */
export function reported(count: number, bytes = 0) {
  return Array.from({ length: count }, (_, index) => {
    const amount = String(index).padEnd(bytes, '0');
    return jsonEvent<Reported>({ id: randomUUID(), type: 'ObservationReported', data: { amount } });
  });
}

/** What a read or subscription delivered until it ended or enough had come. */
export type Delivery<T> = { items: T[]; error: unknown };

type Delivering<T> = AsyncIterable<T>;

/** Takes `enough` items, or all until the end; an error is kept, not thrown. */
export async function collect<T>(source: Delivering<T>, enough = Infinity): Promise<Delivery<T>> {
  const items: T[] = [];
  if (enough === 0) return { items, error: undefined };
  try {
    for await (const item of source) {
      items.push(item);
      if (items.length === enough) break;
    }
    return { items, error: undefined };
  } catch (error) {
    return { items, error };
  }
}

export function revisionsOf({ items }: Delivery<{ event?: { revision: bigint } }>): bigint[] {
  return items.flatMap(({ event }) => (event === undefined ? [] : [event.revision]));
}

/** The reason of a rejection; fails when there was none. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It was expected to fail and succeeded.');
}

/** Whether it is still unsettled after everything that is due now has run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending')));
  return (await Promise.race([promise, turn])) === 'pending';
}

/** Waits for the condition; the test's own time limit is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Appends with the plain Append. */
export function append(
  client: EventStoreDBClient,
  stream: string,
  expectedRevision: bigint | 'no_stream',
  events = reported(1),
  deadline?: number,
) {
  const options = { ...withCredentials, expectedRevision };
  return client.appendToStream(
    stream,
    events,
    deadline === undefined ? options : { ...options, deadline },
  );
}
