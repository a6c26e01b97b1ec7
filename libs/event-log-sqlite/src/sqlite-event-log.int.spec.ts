import { openSqliteEventLog, SqliteEventLog } from './sqlite-event-log.js';
import { SqliteLogReader } from './sqlite-log-reader.js';
import { everything, newDirectory, removeDirectory, reported, stream } from './test-kit.js';
import { openInPlaceWriter, type WriterPort } from './writer-port.js';

describe.each([false, true])('The SQLite engine (thread: %s)', (thread) => {
  let dataDir = '';
  let log: SqliteEventLog;
  const queueLimits = { events: 100, bytes: 100_000 };
  beforeEach(async () => {
    dataDir = newDirectory();
    log = await openSqliteEventLog({ dataDir, thread, queueLimits });
  });
  afterEach(async () => {
    await log.close();
    removeDirectory(dataDir);
  });

  it('says how durable its commits are', () => {
    expect(log.synchronous).toBe(2);
  });

  it('numbers positions from 1 without gaps', async () => {
    const { events } = await log.append(stream, 'none', [reported(), reported()]);

    expect(events.map(({ position }) => position)).toEqual(['1', '2']);
  });

  it('refuses what it cannot queue, by events and by bytes, and goes on afterwards', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 102 }, (_, index) =>
        log.append(`unit-few-${index}`, 'none', [reported('')]),
      ),
    );
    const large = await Promise.allSettled(
      Array.from({ length: 4 }, (_, index) =>
        log.append(`unit-large-${index}`, 'none', [reported('x'.repeat(40_000))]),
      ),
    );

    const codes = (settled: PromiseSettledResult<unknown>[]) =>
      settled.map((one) => (one.status === 'rejected' ? one.reason.code : 'taken'));
    expect(codes(outcomes).slice(98)).toEqual(['taken', 'taken', 'OVERLOADED', 'OVERLOADED']);
    expect(codes(large)).toEqual(['taken', 'taken', 'OVERLOADED', 'OVERLOADED']);
    await expect(log.append(stream, 'none', [reported()])).resolves.toMatchObject({ revision: 0 });
    expect(await everything(log)).toHaveLength(103);
  });

  it('tells of each commit where the log ends, until nobody wants to know', async () => {
    const positions: string[] = [];
    const stop = log.onCommitted((position) => positions.push(position));

    await log.append(stream, 'none', [reported(), reported()]);
    await log.append(stream, 0, [reported()]).catch(() => 'a conflict commits nothing');
    await log.append(stream, 1, [reported()]);
    stop();
    await log.append(stream, 2, [reported()]);

    expect(positions).toEqual(['2', '3']);
  });

  it('can be followed on another connection that nobody wakes', async () => {
    const reader = new SqliteLogReader(dataDir);
    const { signal } = new AbortController();
    const following = reader.follow({ after: '0', batch: 10, signal })[Symbol.asyncIterator]();
    const next = following.next();

    const { events } = await log.append(stream, 'none', [reported()]);

    expect((await next).value).toEqual(events);
    await reader.close();
    expect((await following.next()).done).toBe(true);
  });

  it('shuts a second writer out, in one sentence that names the directory', async () => {
    await expect(openSqliteEventLog({ dataDir, thread })).rejects.toMatchObject({
      name: 'EventLogError',
      code: 'LOCKED',
      message: expect.stringMatching(new RegExp(`^The ledger in ${dataDir} is in use [^.]*\\.$`)),
    });
  });

  it('reports a directory that it cannot use', async () => {
    const place = '/proc/nothing/here';

    await expect(openSqliteEventLog({ dataDir: place, thread })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(place),
    });
  });
});

describe('The SQLite engine whose writer is lost', () => {
  it('reads back what was written, fails the rest, and takes nothing more', async () => {
    const dataDir = newDirectory();
    const log = new SqliteEventLog({ dataDir }, losingAfter(2, openInPlaceWriter(dataDir)));

    const outcomes = await Promise.allSettled(
      ['unit-a', 'unit-b', 'unit-c', 'unit-d'].map((name) =>
        log.append(name, 'none', [reported()]),
      ),
    );

    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'UNAVAILABLE', message: 'Lost.' } });
    const acknowledged = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(await everything(log)).toEqual(acknowledged.flatMap(({ events }) => events));
    await expect(log.append('unit-e', 'none', [reported()])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await log.close();
    removeDirectory(dataDir);
  });
});

/** A way to a real writer that breaks behind so many appends, before anybody hears of them. */
function losingAfter(count: number, writer: WriterPort): WriterPort {
  return {
    ...writer,
    connect: (events) => {
      writer.connect({ settled: () => undefined, lost: events.lost });
      lost = () => events.lost({ code: 'UNAVAILABLE', message: 'Lost.', details: {} });
    },
    post: (appends, more) => {
      writer.post(appends.slice(0, count), more);
      lost();
    },
  };
}
let lost: () => void = () => undefined;
