import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { append, collect, isPending, rejectionOf, reported, until } from './client.js';
import { fault, type Fault } from './faults.js';
import { batchAnswers } from './raw-batch.js';
import { EventStoreServer } from './server.js';
import { refusals } from './status.js';

// Every fault by what the unmodified client makes of it, and by what the database holds afterwards.

let server: EventStoreServer;
let client: EventStoreDBClient;
const stream = 'metric-area';
const shortDeadlineMs = 300;

beforeEach(async () => {
  server = await EventStoreServer.start();
  client = EventStoreDBClient.connectionString(server.url);
});

afterEach(async () => {
  await client.dispose();
  await server.calls.noneOpen();
  await server.stop();
});

const storedIn = (name: string) => server.store.stream(name)?.events.length ?? 0;

describe('Append', () => {
  const cases: [string, Fault, Record<string, unknown>, number][] = [
    ['silent', fault.silent(), { type: 'deadline-exceeded' }, 0],
    ['applied then silent', fault.appliedThenSilent(), { type: 'deadline-exceeded' }, 1],
    ['answered too late', fault.late(10 * shortDeadlineMs), { type: 'deadline-exceeded' }, 1],
    ['applied then reset', fault.appliedThenReset(), { type: 'unavailable' }, 1],
    ['reset before', fault.reset(), { type: 'unavailable' }, 0],
    ['not ready', fault.notReady(), { type: 'unavailable' }, 0],
    ['too busy', fault.tooBusy(), { type: 'unavailable' }, 0],
    ['without a leader', fault.noLeader(), { type: 'unknown' }, 0],
    ['unauthenticated', fault.unauthenticated(), { type: 'access-denied' }, 0],
    ['denied', fault.accessDenied(), { type: 'access-denied' }, 0],
    ['internal', fault.internal(), { type: 'unknown', code: 13 }, 0],
    ['unknown', fault.unknown(), { type: 'unknown', code: 2 }, 0],
    [
      'too large',
      fault.tooLarge(99),
      { type: 'maximum-append-size-exceeded', maxAppendSize: 99 },
      0,
    ],
    [
      'applied then unavailable',
      fault.appliedThenStatus(refusals.unavailable()),
      { type: 'unavailable' },
      1,
    ],
  ];

  it.each(cases)('%s', async (_, injected, seen, stored) => {
    server.faults.next('append', injected);
    const failing = append(client, stream, NO_STREAM, reported(1), shortDeadlineMs);
    expect(await rejectionOf(failing)).toMatchObject(seen);
    expect(storedIn(stream)).toBe(stored);
    expect(server.faults.pending).toBe(0);
  });

  it('is answered late and still in time', async () => {
    server.faults.next('append', fault.late(20));
    expect((await append(client, stream, NO_STREAM)).nextExpectedRevision).toBe(0n);
  });

  it('fails the first k times, then is fine', async () => {
    server.faults.next('append', fault.tooBusy(), { times: 2 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await rejectionOf(append(client, stream, NO_STREAM))).toMatchObject({
        type: 'unavailable',
      });
    }
    expect((await append(client, stream, NO_STREAM)).success).toBe(true);
  });

  it('fails the nth time only', async () => {
    server.faults.nth('append', 2, fault.internal());
    await append(client, stream, NO_STREAM);
    expect(await rejectionOf(append(client, stream, 0n))).toMatchObject({ type: 'unknown' });
    expect((await append(client, stream, 0n)).nextExpectedRevision).toBe(1n);
  });

  it('fails on one stream of several until the faults are cleared', async () => {
    const onArea = { when: (call: { stream?: string }) => call.stream === stream };
    server.faults.always('append', fault.internal(), onArea);
    const streams = ['metric-cost', stream, 'metric-staff', stream];
    const results = await Promise.allSettled(
      streams.map((name) => append(client, name, NO_STREAM)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    server.faults.clear();
    expect((await append(client, stream, NO_STREAM)).success).toBe(true);
  });

  it('names the leader, to which the next call goes', async () => {
    const leader = await EventStoreServer.start({ store: server.store });
    try {
      server.faults.always('append', fault.notLeader('127.0.0.1', leader.port));
      expect(await rejectionOf(append(client, stream, NO_STREAM))).toMatchObject({
        type: 'not-leader',
        leader: { address: '127.0.0.1', port: leader.port },
      });
      await append(client, stream, NO_STREAM);
      expect([server.calls.count('append'), leader.calls.count('append')]).toEqual([1, 1]);
    } finally {
      await client.dispose();
      await leader.stop();
    }
  });
});

describe('BatchAppend', () => {
  const appendInBatch = (name = stream) => {
    return client.appendToStream(name, reported(1), { expectedRevision: NO_STREAM });
  };

  it('silent: the append hangs until the client is disposed of', async () => {
    const onArea = { when: (call: { stream?: string }) => call.stream === stream };
    server.faults.next('batchAppend', fault.appliedThenSilent(), onArea);
    const hanging = rejectionOf(appendInBatch());
    await appendInBatch('metric-cost');
    expect(await isPending(hanging)).toBe(true);
    expect(storedIn(stream)).toBe(1);
    await client.dispose();
    expect(await hanging).toMatchObject({ type: 'unknown', code: 1 });
  });

  it('not ready, as an answer that the client does not recognise', async () => {
    server.faults.next('batchAppend', fault.notReady());
    expect(await rejectionOf(appendInBatch())).toMatchObject({
      type: 'unknown',
      message: 'Could not recognize Server Is Not Ready',
    });
    expect((await appendInBatch()).success).toBe(true);
  });

  it('reset: every append that waits is rejected', async () => {
    await appendInBatch();
    const on = (name: string) => ({ when: (call: { stream?: string }) => call.stream === name });
    server.faults.next('batchAppend', fault.silent(), on('metric-a'));
    server.faults.next('batchAppend', fault.appliedThenReset(), on('metric-b'));
    const results = await Promise.allSettled(
      ['metric-a', 'metric-b'].map((name) => appendInBatch(name)),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([storedIn('metric-a'), storedIn('metric-b')]).toEqual([0, 1]);
  });

  it('answers twice, or without details, where a test speaks the wire itself', async () => {
    server.faults.next('batchAppend', fault.twice());
    server.faults.next('batchAppend', fault.withoutDetails());
    const answers = await batchAnswers(server.port, ['metric-a', 'metric-b']);
    const ids = answers.map((answer) => answer.getCorrelationId()?.getString());
    expect(ids).toEqual(['metric-a', 'metric-a', 'metric-b']);
    expect(answers[2]?.hasError()).toBe(true);
    expect(answers[2]?.getError()?.hasDetails()).toBe(false);
  });
});

describe('ServerFeatures', () => {
  const appendWithProbe = () => {
    return client.appendToStream(stream, reported(1), { expectedRevision: NO_STREAM });
  };

  it('silent: the first append hangs', async () => {
    server.faults.next('serverFeatures', fault.silent());
    const hanging = appendWithProbe().catch((error: unknown) => error);
    await append(client, 'metric-cost', NO_STREAM);
    expect(await isPending(hanging)).toBe(true);
    server.resetConnections();
    expect(await hanging).toMatchObject({ code: 14 });
  });

  it('unavailable: an error of the library, without the type of the client', async () => {
    server.faults.next('serverFeatures', fault.notReady());
    const rejection = await rejectionOf(appendWithProbe());
    expect(rejection).toMatchObject({ code: 14 });
    expect(rejection).not.toHaveProperty('type');
    expect((await appendWithProbe()).success).toBe(true);
  });

  it('internal: remembered, so that every later append of this client fails', async () => {
    server.faults.next('serverFeatures', fault.internal());
    expect(await rejectionOf(appendWithProbe())).toMatchObject({ code: 13 });
    expect(await rejectionOf(appendWithProbe())).toMatchObject({ code: 13 });
    expect(server.calls.count('serverFeatures')).toBe(1);
  });
});

describe('a read', () => {
  beforeEach(() => append(client, stream, NO_STREAM, reported(5)));

  const cases: [string, Fault, number, Record<string, unknown> | undefined][] = [
    ['unavailable', fault.notReady(), 0, { type: 'unavailable' }],
    ['denied', fault.unauthenticated(), 0, { type: 'access-denied' }],
    ['reset before', fault.reset(), 0, { type: 'unavailable' }],
    ['unavailable after 2', fault.drop(refusals.unavailable(), 2), 2, { type: 'unavailable' }],
    ['cancelled after 2', fault.drop(refusals.cancelled(), 2), 2, { type: 'cancelled' }],
    ['too slow after 2', fault.drop(refusals.tooSlow(), 2), 2, { type: 'timeout' }],
    ['internal after 2', fault.drop(refusals.internal(), 2), 2, { type: 'unknown' }],
    ['ended after 2', fault.drop('end', 2), 2, undefined],
    ['late', fault.late(20), 5, undefined],
  ];

  it.each(cases)('%s', async (_, injected, delivered, error) => {
    server.faults.next('read', injected);
    const delivery = await collect(client.readStream(stream));
    expect(delivery.items.length).toBeLessThanOrEqual(delivered);
    if (error === undefined) expect(delivery).toMatchObject({ error });
    else expect(delivery.error).toMatchObject(error);
  });

  it.each([
    ['before the first event', fault.silent(), 0],
    ['in the middle', fault.drop('silent', 2), 2],
  ])('silent %s: hangs until it is cancelled', async (_, injected, delivered) => {
    server.faults.next('read', injected);
    const read = client.readStream(stream);
    let received = 0;
    read.on('data', () => (received += 1));
    const ended = new Promise((resolve) => read.once('end', resolve).once('close', resolve));
    await collect(client.readStream(stream));
    await until(() => received === delivered);
    expect(await isPending(ended)).toBe(true);
    expect(server.calls.open('read')).toMatchObject([{ frames: delivered }]);
    await read.cancel();
    await server.calls.noneOpen('read');
  });
});
