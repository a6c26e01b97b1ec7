import type { EventLog } from '../event-log.js';
import {
  everything,
  firstFollowed,
  idsOf,
  manyReported,
  notesOf,
  reported,
  type Stage,
  stream,
} from './stage.js';

export function followingContract(stage: Stage): void {
  it('catches up and then brings new events, batch by batch', async () => {
    const { events: old } = await stage.log.append(stream, 'none', manyReported(5));
    const following = firstFollowed(stage.log, { after: '0', batch: 2, count: 9 });
    await stage.log.append(stream, 4, manyReported(2));
    await stage.log.append(stream, 6, manyReported(2));

    const followed = await following;

    expect(followed.slice(0, 5)).toEqual(old);
    expect(followed).toEqual(await everything(stage.log));
  });

  it('waits at the head of an empty log', async () => {
    const following = firstFollowed(stage.log, { after: '0', batch: 10, count: 1 });
    const { events } = await stage.log.append(stream, 'none', [reported()]);

    expect(await following).toEqual(events);
  });

  it.each([1, 3, 7])(
    'resumes after every position without loss or double (%i a batch)',
    async (batch) => {
      await stage.log.append(stream, 'none', manyReported(7));
      const all = await everything(stage.log);

      for (const [index, { position }] of all.slice(0, 6).entries()) {
        const rest = await firstFollowed(stage.log, { after: position, batch, count: 6 - index });
        expect(rest).toEqual(all.slice(index + 1));
      }
    },
  );

  it('never gives more than a batch, and goes no further than the consumer asks', async () => {
    await stage.log.append(stream, 'none', manyReported(10));
    const { signal } = new AbortController();
    const batches = stage.log.follow({ after: '0', batch: 4, signal });
    const follower = batches[Symbol.asyncIterator]();

    const first = await follower.next();
    await stage.log.append(stream, 9, manyReported(1_000));
    const second = await follower.next();
    const third = await follower.next();
    await follower.return?.();

    const sizes = [first, second, third].map(({ value, done }) => (done ? 0 : value.length));
    expect(sizes).toEqual([4, 4, 4]);
  });

  it('sees every commit once and in order while 64 writers append', async () => {
    const [writers, appends] = [64, 12];
    const following = firstFollowed(stage.log, {
      after: '0',
      batch: 100,
      count: writers * appends,
    });
    const slow = slowly(stage.log, writers * appends);

    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let turn = 0; turn < appends; turn += 1) {
          const expected = turn === 0 ? 'none' : turn - 1;
          await stage.log.append(`task-writer-${writer}`, expected, [
            reported(`${writer}/${turn}`),
          ]);
        }
      }),
    );

    const all = await everything(stage.log);
    expect(await following).toEqual(all);
    expect(await slow).toEqual(idsOf(all));
    expect(all.map(({ sequence }) => sequence)).toEqual([...Array(writers * appends).keys()]);
    expect(new Set(notesOf(all)).size).toBe(writers * appends);
  });

  endings(stage);
}

function endings(stage: Stage): void {
  it('ends when told to stop while it waits', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    const stop = new AbortController();
    const batches: number[] = [];

    for await (const events of stage.log.follow({ after: '0', batch: 10, signal: stop.signal })) {
      batches.push(events.length);
      setTimeout(() => stop.abort(), 5);
    }

    expect(batches).toEqual([1]);
  });

  it('gives nothing when it was told to stop before', async () => {
    await stage.log.append(stream, 'none', [reported()]);

    const batches: number[] = [];
    const signal = AbortSignal.abort();
    for await (const events of stage.log.follow({ after: '0', batch: 10, signal })) {
      batches.push(events.length);
    }

    expect(batches).toEqual([]);
  });

  it('ends when the log is closed', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    const batches: number[] = [];

    const { signal } = new AbortController();
    for await (const events of stage.log.follow({ after: '0', batch: 10, signal })) {
      batches.push(events.length);
      setTimeout(() => void stage.log.close(), 5);
    }

    expect(batches).toEqual([1]);
  });

  it.each([
    ['a batch of 0', { after: '0', batch: 0 }],
    ['a batch of 1,001', { after: '0', batch: 1_001 }],
    ['a position that is none', { after: 'now', batch: 1 }],
  ])('refuses %s', async (_, options) => {
    const { signal } = new AbortController();
    const follower = stage.log.follow({ ...options, signal })[Symbol.asyncIterator]();

    await expect(follower.next()).rejects.toMatchObject({ code: 'READ_INVALID' });
  });
}

/** A consumer that lets the writers go ahead between its batches. */
async function slowly(log: EventLog, count: number): Promise<string[]> {
  const ids: string[] = [];
  const { signal } = new AbortController();
  for await (const events of log.follow({ after: '0', batch: 50, signal })) {
    ids.push(...idsOf(events));
    if (ids.length >= count) break;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  return ids;
}
