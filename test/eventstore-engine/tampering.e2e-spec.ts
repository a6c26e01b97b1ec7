import { checkEventStoreLog, EventStoreLogReader } from '@ledger/event-log-eventstore';
import { EventStoreServer } from '../eventstore-server/server.js';
import { EventStoreModel } from '../eventstore-server/store.js';
import { EngineStage, everything, positionsOf, reported, short, stream, until } from './stage.js';

let stage: EngineStage;
beforeEach(async () => {
  stage = await EngineStage.set();
});
afterEach(() => stage.clear());

const asJson = (value: object): Buffer => Buffer.from(JSON.stringify(value));

describe('What no writer of the ledger does', () => {
  it.each<[string, RegExp, (store: EventStoreModel) => void]>([
    ['events are cut off', /metadata of stream/, (s) => s.setMetadata(stream, { $tb: 2 })],
    ['a maximum count', /\$maxCount/, (s) => s.setMetadata(stream, { $maxCount: 1 })],
    ['a maximum age', /\$maxAge/, (s) => s.setMetadata(stream, { $maxAge: 60 })],
    ['other rights', /\$acl/, (s) => s.setMetadata(stream, { $acl: { $w: ['eve'] } })],
    ['a deletion', /metadata of stream/, (s) => s.softDelete(stream)],
    ['a deletion for ever', /\$streamDeleted/, (s) => s.tombstone(stream)],
    ['a foreign event', /metadata are no JSON object/, (s) => foreign(s, asJson({ a: 1 }))],
    ['text that is no JSON', /data are no JSON object/, (s) => foreign(s, Buffer.from('{"a":'))],
    ['a link', /\$>/, (s) => link(s)],
  ])('is a tamper signal: %s; it stays one after a restart', async (_, what, attack) => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2'), reported('3')]);
    await log.append('unit-office', 'none', [reported()]);

    attack(stage.server.store);
    await log.append('unit-office', 0, [reported()]);

    await until(() => log.state().tamperSignals.length > 0);
    expect(log.state().tamperSignals[0]?.what).toMatch(what);
    expect(log.state().tamperSignals[0]).toMatchObject({ stream });
    expect(stage.notices[0]).toMatch(/^TAMPER SIGNAL: /);
    // It goes on serving, and repairs nothing.
    expect(positionsOf(await everything(log))).toEqual([1, 2, 3, 4, 5]);
    const restarted = await stage.restart(log);
    expect(restarted.state().tamperSignals[0]?.what).toMatch(what);
    await expect(
      checkEventStoreLog({ url: stage.server.url, timings: short }),
    ).resolves.toMatchObject({ sound: false, problem: expect.stringContaining(stream) });
  });

  it('makes a cut-off stream unreadable instead of shorter', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2'), reported('3')]);
    stage.server.store.setMetadata(stream, { $tb: 2 });

    await expect(log.readStream(stream, { limit: 10 })).rejects.toMatchObject({
      code: 'LOG_DAMAGED',
    });
  });

  it('is not written over: a deleted stream is damage, and takes no new events', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2')]);
    stage.server.store.softDelete(stream);
    await until(() => log.state().tamperSignals.length > 0);
    const damaged = { code: 'LOG_DAMAGED' };
    await expect(log.readStream(stream, { limit: 10 })).rejects.toMatchObject(damaged);

    const restarted = await stage.restart(log);
    stage.server.calls.clear();
    await expect(restarted.append(stream, 'none', [reported('3')])).rejects.toMatchObject(damaged);
    expect(stage.server.calls.count('append')).toBe(0);
  });

  it('is a cut that shows when a stream is read backwards, too', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2'), reported('3')]);
    stage.server.store.setMetadata(stream, { $tb: 2 });

    const backwards = { direction: 'backwards', limit: 10 } as const;
    await expect(log.readStream(stream, backwards)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
  });

  it('is another log at the same address: a running process ends, a new one counts anew', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2')]);
    const other = await EventStoreServer.start({
      store: new EventStoreModel({ firstPosition: 7_777n }),
    });
    try {
      const writer = await stage.open({ url: other.url });
      await writer.append('unit-office', 'none', [reported()]);
      await writer.close();
    } finally {
      await other.stop();
    }

    await stage.serverGoes();
    await stage.serverComesBack(other.store);

    expect(await log.lost).toContain('holds another log');
    await expect(log.append(stream, 1, [reported('3')])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    const anew = await stage.restart(log);
    expect(anew.state().tamperSignals[0]?.what).toContain('no longer holds event');
    expect((await everything(anew)).map((event) => event.stream)).toEqual(['unit-office']);
  });

  it('names the position of an event that was taken out of the store', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2'), reported('3')]);
    stage.server.store.removeEvent(stream, 1n);

    await expect(log.readAll({ after: '0', limit: 10 })).rejects.toMatchObject({
      code: 'LOG_DAMAGED',
      message: expect.stringContaining('position 2'),
    });
  });

  it('shows when the last known event is gone at a restart, as after a restored backup', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2')]);
    await log.close();
    stage.server.store.removeEvent(stream, 1n);

    const restarted = await stage.open({ dataDir: stage.dataDirOf(log) });

    expect(restarted.state().tamperSignals[0]).toMatchObject({
      position: '2',
      what: expect.stringContaining('no longer holds event'),
    });
    expect(positionsOf(await everything(restarted))).toEqual([1]);
  });

  it('is not what happens in streams of others', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported()]);
    stage.server.store.setMetadata('order-123', { $maxCount: 1 });
    stage.server.store.appendRaw('order-123', { type: 'Placed', data: asJson({}) });
    await log.append(stream, 0, [reported()]);

    expect(log.state()).toEqual({ reachable: true, tamperSignals: [] });
    await expect(checkEventStoreLog({ url: stage.server.url, timings: short })).resolves.toEqual({
      sound: true,
      events: 2,
    });
  });
});

describe('A reader of its own', () => {
  it('reads and follows what a server writes, without a data directory', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1'), reported('2')]);
    const reader = await EventStoreLogReader.open({ url: stage.server.url, timings: short });
    try {
      expect(await everything(reader)).toEqual(await everything(log));
      await log.append(stream, 1, [reported('3')]);
      await until(async () => (await reader.head()).position === '3');
      expect(await everything(reader)).toEqual(await everything(log));
    } finally {
      await reader.close();
    }
  });
});

function foreign(store: EventStoreModel, data: Buffer): void {
  store.appendRaw(stream, { type: 'ObservationReported', data });
}

function link(store: EventStoreModel): void {
  store.appendLink(stream, { stream: 'unit-office', revision: 0n });
}
