import { fault, type Fault } from '../eventstore-server/faults.js';
import { refusals } from '../eventstore-server/status.js';
import { EventStoreServer } from '../eventstore-server/server.js';
import { EngineStage, everything, reported, stream, until } from './stage.js';

let stage: EngineStage;
beforeEach(async () => {
  stage = await EngineStage.set();
});
afterEach(() => stage.clear());

describe('An append whose outcome is unknown', () => {
  it.each<[string, Fault]>([
    ['was written and the server falls silent', fault.appliedThenSilent()],
    ['was not written and the server falls silent', fault.silent()],
    ['was written and the connection breaks', fault.appliedThenReset()],
    ['was not written and the connection breaks', fault.reset()],
    ['is answered after the engine gave up waiting', fault.late(400)],
    ['was written and then reported as failed', fault.appliedThenStatus(refusals.internal())],
    ['meets a server that is not ready', fault.notReady()],
    ['meets a server that is too busy', fault.tooBusy()],
    ['meets a cluster without a leader', fault.noLeader()],
    ['meets an internal error', fault.internal()],
    ['meets an error that nobody knows', fault.unknown()],
  ])('that %s is stored exactly once', async (_, injected) => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('before')]);
    stage.server.faults.next('append', injected);
    const events = [reported('first'), reported('second')];

    const appended = await log.append(stream, 0, events);

    expect(stage.server.faults.pending).toBe(0);
    expect(appended).toMatchObject({ revision: 2, position: '3' });
    const all = await everything(log);
    expect(all.map(({ data }) => data.note)).toEqual(['before', 'first', 'second']);
    expect(appended.events).toEqual(all.slice(1));
  });

  it('that fails three times over is stored once in the end', async () => {
    const log = await stage.open();
    stage.server.faults
      .next('append', fault.silent())
      .next('append', fault.notReady())
      .next('append', fault.appliedThenReset());

    await log.append(stream, 'none', [reported()]);

    expect(await everything(log)).toHaveLength(1);
  });

  it('that cannot be resolved is said to be unknown, and asking again stores it once', async () => {
    const log = await stage.open({ timings: { budget: 400 } });
    const events = [reported()];
    stage.server.faults.always('append', fault.appliedThenSilent());
    stage.server.faults.always('read', fault.silent());

    const asked = log.append(stream, 'none', events);
    // The subscription would tell that it was written: it is silent as well.
    stage.server.dropSubscriptions();
    stage.server.faults.always('subscribe', fault.silent());

    await expect(asked).rejects.toMatchObject({
      code: expect.stringMatching(/^(OUTCOME_UNKNOWN|UNAVAILABLE)$/),
    });
    stage.server.faults.clear();
    stage.server.resetConnections();
    await until(() => log.state().reachable);
    const appended = await log.append(stream, 'none', events);
    expect(await everything(log)).toEqual(appended.events);
    expect(appended.events).toHaveLength(1);
  });

  it('is never called unwritten when it was confirmed and cannot be read back', async () => {
    const log = await stage.open({ timings: { budget: 400, watchdog: 60_000 } });
    await log.append('unit-office', 'none', [reported()]);
    const events = [reported()];
    stage.server.faults.always('subscribe', fault.silent());
    const before = stage.server.calls.count('subscribe');
    stage.server.dropSubscriptions();
    await until(() => stage.server.calls.count('subscribe') > before);
    stage.server.faults.always('read', fault.silent());

    await expect(log.append(stream, 'none', events)).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });

    stage.server.faults.clear();
    stage.server.resetConnections();
    await until(async () => (await log.head()).position === '2');
    expect((await log.append(stream, 'none', events)).position).toBe('2');
  });

  it('does not hold up or fail the appends beside it', async () => {
    const log = await stage.open();
    const bad = `${stream}-bad`;
    stage.server.faults.next('append', fault.silent(), { when: (call) => call.stream === bad });

    const outcomes = await Promise.all(
      [bad, ...Array.from({ length: 20 }, (_, index) => `unit-office-${index}`)].map((name) =>
        log.append(name, 'none', [reported(name)]),
      ),
    );

    const last = outcomes.map(({ position }) => Number(position)).indexOf(21);
    expect(last).toBe(0);
    expect(await everything(log)).toHaveLength(21);
  });
});

