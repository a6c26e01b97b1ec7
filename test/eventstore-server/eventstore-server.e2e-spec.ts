import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  NO_STREAM,
  START,
  type Position,
} from '@eventstore/db-client';
import { append, collect, rejectionOf, reported, revisionsOf, withCredentials } from './client.js';
import { EventStoreServer, type ServerOptions } from './server.js';
import { EventStoreModel } from './store.js';

// Everything here runs through the unmodified client: what it sees is what a real server shows.

describe('the protocol server', () => {
  let server: EventStoreServer;
  let client: EventStoreDBClient;

  const serve = async (options: ServerOptions = {}) => {
    server = await EventStoreServer.start(options);
    client = EventStoreDBClient.connectionString(server.url);
  };

  beforeEach(() => serve());

  afterEach(async () => {
    await client.dispose();
    await server.calls.noneOpen();
    await server.stop();
  });

  const again = async (options: ServerOptions) => {
    await client.dispose();
    await server.stop();
    await serve(options);
  };

  describe('append', () => {
    it('returns the revision and position of the last event', async () => {
      const first = await append(client, 'metric-area', NO_STREAM, reported(3));
      const second = await append(client, 'metric-area', 2n);

      expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
      expect(second.nextExpectedRevision).toBe(3n);
      const stored = server.store.log.slice(-4).map(({ position }) => position);
      expect([first.position, second.position]).toEqual([stored[2], stored[3]]);
    });

    it('names the actual revision in a conflict', async () => {
      await append(client, 'metric-area', NO_STREAM, reported(3));

      expect(await rejectionOf(append(client, 'metric-area', 1n))).toMatchObject({
        type: 'wrong-expected-version',
        streamName: 'metric-area',
        expectedVersion: 1n,
        actualVersion: 2n,
      });
      expect(await rejectionOf(append(client, 'metric-area', NO_STREAM))).toMatchObject({
        expectedVersion: 'no_stream',
        actualVersion: 2n,
      });
      expect(await rejectionOf(append(client, 'metric-none', 4n))).toMatchObject({
        expectedVersion: 4n,
        actualVersion: 'no_stream',
      });
    });

    it('answers a repeat with the original revisions and position', async () => {
      const events = reported(2);
      const original = await append(client, 'metric-area', NO_STREAM, events);
      await append(client, 'metric-area', 1n, reported(3));

      expect(await append(client, 'metric-area', NO_STREAM, events)).toEqual(original);
      expect(server.store.stream('metric-area')?.lastRevision).toBe(4n);
    });

    it('refuses a repeat with one other id, and writes used ids again at the head', async () => {
      const events = reported(2);
      await append(client, 'metric-area', NO_STREAM, events);

      const mixed = [...events.slice(0, 1), ...reported(1)];
      const rejection = await rejectionOf(append(client, 'metric-area', NO_STREAM, mixed));
      expect(rejection).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
      const twice = await append(client, 'metric-area', 1n, events);
      expect(twice.nextExpectedRevision).toBe(3n);
    });

    it('refuses more than the largest append', async () => {
      const large = append(client, 'metric-area', NO_STREAM, reported(11, 100_000));
      expect(await rejectionOf(large)).toMatchObject({
        type: 'maximum-append-size-exceeded',
        maxAppendSize: 1024 * 1024,
      });
      expect(server.store.stream('metric-area')).toBeUndefined();
    });

    it('with credentials in the call is one Append and nothing else', async () => {
      await append(client, 'metric-area', NO_STREAM);
      const [call, ...others] = server.calls.seen;
      expect(call).toMatchObject({ rpc: 'append', stream: 'metric-area' });
      expect(call).not.toHaveProperty('authorization');
      expect(others).toEqual([]);
    });

    it('without credentials asks for features once and keeps one BatchAppend open', async () => {
      const events = reported(2);
      const options = { expectedRevision: NO_STREAM } as const;
      const original = await client.appendToStream('metric-area', events, options);
      const repeat = await client.appendToStream('metric-area', events, options);
      const conflict = client.appendToStream('metric-area', reported(1), options);

      expect(repeat).toEqual(original);
      expect(await rejectionOf(conflict)).toMatchObject({
        type: 'wrong-expected-version',
        streamName: 'metric-area',
        expectedVersion: 'no_stream',
        actualVersion: 1n,
      });
      expect(server.calls.seen.map(({ rpc }) => rpc)).toEqual(['serverFeatures', 'batchAppend']);
      expect(server.calls.open('batchAppend')).toHaveLength(1);
    });

    it('falls back to Append where BatchAppend is not advertised', async () => {
      await again({ batchAppend: false });
      await client.appendToStream('metric-area', reported(1), { expectedRevision: NO_STREAM });
      expect(server.calls.seen.map(({ rpc }) => rpc)).toEqual(['serverFeatures', 'append']);
    });

    it('tells whether the leader was asked for', async () => {
      await client.appendToStream('metric-area', reported(1), {
        ...withCredentials,
        expectedRevision: NO_STREAM,
        requiresLeader: true,
      });
      expect(server.calls.seen[0]).toMatchObject({ rpc: 'append', requiresLeader: true });
    });
  });

  describe('reading', () => {
    it('includes the revision it starts from, both ways', async () => {
      await append(client, 'metric-area', NO_STREAM, reported(5));

      const forwards = client.readStream('metric-area', { fromRevision: 2n, maxCount: 2 });
      expect(revisionsOf(await collect(forwards))).toEqual([2n, 3n]);
      const backwards = { direction: BACKWARDS, fromRevision: 2n } as const;
      const back = client.readStream('metric-area', backwards);
      expect(revisionsOf(await collect(back))).toEqual([2n, 1n, 0n]);
      const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
      expect(revisionsOf(await collect(client.readStream('metric-area', last)))).toEqual([4n]);
      const beyond = client.readStream('metric-area', { fromRevision: 9n });
      expect(await collect(beyond)).toEqual({ items: [], error: undefined });
    });

    it('gives $all in order with gaps between positions, system events at its head', async () => {
      await append(client, 'metric-area', NO_STREAM, reported(3));

      const { items } = await collect(client.readAll());
      const commits = items.map(({ event }) => event?.position?.commit ?? 0n);
      expect(items[0]?.event).toMatchObject({ type: '$metadata', position: { commit: 1_243n } });
      expect(items.at(-1)?.event?.streamId).toBe('metric-area');
      const gaps = commits.slice(1).map((commit, index) => commit - (commits[index] ?? 0n));
      expect(gaps.every((gap) => gap > 1n)).toBe(true);

      const fromPosition = items[2]?.event?.position ?? START;
      const part = await collect(client.readAll({ fromPosition, maxCount: 2 }));
      expect(part.items.map(({ event }) => event?.id)).toEqual(
        items.slice(2, 4).map(({ event }) => event?.id),
      );
      const tail = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
      const head = await collect(client.readAll(tail));
      expect(head.items[0]?.event?.id).toBe(items.at(-1)?.event?.id);
    });

    it('counts beyond 2^53, and tells commit from prepare', async () => {
      const firstPosition = 2n ** 53n + 1n;
      await again({ store: new EventStoreModel({ firstPosition, oneCommitPerAppend: true }) });
      const { position } = await append(client, 'metric-area', NO_STREAM, reported(2));

      const { items } = await collect(client.readAll({ fromPosition: START }));
      const [one, two] = items.slice(-2).map(({ event }) => event?.position);
      expect(items[0]?.event?.position?.prepare).toBe(firstPosition);
      expect(one?.commit).toBe(two?.commit);
      expect(one?.prepare).not.toBe(two?.prepare);
      expect(two).toEqual(position);
    });

    it('fails on a position that the server never gave out', async () => {
      const invented: Position = { commit: 1_244n, prepare: 1_244n };
      const { error } = await collect(client.readAll({ fromPosition: invented }));
      expect(error).toMatchObject({ type: 'unknown' });
    });

    it('tells a missing stream, a deleted one and a tombstone apart', async () => {
      await append(client, 'metric-area', NO_STREAM, reported(2));
      await append(client, 'metric-ended', NO_STREAM);

      const missing = await collect(client.readStream('metric-none'));
      expect(missing.error).toMatchObject({ type: 'stream-not-found', streamName: 'metric-none' });
      await client.deleteStream('metric-area');
      const deleted = await collect(client.readStream('metric-area'));
      expect(deleted.error).toMatchObject({ type: 'stream-not-found' });
      await client.tombstoneStream('metric-ended');
      const ended = await collect(client.readStream('metric-ended'));
      expect(ended.error).toMatchObject({ type: 'stream-deleted', streamName: 'metric-ended' });
      const appended = await rejectionOf(append(client, 'metric-ended', NO_STREAM));
      expect(appended).toMatchObject({ type: 'stream-deleted' });
    });

    it('continues the numbers of a deleted stream', async () => {
      await append(client, 'metric-area', NO_STREAM, reported(2));
      server.store.softDelete('metric-area');

      const revived = await append(client, 'metric-area', NO_STREAM, reported(1));
      expect(revived.nextExpectedRevision).toBe(2n);
      expect(revisionsOf(await collect(client.readStream('metric-area')))).toEqual([2n]);
    });
  });
});
