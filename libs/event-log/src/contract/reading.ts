import { decodeEntry, encodeEntry, MAX_ENTRY_BYTES } from '../entry.js';
import { comparePositions } from '../reading.js';
import {
  everything,
  idsOf,
  manyReported,
  otherStream,
  reported,
  type Stage,
  stream,
} from './stage.js';

export function readingContract(stage: Stage): void {
  it('has an empty head before the first event', async () => {
    expect(await stage.log.head()).toEqual({ position: '0', sequence: -1, recordedAt: null });
    expect(await stage.log.readAll({ after: '0', limit: 10 })).toEqual([]);
    expect(await stage.log.readStream(stream, { limit: 10 })).toEqual([]);
    expect(await stage.log.readStream(stream, { limit: 10, direction: 'backwards' })).toEqual([]);
  });

  it('has the last event at its head', async () => {
    const { position } = await stage.log.append(stream, 'none', manyReported(3));

    expect(await stage.log.head()).toEqual({
      position,
      sequence: 2,
      recordedAt: '2026-11-24T08:00:00.000Z',
    });
    expect(await stage.log.readAll({ after: position, limit: 10 })).toEqual([]);
  });

  it.each([1, 3, 6, 7, 1_000])('reads the whole log by pages of %i', async (limit) => {
    const [first, second] = [manyReported(3), manyReported(4)];
    await stage.log.append(stream, 'none', first);
    await stage.log.append(otherStream, 'none', second);

    const events = await everything(stage.log, limit);

    expect(idsOf(events)).toEqual(idsOf([...first, ...second]));
    expect(events.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const positions = events.map(({ position }) => position);
    expect([...positions].sort(comparePositions)).toEqual(positions);
    expect(new Set(positions).size).toBe(7);
  });

  it('reads a stream from any revision, both ways, bounded', async () => {
    const events = manyReported(7);
    await stage.log.append(stream, 'none', events);
    const revisions = async (options: { from?: number; direction?: 'backwards'; limit: number }) =>
      (await stage.log.readStream(stream, options)).map(({ revision }) => revision);

    expect(await revisions({ limit: 3 })).toEqual([0, 1, 2]);
    expect(await revisions({ from: 3, limit: 3 })).toEqual([3, 4, 5]);
    expect(await revisions({ from: 6, limit: 3 })).toEqual([6]);
    expect(await revisions({ from: 7, limit: 3 })).toEqual([]);
    expect(await revisions({ direction: 'backwards', limit: 3 })).toEqual([6, 5, 4]);
    expect(await revisions({ direction: 'backwards', from: 3, limit: 3 })).toEqual([3, 2, 1]);
    expect(await revisions({ direction: 'backwards', from: 0, limit: 3 })).toEqual([0]);
    expect(await revisions({ direction: 'backwards', from: 99, limit: 2 })).toEqual([6, 5]);
  });

  it('reads a stream of 10,000 events, the same in its stream and in the whole log', async () => {
    for (let from = 0; from < 10_000; from += 1_000) {
      await stage.log.append(stream, from === 0 ? 'none' : from - 1, manyReported(1_000));
    }

    const events = await everything(stage.log);

    expect(events.map(({ revision }) => revision)).toEqual([...Array(10_000).keys()]);
    for (let from = 0; from < 10_000; from += 1_000) {
      const page = await stage.log.readStream(stream, { from, limit: 1_000 });
      expect(page).toEqual(events.slice(from, from + 1_000));
    }
  });

  entries(stage);

  it.each([
    ['a page of 0', { after: '0', limit: 0 }],
    ['a page of 1,001', { after: '0', limit: 1_001 }],
    ['a page of a half', { after: '0', limit: 0.5 }],
    ['a position that is none', { after: '1x', limit: 1 }],
    ['a negative position', { after: '-1', limit: 1 }],
    ['an empty position', { after: '', limit: 1 }],
  ])('refuses %s', async (_, options) => {
    await expect(stage.log.readAll(options)).rejects.toMatchObject({ code: 'READ_INVALID' });
  });

  it('refuses to read a stream that cannot be, or from a revision that cannot be', async () => {
    await expect(stage.log.readStream('Metric', { limit: 1 })).rejects.toMatchObject({
      code: 'STREAM_NAME_INVALID',
    });
    await expect(stage.log.readStream(`${stream}\0`, { limit: 1 })).rejects.toMatchObject({
      code: 'STREAM_NAME_INVALID',
    });
    await expect(stage.log.readStream(stream, { limit: 1, from: -1 })).rejects.toMatchObject({
      code: 'READ_INVALID',
    });
    await expect(stage.log.readStream(stream, { limit: 1_001 })).rejects.toMatchObject({
      code: 'READ_INVALID',
    });
  });

  it('gives up once it is closed', async () => {
    await stage.log.close();
    await stage.log.close();

    const unavailable = { code: 'UNAVAILABLE' };
    await expect(stage.log.head()).rejects.toMatchObject(unavailable);
    await expect(stage.log.readAll({ after: '0', limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(stage.log.readStream(stream, { limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(stage.log.append(stream, 'none', [reported()])).rejects.toMatchObject(unavailable);
  });
}

function entries(stage: Stage): void {
  it('keeps texts of every kind, and the very bytes that an auditor would spell', async () => {
    const texts = [
      '近百家企业',
      '“三百万”以上',
      '😀 𠮷野家',
      'line\nbreak\t"\\',
      '\u2028\u007f',
      '',
    ];
    await stage.log.append(
      stream,
      'none',
      texts.map((text) => reported(text)),
    );

    const events = await stage.log.readStream(stream, { limit: 10 });

    expect(events.map(({ data }) => data.note)).toEqual(texts);
    for (const event of events) {
      const { id, type, revision, data, metadata, position, sequence, entry } = event;
      expect(entry).toBe(encodeEntry({ id, type, stream, revision, data, metadata }));
      expect(decodeEntry(entry, { position, sequence })).toEqual(event);
    }
  });

  it('takes an entry of exactly the limit and refuses one byte more', async () => {
    const sizeOf = (entry: string | undefined) => new TextEncoder().encode(entry).length;
    const { events } = await stage.log.append(stream, 'none', [reported('')]);
    const spare = MAX_ENTRY_BYTES - sizeOf(events[0]?.entry);
    const filling = '满'.repeat(Math.floor(spare / 3)) + 'x'.repeat(spare % 3);

    await stage.log.append(stream, 0, [reported(filling)]);
    const refused = stage.log.append(stream, 1, [reported(`${filling}x`)]);

    await expect(refused).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE' });
    const [last] = await stage.log.readStream(stream, { direction: 'backwards', limit: 1 });
    expect(last).toMatchObject({ revision: 1, data: { note: filling } });
    expect(sizeOf(last?.entry)).toBe(MAX_ENTRY_BYTES);
  });

  it('is not altered by what a writer or a reader does to an event afterwards', async () => {
    const event = reported('as recorded');
    const appending = stage.log.append(stream, 'none', [event]);
    event.data.note = 'altered while appending';
    const { events } = await appending;
    for (const answered of events) answered.data.note = 'altered by the writer';
    for (const read of await everything(stage.log)) read.data.note = 'altered by a reader';

    expect((await everything(stage.log))[0]?.data.note).toBe('as recorded');
  });
}
