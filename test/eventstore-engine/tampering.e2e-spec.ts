import { checkEventStoreLog, EventStoreLogReader } from '@ledger/event-log-eventstore';
import type { EventStoreModel } from '../eventstore-server/store.js';
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

  it('is not written over: a deleted stream takes no new events', async () => {
    const log = await stage.open();
    await log.append(stream, 'none', [reported('1')]);
    stage.server.store.softDelete(stream);
    const restarted = await stage.restart(log);

    await expect(restarted.append(stream, 'none', [reported('2')])).rejects.toMatchObject({
      code: expect.stringMatching(/LOG_DAMAGED|CONFLICT/),
    });
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
