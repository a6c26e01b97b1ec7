import { EventStoreDBClient, NO_STREAM, START } from '@eventstore/db-client';
import { append, collect, reported, revisionsOf } from './client.js';
import { EventStoreServer } from './server.js';

// What somebody with the database in hand can do, and what a reader then sees.

describe("the attacker's door", () => {
  let server: EventStoreServer;
  let client: EventStoreDBClient;
  const stream = 'metric-area';

  beforeEach(async () => {
    server = await EventStoreServer.start();
    client = EventStoreDBClient.connectionString(server.url);
    await append(client, stream, NO_STREAM, reported(3));
  });

  afterEach(async () => {
    await client.dispose();
    await server.calls.noneOpen();
    await server.stop();
  });

  const amounts = async () => {
    const { items } = await collect(client.readStream(stream));
    return items.map(({ event }) => JSON.stringify(event?.data));
  };

  it('hides events by metadata from the stream, not from $all', async () => {
    server.store.setMetadata(stream, { $tb: 2 });
    expect(revisionsOf(await collect(client.readStream(stream)))).toEqual([2n]);
    server.store.setMetadata(stream, { $maxCount: 2 });
    expect(revisionsOf(await collect(client.readStream(stream)))).toEqual([1n, 2n]);
    server.store.setMetadata(stream, { $acl: { $d: 'anybody' } });
    expect(revisionsOf(await collect(client.readStream(stream)))).toEqual([0n, 1n, 2n]);

    const { items } = await collect(client.readAll());
    const ofStream = items.filter(({ event }) => event?.streamId.endsWith(stream) === true);
    expect(ofStream.map(({ event }) => event?.type)).toEqual([
      ...Array.from({ length: 3 }, () => 'ObservationReported'),
      ...Array.from({ length: 3 }, () => '$metadata'),
    ]);
  });

  it('shows an altered payload, exchanged events and a hole', async () => {
    server.store.alterData(stream, 1n, Buffer.from('{"amount":"9"}'));
    expect(await amounts()).toEqual(['{"amount":"0"}', '{"amount":"9"}', '{"amount":"2"}']);
    server.store.swap(stream, 0n, 2n);
    expect(await amounts()).toEqual(['{"amount":"2"}', '{"amount":"9"}', '{"amount":"0"}']);
    server.store.removeEvent(stream, 1n);
    expect(revisionsOf(await collect(client.readStream(stream)))).toEqual([0n, 2n]);
  });

  it('still reads on from the position of a removed event', async () => {
    const [removed] = server.store.log.slice(-2);
    server.store.removeEvent(stream, 1n);
    const { items } = await collect(client.readAll({ fromPosition: removed?.position ?? START }));
    expect(items.map(({ event }) => event?.revision)).toEqual([2n]);
  });

  it('gives malformed JSON as text and unreadable metadata as bytes, as if well', async () => {
    server.store.alterData(stream, 0n, Buffer.from('{"amount":'));
    server.store.alterMetadata(stream, 0n, Buffer.from('not JSON'));
    const { items } = await collect(client.readStream(stream, { maxCount: 1 }));
    expect(items[0]?.event).toMatchObject({ isJson: true, data: '{"amount":' });
    const metadata: unknown = items[0]?.event?.metadata;
    expect(metadata).toBeInstanceOf(Uint8Array);
    expect(metadata).toEqual(Uint8Array.from(Buffer.from('not JSON')));
  });

  it('lets an event say that it does not know its position', async () => {
    server.store.hidePosition(stream, 2n);
    const { items } = await collect(client.readStream(stream, { fromRevision: 2n }));
    const unknown = 2n ** 64n - 1n;
    expect(items[0]?.event?.position).toEqual({ commit: unknown, prepare: unknown });
  });

  it('puts links into $all and resolves them for who asks', async () => {
    server.store.appendLink('$ce-metric', { stream, revision: 1n });
    server.store.appendLink('$ce-metric', { stream, revision: 7n });

    const plain = await collect(client.readStream('$ce-metric'));
    expect(plain.items[0]?.event).toMatchObject({ type: '$>', streamId: '$ce-metric' });
    const resolved = await collect(client.readStream('$ce-metric', { resolveLinkTos: true }));
    expect(resolved.items[0]?.event).toMatchObject({ streamId: stream, revision: 1n });
    expect(resolved.items[0]?.link).toMatchObject({ streamId: '$ce-metric', revision: 0n });
    expect(resolved.items[1]).not.toHaveProperty('event');
    expect(resolved.items[1]?.link).toMatchObject({ revision: 1n });
  });
});
