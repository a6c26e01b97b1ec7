import { status } from '@grpc/grpc-js';
import { fault, type Fault } from '../eventstore-server/faults.js';
import { refusals } from '../eventstore-server/status.js';
import { EventStoreModel } from '../eventstore-server/store.js';
import {
  EngineStage,
  everything,
  followed,
  positionsOf,
  reported,
  stream,
  until,
  upTo,
} from './stage.js';

let stage: EngineStage;
beforeEach(async () => {
  stage = await EngineStage.set();
});
afterEach(() => stage.clear());

/** 16 writers with streams of their own. */
async function writeMuch(log: Awaited<ReturnType<EngineStage['open']>>, turns: number) {
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      for (let turn = 0; turn < turns; turn += 1) {
        const expected = turn === 0 ? 'none' : turn - 1;
        await log.append(`task-writer-${writer}`, expected, [reported(`${writer}/${turn}`)]);
      }
    }),
  );
}

describe('The order of the log', () => {
  it.each<[string, Fault]>([
    ['breaks off with an error', fault.drop(refusals.unavailable(), 7)],
    ['is cancelled by the server', fault.drop(refusals.cancelled(), 7)],
    ['just ends, as if all were well', fault.drop('end', 7)],
    ['is torn with its connection', fault.drop('reset', 7)],
    ['ends before it is confirmed', fault.dropBeforeConfirmation(refusals.unavailable())],
    ['ends where word of the search was due', fault.dropAtCheckpoint(refusals.unavailable())],
    ['is dropped for a slow consumer', fault.slowConsumer(4)],
    ['never says that it caught up', fault.noCaughtUp()],
    ['says twice that it caught up', fault.caughtUpTwice()],
    ['repeats how far it has searched', fault.repeatedCheckpoints()],
    ['says late how far it has searched', fault.laggingCheckpoints()],
    ['gives the event at the border twice', fault.borderTwice()],
  ])('has no gap and no double when the subscription %s', async (_, injected) => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported()]);
    stage.server.faults.next('subscribe', injected, { times: 3 });
    stage.server.dropSubscriptions();
    const following = followed(log, 1 + 16 * 6);

    await writeMuch(log, 6);

    const all = await everything(log);
    expect(positionsOf(all)).toEqual(upTo(1 + 16 * 6));
    expect(await following).toEqual(all);
  });

  it('goes on when the subscription stays open and says nothing any more', async () => {
    const log = await stage.open();
    stage.server.faults.next('subscribe', fault.drop('silent', 3));
    stage.server.dropSubscriptions();

    await writeMuch(log, 2);
    const following = await followed(log, 32);

    expect(positionsOf(following)).toEqual(upTo(32));
  });

  it('skips nothing where word of the search comes close behind an event', async () => {
    const log = await stage.open();
    const other = await stage.open();
    const rounds = Array.from({ length: 60 }, (_, round) => round);

    for (const round of rounds) {
      // Enough of others between our events that the server tells how far it is.
      stage.server.store.appendRaw(
        'order-123',
        ...Array.from({ length: 33 }, () => ({ type: 'Placed', data: Buffer.from('{}') })),
      );
      const expected = round === 0 ? 'none' : round - 1;
      await log.append(stream, expected, [reported(String(round))]);
    }

    await until(async () => (await other.head()).position === String(rounds.length));
    expect(positionsOf(await everything(other))).toEqual(upTo(rounds.length));
    expect(await everything(other)).toEqual(await everything(log));
  });

  it('is the same in every process, and after restarts', async () => {
    const [one, two] = [await stage.open(), await stage.open()];
    await Promise.all([
      writeMuch(one, 4),
      two.append('unit-office', 'none', [reported(), reported()]),
    ]);
    const total = 16 * 4 + 2;
    await until(async () => (await two.head()).position === String(total));

    const seen = await everything(one);
    expect(await everything(two)).toEqual(seen);
    const restarted = await stage.restart(two);
    expect(await everything(restarted)).toEqual(seen);
    const anew = await stage.open();
    expect(await everything(anew, 7)).toEqual(seen);
  });

  it('survives a server that goes away and comes back', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('before')]);
    const following = followed(log, 2);

    await stage.serverGoes();
    await until(() => !log.state().reachable);
    await expect(log.append(stream, 0, [reported('away')])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('Nothing was sent now'),
    });
    await stage.serverComesBack();
    await until(() => log.state().reachable);
    await log.append(stream, 0, [reported('after')]);

    expect((await following).map(({ data }) => data.note)).toEqual(['before', 'after']);
    expect(stage.notices.at(-1)).toContain('answers again');
  });

  it('lets 24 writers of two processes meet at one stream with one winner a revision', async () => {
    const logs = [await stage.open(), await stage.open()];
    const won: number[] = [];
    await Promise.all(
      Array.from({ length: 24 }, async (_, writer) => {
        const log = logs[writer % 2];
        if (log === undefined) throw new Error('There are two.');
        for (let expected: number | 'none' = 'none'; ;) {
          try {
            const { revision } = await log.append(stream, expected, [reported(`${writer}`)]);
            won.push(revision);
            return;
          } catch (error) {
            expect(error).toMatchObject({ code: 'CONFLICT' });
            const [last] = await log.readStream(stream, { direction: 'backwards', limit: 1 });
            expected = last?.revision ?? 'none';
          }
        }
      }),
    );

    expect(won.sort((a, b) => a - b)).toEqual(upTo(24).map((count) => count - 1));
  });
});

describe('Positions of the server', () => {
  it('may lie beyond 2^53 and share a commit', async () => {
    await stage.clear();
    const store = new EventStoreModel({ firstPosition: 2n ** 60n + 7n, oneCommitPerAppend: true });
    stage = await EngineStage.set({ store });
    const log = await stage.open();
    await log.append(stream, 'none', [reported(), reported(), reported()]);
    await log.append('unit-office', 'none', [reported()]);

    const restarted = await stage.restart(log);

    expect(positionsOf(await everything(restarted, 2))).toEqual(upTo(4));
    const backwards = { direction: 'backwards', limit: 2 } as const;
    const last = await restarted.readStream(stream, backwards);
    expect(positionsOf(last)).toEqual([3, 2]);
  });

  it('need not be known for the events of a stream', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported(), reported()]);
    stage.server.store.hidePosition(stream, 1n);

    const events = await log.readStream(stream, { limit: 10 });

    expect(positionsOf(events)).toEqual([1, 2]);
  });
});

describe('A server that falls silent', () => {
  it('makes reads fail within their time, and leaves no call open', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported()]);
    stage.server.faults.next('read', fault.silent());
    await expect(log.readStream(stream, { limit: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('does not answer'),
    });

    stage.server.faults.next('read', fault.drop('silent', 0));
    await expect(log.readAll({ after: '0', limit: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });

    await stage.server.calls.noneOpen('read');
    expect(await everything(log)).toHaveLength(1);
  });

  it('is named with what to check when the log is opened', async () => {
    stage.server.faults.always('read', fault.silent());

    await expect(stage.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/check that it runs and that host, port and tls/),
    });
  });

  it('is waited for while it is starting', async () => {
    stage.server.faults.next('read', fault.notReady(), { times: 3 });

    const log = await stage.open();

    expect(await log.head()).toMatchObject({ position: '0' });
  });

  it('is told apart from one that lacks what the ledger needs', async () => {
    stage.server.faults.always(
      'read',
      fault.status(status.UNIMPLEMENTED, 'Method is unimplemented.'),
    );

    await expect(stage.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /lacks what the ledger needs .* use EventStoreDB 21.10 or newer/,
      ),
    });
  });
});
