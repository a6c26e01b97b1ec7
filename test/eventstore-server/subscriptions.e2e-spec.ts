import {
  EventStoreDBClient,
  excludeSystemEvents,
  NO_STREAM,
  START,
  streamNameFilter,
  type Position,
} from '@eventstore/db-client';
import { append, collect, reported, revisionsOf } from './client.js';
import { EventStoreServer } from './server.js';

describe('subscriptions', () => {
  let server: EventStoreServer;
  let client: EventStoreDBClient;

  beforeEach(async () => {
    server = await EventStoreServer.start();
    client = EventStoreDBClient.connectionString(server.url);
  });

  afterEach(async () => {
    await client.dispose();
    await server.calls.noneOpen();
    await server.stop();
  });

  it('start behind the revision they are given, then go live', async () => {
    await append(client, 'metric-area', NO_STREAM, reported(3));
    const subscription = client.subscribeToStream('metric-area', { fromRevision: 1n });
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const delivery = collect(subscription, 2);
    await caughtUp;
    await append(client, 'metric-area', 2n);

    expect(revisionsOf(await delivery)).toEqual([2n, 3n]);
    await subscription.unsubscribe();
  });

  it('start behind the position they are given', async () => {
    const { position: fromPosition = START } = await append(client, 'metric-a', NO_STREAM);
    await append(client, 'metric-b', NO_STREAM);

    const { items } = await collect(client.subscribeToAll({ fromPosition }), 1);
    expect(items[0]?.event?.streamId).toBe('metric-b');
  });

  it('wait for a stream that does not exist yet', async () => {
    const subscription = client.subscribeToStream('metric-later');
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await append(client, 'metric-later', NO_STREAM);
    expect(revisionsOf(await collect(subscription, 1))).toEqual([0n]);
  });

  it('end when their stream gets a tombstone', async () => {
    await append(client, 'metric-area', NO_STREAM);
    const subscription = client.subscribeToStream('metric-area');
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const delivery = collect(subscription);
    await caughtUp;
    server.store.tombstone('metric-area');
    expect((await delivery).error).toMatchObject({ type: 'stream-deleted' });
  });

  it('filter by prefix and mark how far they looked', async () => {
    for (const stream of ['reform-a', 'metric-a', 'reform-b', 'metric-b', 'reform-c']) {
      await append(client, stream, NO_STREAM, reported(2));
    }
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: ['metric-', '$$metric-'],
      maxSearchWindow: 2,
      checkpointInterval: 2,
      checkpointReached: (_, position) => void checkpoints.push(position),
    });
    server.store.setMetadata('metric-b', { $maxCount: 1 });
    server.store.setMetadata('reform-c', { $maxCount: 1 });

    const subscription = client.subscribeToAll({ filter });
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const delivery = collect(subscription, 6);
    await caughtUp;
    await append(client, 'metric-c', NO_STREAM);
    const streams = (await delivery).items.map(({ event }) => event?.streamId);
    const twice = (name: string) => [name, name];
    expect(streams).toEqual([...twice('metric-a'), ...twice('metric-b'), '$$metric-b', 'metric-c']);
    const everyFourth = server.store.log.filter((_, index) => index % 4 === 3);
    expect(checkpoints).toEqual(everyFourth.map(({ position }) => position));
  });

  it('filter by pattern of the event type', async () => {
    await append(client, 'metric-area', NO_STREAM, reported(2));
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents() });
    expect(revisionsOf(await collect(subscription, 2))).toEqual([0n, 1n]);
  });

  it('send no more than a paused consumer takes, and then everything', async () => {
    const total = 20_000;
    for (let written = 0; written < total; written += 100) {
      server.store.appendRaw('metric-area', ...storedEvents(100, 2_000));
    }
    const subscription = client.subscribeToStream('metric-area', { fromRevision: START });
    const delivery = subscription[Symbol.asyncIterator]();
    await delivery.next();
    await framesStandStill(server);
    const inFlight = server.calls.open('subscribe')[0]?.frames ?? 0;
    expect(inFlight).toBeGreaterThan(0);
    expect(inFlight).toBeLessThan(500);

    let inOrder = true;
    for (let taken = 1; taken < total; taken += 1) {
      const { value } = await delivery.next();
      inOrder &&= value.event.revision === BigInt(taken);
    }
    expect(inOrder).toBe(true);
  });
});

function storedEvents(count: number, bytes: number) {
  const data = Buffer.from(JSON.stringify({ amount: '0'.repeat(bytes) }));
  return Array.from({ length: count }, () => ({ type: 'ObservationReported', data }));
}

/** Resolves when the server has sent nothing for many turns: the consumer holds it back. */
async function framesStandStill(server: EventStoreServer): Promise<void> {
  let last = -1;
  for (let quiet = 0; quiet < 20;) {
    const frames = server.calls.open('subscribe')[0]?.frames ?? 0;
    quiet = frames === last ? quiet + 1 : 0;
    last = frames;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