describe('A cluster', () => {
  it('is followed to its leader, and the append is stored once', async () => {
    const leader = await EventStoreServer.start({ store: stage.server.store });
    try {
      const log = await stage.open();
      stage.server.faults.always('append', fault.notLeader('127.0.0.1', leader.port));

      await log.append(stream, 'none', [reported()]);
      await log.append(stream, 0, [reported()]);

      expect(leader.calls.count('append')).toBe(2);
      expect(stage.server.calls.count('append')).toBe(1);
      expect(await everything(log)).toHaveLength(2);
    } finally {
      await leader.stop();
    }
  });

  it('that sends back and forth is left alone until it has made up its mind', async () => {
    const log = await stage.open();
    const self = fault.notLeader('127.0.0.1', stage.server.port);
    stage.server.faults.next('append', self, { times: 3 });

    await log.append(stream, 'none', [reported()]);

    expect(await everything(log)).toHaveLength(1);
  });
});

describe('What the server refuses', () => {
  it.each<[string, Fault]>([
    ['unknown credentials', fault.unauthenticated()],
    ['a user without the right', fault.accessDenied()],
  ])('%s is ACCESS_DENIED, at once', async (_, injected) => {
    const log = await stage.open();
    stage.server.faults.next('append', injected);

    await expect(log.append(stream, 'none', [reported()])).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('refuses this user'),
    });
    expect(await everything(log)).toEqual([]);
  });

  it('an append of more than it takes is never sent', async () => {
    const log = await stage.open();
    const heavy = Array.from({ length: 40 }, () => reported('满'.repeat(10_000)));

    await expect(log.append(stream, 'none', heavy)).rejects.toMatchObject({
      code: 'APPEND_INVALID',
      message: expect.stringContaining('in several parts'),
    });
    expect(stage.server.calls.count('append')).toBe(0);
  });

  it('an append that an old server finds too large is refused as such', async () => {
    const log = await stage.open();
    stage.server.faults.next('append', fault.tooLarge(100));

    await expect(log.append(stream, 'none', [reported()])).rejects.toMatchObject({
      code: 'APPEND_INVALID',
    });
  });
});

describe('Closing', () => {
  it('ends within its time although the server is silent, and leaves no call open', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported()]);
    stage.server.faults.always('append', fault.silent());
    stage.server.faults.always('read', fault.silent());
    const asked = log.append(stream, 0, [reported()]);
    const outcome = asked.then(
      () => 'written',
      (error: { code: string }) => error.code,
    );

    await log.close();

    expect(await outcome).toBe('OUTCOME_UNKNOWN');
    await stage.server.calls.noneOpen();
  });

  it('sends nothing more of what still waits', async () => {
    const log = await stage.open();
    stage.server.faults.always('append', fault.silent());
    stage.server.faults.always('read', fault.silent());
    const asked = Array.from({ length: 20 }, () => log.append(stream, 'none', [reported()]));
    const outcomes = Promise.allSettled(asked);
    await until(() => stage.server.calls.count('append') === 1);

    await log.close();

    const codes = (await outcomes).map((one) => (one.status === 'rejected' ? one.reason.code : ''));
    expect(codes).toEqual(['OUTCOME_UNKNOWN', ...Array.from({ length: 19 }, () => 'UNAVAILABLE')]);
    expect(stage.server.calls.count('append')).toBe(1);
  });

  it('does not let a read that it cuts off look like a short answer', async () => {
    const log = await stage.open({ timings: { idle: 5_000 } });
    await log.append(stream, 'none', [reported(), reported()]);
    stage.server.faults.next('read', fault.drop('silent', 1));
    const reading = log.readStream(stream, { limit: 10 });
    const outcome = reading.then(
      () => 'answered',
      (error: { code: string }) => error.code,
    );
    await until(() => stage.server.faults.pending === 0);

    await log.close();

    expect(await outcome).toBe('UNAVAILABLE');
  });

  it('refuses everything afterwards', async () => {
    const log = await stage.open();
    await log.close();

    await expect(log.append(stream, 'none', [reported()])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await expect(log.readAll({ after: '0', limit: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
