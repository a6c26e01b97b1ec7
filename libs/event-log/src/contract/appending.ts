import type { Appended } from '../event-log.js';
import {
  everything,
  idsOf,
  manyReported,
  otherStream,
  reported,
  type Stage,
  stream,
} from './stage.js';

export function appendingContract(stage: Stage): void {
  it('gives the first event revision 0 and sequence 0, and the position it answers', async () => {
    const event = reported();

    const appended = await stage.log.append(stream, 'none', [event]);

    expect(appended).toMatchObject({ revision: 0, events: [{ ...event, stream, sequence: 0 }] });
    expect(appended.position).toBe(appended.events[0]?.position);
    expect(await everything(stage.log)).toEqual(appended.events);
  });

  it('keeps the events of one append together, in order and in one stream', async () => {
    const [first, second, third] = [manyReported(2), manyReported(3), manyReported(1)];

    await stage.log.append(stream, 'none', first);
    const appended = await stage.log.append(stream, 1, second);
    await stage.log.append(otherStream, 'none', third);

    expect(appended.revision).toBe(4);
    expect(appended.events.map(({ revision }) => revision)).toEqual([2, 3, 4]);
    expect(idsOf(await everything(stage.log))).toEqual(idsOf([...first, ...second, ...third]));
    expect(idsOf(await stage.log.readStream(stream, { limit: 10 }))).toEqual(
      idsOf([...first, ...second]),
    );
  });

  it('takes an append of 1,000 events', async () => {
    const appended = await stage.log.append(stream, 'none', manyReported(1_000));

    expect(appended.revision).toBe(999);
    expect(await everything(stage.log)).toEqual(appended.events);
  });

  exactRevision(stage);
  repeats(stage);
}

function exactRevision(stage: Stage): void {
  it.each([
    ['none although it exists', 'none'],
    ['an earlier revision', 1],
    ['a later revision', 3],
  ] as const)('refuses %s, names the actual revision, writes nothing', async (_, expected) => {
    await stage.log.append(stream, 'none', manyReported(3));

    const refused = stage.log.append(stream, expected, [reported()]);

    await expect(refused).rejects.toMatchObject({
      name: 'EventLogError',
      code: 'CONFLICT',
      details: { stream, actualRevision: 2 },
    });
    expect(await everything(stage.log)).toHaveLength(3);
  });

  it('refuses a revision of a stream that does not exist', async () => {
    await expect(stage.log.append(stream, 0, [reported()])).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { actualRevision: 'none' },
    });
    expect((await stage.log.head()).sequence).toBe(-1);
  });

  it('lets exactly one of 16 writers of one revision win, the others hear where it stands', async () => {
    await stage.log.append(stream, 'none', [reported()]);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, () => stage.log.append(stream, 0, manyReported(2))),
    );

    const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(lost).toHaveLength(15);
    for (const reason of lost) {
      expect(reason).toMatchObject({ code: 'CONFLICT', details: { actualRevision: 2 } });
    }
    expect(await everything(stage.log)).toHaveLength(3);
  });

  it('fails only the one that conflicts among appends of the same moment', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    const streams = Array.from({ length: 20 }, (_, index) => `unit-office-${index}`);

    const outcomes = await Promise.allSettled([
      ...streams.slice(0, 10).map((name) => stage.log.append(name, 'none', manyReported(2))),
      stage.log.append(stream, 'none', [reported()]),
      stage.log.append(stream, 7, [reported()]),
      ...streams.slice(10).map((name) => stage.log.append(name, 'none', [reported()])),
    ]);

    const refused = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(refused).toEqual([10, 11]);
    expect(await everything(stage.log)).toHaveLength(1 + 20 + 10);
  });
}

function repeats(stage: Stage): void {
  const restarts = [false, true];

  it.each(restarts)(
    'answers a repeated append as the first time (restart: %s)',
    async (restart) => {
      const events = manyReported(3);
      await stage.log.append(stream, 'none', [reported()]);
      const first = await stage.log.append(stream, 0, events);
      if (restart) await stage.restart();
      stage.now += 60_000;

      const again = await stage.log.append(stream, 0, events);

      expect(again).toEqual(first);
      expect(await everything(stage.log)).toHaveLength(4);
    },
  );

  it.each(restarts)('does so also when later events follow (restart: %s)', async (restart) => {
    const events = manyReported(2);
    const first = await stage.log.append(stream, 'none', events);
    await stage.log.append(stream, 1, manyReported(2));
    await stage.log.append(otherStream, 'none', [reported()]);
    if (restart) await stage.restart();

    expect(await stage.log.append(stream, 'none', events)).toEqual(first);
    expect(await everything(stage.log)).toHaveLength(5);
  });

  it('stores an append once that comes many times at the same moment', async () => {
    const events = manyReported(2);

    const answers: Appended[] = await Promise.all(
      Array.from({ length: 32 }, () => stage.log.append(stream, 'none', events)),
    );

    for (const one of answers) expect(one).toEqual(answers[0]);
    expect(await everything(stage.log)).toEqual(answers[0]?.events);
  });

  it('takes an append for another one if a single id differs', async () => {
    const [first, second] = [reported(), reported()];
    await stage.log.append(stream, 'none', [first, second]);

    await expect(stage.log.append(stream, 'none', [first, reported()])).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { actualRevision: 1 },
    });
    await expect(
      stage.log.append(stream, 'none', [first, second, reported()]),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await everything(stage.log)).toHaveLength(2);
  });
}
