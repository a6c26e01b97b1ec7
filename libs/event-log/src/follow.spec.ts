import { CommitSignal, followPages } from './follow.js';
import { MemoryEventLog } from './memory-event-log.js';
import { manyReported, stream } from './contract/stage.js';

/** A real log whose reads are counted. */
function countedLog() {
  const log = new MemoryEventLog();
  const commits = new CommitSignal();
  const counted = { log, commits, reads: 0, readAll };
  async function readAll(page: { after: string; limit: number }) {
    counted.reads += 1;
    return log.readAll(page);
  }
  return counted;
}

describe('a follower by pages', () => {
  it('reads one page for each that the consumer asks for', async () => {
    const counted = countedLog();
    await counted.log.append(stream, 'none', manyReported(1_000));
    const { signal } = new AbortController();
    const follower = followPages(counted.readAll, counted.commits, {
      after: '0',
      batch: 10,
      signal,
    });

    await follower.next();
    await follower.next();
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(counted.reads).toBe(2);
  });

  it('does not read while it waits and nobody tells of a commit', async () => {
    const counted = countedLog();
    const { signal } = new AbortController();
    const follower = followPages(counted.readAll, counted.commits, {
      after: '0',
      batch: 10,
      signal,
    });
    const next = follower.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(counted.reads).toBe(1);

    await counted.log.append(stream, 'none', manyReported(1));
    counted.commits.wake();

    expect((await next).value).toHaveLength(1);
    expect(counted.reads).toBe(2);
  });

  it('looks by itself where nobody can tell it', async () => {
    const counted = countedLog();
    const options = { after: '0', batch: 10, signal: new AbortController().signal, pollMs: 5 };
    const next = followPages(counted.readAll, counted.commits, options).next();
    await new Promise((resolve) => setTimeout(resolve, 20));

    await counted.log.append(stream, 'none', manyReported(1));

    expect((await next).value).toHaveLength(1);
  });

  it('misses no commit that falls between its read and its wait', async () => {
    const counted = countedLog();
    const { signal } = new AbortController();
    const late = async (page: { after: string; limit: number }) => {
      const events = await counted.readAll(page);
      if (counted.reads === 1) {
        await counted.log.append(stream, 'none', manyReported(1));
        counted.commits.wake();
      }
      return events;
    };

    const first = await followPages(late, counted.commits, {
      after: '0',
      batch: 10,
      signal,
    }).next();

    expect(first.value).toHaveLength(1);
  });
});
