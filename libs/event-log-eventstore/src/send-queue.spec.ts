import { SendQueue } from './send-queue.js';

/** Work that lasts until it is told to end. */
function held(): { work: () => Promise<string>; end: (value?: string) => void; began: boolean } {
  let end: (value: string) => void = () => {};
  const done = new Promise<string>((resolve) => {
    end = resolve;
  });
  const one = { work: () => done, end: (value = 'done') => end(value), began: false };
  return {
    ...one,
    work: () => {
      one.began = true;
      return done;
    },
    get began() {
      return one.began;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const limits = { events: 10, bytes: 1_000, inFlight: 2 };

describe('the queue to the server', () => {
  it('has one append of a stream on its way, and so many in all', async () => {
    const queue = new SendQueue(limits);
    const [a, again, b, c] = [held(), held(), held(), held()];
    const size = { events: 1, bytes: 1 };
    const all = [
      queue.run({ stream: 'unit-a', ...size }, a.work),
      queue.run({ stream: 'unit-a', ...size }, again.work),
      queue.run({ stream: 'unit-b', ...size }, b.work),
      queue.run({ stream: 'unit-c', ...size }, c.work),
    ];
    await turn();
    expect([a.began, again.began, b.began, c.began]).toEqual([true, false, true, false]);

    a.end();
    await turn();
    expect([again.began, c.began]).toEqual([false, true]);
    b.end();
    await turn();
    expect(again.began).toBe(true);
    again.end();
    c.end();

    expect(await Promise.all(all)).toHaveLength(4);
    await queue.drained();
    expect(queue.inFlight).toBe(0);
  });

  it('refuses what would be too much, but never a lone append', async () => {
    const queue = new SendQueue(limits);
    const huge = held();
    const running = queue.run({ stream: 'unit-a', events: 50, bytes: 5_000 }, huge.work);

    await expect(
      queue.run({ stream: 'unit-b', events: 1, bytes: 1 }, async () => 'never'),
    ).rejects.toMatchObject({ code: 'OVERLOADED' });

    huge.end();
    await running;
    await expect(
      queue.run({ stream: 'unit-b', events: 1, bytes: 1 }, async () => 'taken'),
    ).resolves.toBe('taken');
  });

  it('goes on after a failure', async () => {
    const queue = new SendQueue({ ...limits, inFlight: 1 });
    const size = { events: 1, bytes: 1 };
    const failing = queue.run({ stream: 'unit-a', ...size }, () => Promise.reject(new Error('no')));
    const next = queue.run({ stream: 'unit-a', ...size }, async () => 'next');

    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('next');
  });
});
