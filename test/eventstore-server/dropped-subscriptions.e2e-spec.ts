import {
  EventStoreDBClient,
  NO_STREAM,
  START,
  streamNameFilter,
  type Position,
} from '@eventstore/db-client';
import { append, collect, reported, revisionsOf, until } from './client.js';
import { fault, type Fault } from './faults.js';
import { EventStoreServer } from './server.js';
import { refusals } from './status.js';

// A subscription never comes back by itself: whatever ends it, the reader must ask again.

let server: EventStoreServer;
let client: EventStoreDBClient;
const stream = 'metric-area';

beforeEach(async () => {
  server = await EventStoreServer.start();
  client = EventStoreDBClient.connectionString(server.url);
  await append(client, stream, NO_STREAM, reported(8));
});

afterEach(async () => {
  await client.dispose();
  await server.calls.noneOpen();
  await server.stop();
});

/** Follows $all by stream name, with a checkpoint every two events; notes what comes. */
function follow(fromPosition: Position | typeof START = START) {
  const checkpoints: Position[] = [];
  const counts = { confirmation: 0, caughtUp: 0 };
  const filter = streamNameFilter({
    prefixes: [stream],
    maxSearchWindow: 2,
    checkpointInterval: 1,
    checkpointReached: (_, position) => void checkpoints.push(position),
  });
  const subscription = client.subscribeToAll({ fromPosition, filter });
  subscription.on('confirmation', () => (counts.confirmation += 1));
  subscription.on('caughtUp', () => (counts.caughtUp += 1));
  return { subscription, checkpoints, counts };
}

const afterCaughtUp = async (act: () => unknown) => {
  const followed = follow();
  const delivery = collect(followed.subscription);
  await until(() => followed.counts.caughtUp > 0);
  act();
  return delivery;
};

const positions = () => server.store.log.map(({ position }) => position);

describe('a subscription is dropped', () => {
  const endings: [string, Fault, number, Record<string, unknown> | undefined][] = [
    ['not ready', fault.notReady(), 0, { type: 'unavailable' }],
    ['unavailable', fault.drop(refusals.unavailable(), 3), 3, { type: 'unavailable' }],
    ['cancelled', fault.drop(refusals.cancelled(), 3), 3, { type: 'cancelled' }],
    ['ended cleanly', fault.drop('end', 3), 3, undefined],
    ['reset', fault.drop('reset', 0), 0, { type: 'unavailable' }],
  ];

  it.each(endings)('%s', async (_, injected, delivered, error) => {
    server.faults.next('subscribe', injected);
    const delivery = await collect(client.subscribeToStream(stream));
    expect(delivery.items.length).toBeLessThanOrEqual(delivered);
    if (error === undefined) expect(delivery).toMatchObject({ error });
    else expect(delivery.error).toMatchObject(error);
    const again = collect(client.subscribeToStream(stream), 8);
    expect(revisionsOf(await again)).toHaveLength(8);
  });

  it('before its confirmation', async () => {
    server.faults.next('subscribe', fault.dropBeforeConfirmation(refusals.unavailable()));
    const { subscription, counts } = follow();
    expect((await collect(subscription)).error).toMatchObject({ type: 'unavailable' });
    expect(counts.confirmation).toBe(0);
  });

  it('between an event and the checkpoint behind it', async () => {
    server.faults.next('subscribe', fault.dropAtCheckpoint('end'));
    const { subscription, checkpoints } = follow(positions()[4]);
    expect(revisionsOf(await collect(subscription))).toEqual([0n, 1n]);
    expect(checkpoints).toEqual([]);
  });

  it('with all others, now, as by a server that shuts down', async () => {
    const delivery = await afterCaughtUp(() => server.dropSubscriptions());
    expect(delivery.error).toMatchObject({ type: 'unavailable' });
    expect(server.calls.open('subscribe')).toEqual([]);
  });

  it('cleanly with all others, now: the loop just ends', async () => {
    const delivery = await afterCaughtUp(() => server.dropSubscriptions('end'));
    expect(delivery).toMatchObject({ error: undefined });
    expect(revisionsOf(delivery)).toHaveLength(8);
  });

  it('by torn connections', async () => {
    const delivery = await afterCaughtUp(() => server.resetConnections());
    expect(delivery.error).toMatchObject({ type: 'unavailable' });
  });

  it('when 32 live events wait for a consumer that does not read', async () => {
    server.faults.next('subscribe', fault.slowConsumer());
    const { subscription, counts } = follow();
    const iterator = subscription[Symbol.asyncIterator]();
    for (let taken = 0; taken < 8; taken += 1) await iterator.next();
    await until(() => counts.caughtUp > 0);
    const large = Buffer.from(JSON.stringify({ amount: '0'.repeat(20_000) }));
    while (server.calls.open('subscribe').length > 0 && storedBytesBelowLimit()) {
      server.store.appendRaw(stream, { type: 'ObservationReported', data: large });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const rest = await collect({ [Symbol.asyncIterator]: () => iterator });
    expect(rest.error).toMatchObject({ type: 'timeout' });
    expect(rest.items.length).toBeLessThan((server.store.stream(stream)?.events.length ?? 0) - 8);

    const from = rest.items.at(-1)?.event?.position;
    const resumed = await collect(follow(from).subscription, 1);
    expect(revisionsOf(resumed)).toEqual([BigInt(8 + rest.items.length)]);
  });
});

describe('the frames of a subscription', () => {
  const followed = async (injected: Fault) => {
    server.faults.next('subscribe', injected);
    const { subscription, checkpoints, counts } = follow(positions()[4]);
    const delivery = await collect(subscription, 8);
    await until(() => server.calls.count('subscribe') > 0);
    return { delivery, checkpoints, counts };
  };

  it('carry the same checkpoint twice', async () => {
    const { checkpoints } = await followed(fault.repeatedCheckpoints());
    const [first, second] = [positions()[6], positions()[8]];
    expect(checkpoints.slice(0, 4)).toEqual([first, first, second, second]);
  });

  it('carry each checkpoint again after the next', async () => {
    const { checkpoints } = await followed(fault.laggingCheckpoints());
    const [first, second, third] = [positions()[6], positions()[8], positions()[10]];
    expect(checkpoints.slice(0, 5)).toEqual([first, second, first, third, second]);
  });

  it('carry the event at the border twice', async () => {
    server.faults.next('subscribe', fault.borderTwice());
    const border = positions()[6];
    const { items } = await collect(follow(border).subscription, 2);
    expect(items.map(({ event }) => event?.position)).toEqual(positions().slice(6, 8));
  });

  it.each([
    ['no caughtUp', fault.noCaughtUp(), 0],
    ['caughtUp once', fault.frames({}), 1],
    ['caughtUp twice', fault.caughtUpTwice(), 2],
  ])('carry %s', async (_, injected, times) => {
    server.faults.next('subscribe', injected);
    const { subscription, counts } = follow();
    const delivery = collect(subscription, 9);
    await until(() => (server.calls.open('subscribe')[0]?.frames ?? 0) >= 8 + 1 + 6 + times);
    await append(client, stream, 7n);
    expect(revisionsOf(await delivery)).toHaveLength(9);
    expect(counts.caughtUp).toBe(times);
  });
});

/** Far above what the connection's windows hold, so that the loop above ends in any case. */
function storedBytesBelowLimit(): boolean {
  return (server.store.stream(stream)?.events.length ?? 0) < 2_000;
}
