import { checkLog } from './check-log.js';
import { openSqliteEventLog } from './sqlite-event-log.js';
import { SqliteLogReader } from './sqlite-log-reader.js';
import {
  endProcesses,
  everything,
  inProcess,
  newDirectory,
  removeDirectory,
  reported,
  stream,
} from './test-kit.js';

let dataDir = '';
beforeEach(() => {
  dataDir = newDirectory();
});
afterEach(async () => {
  await endProcesses();
  removeDirectory(dataDir);
});

/** 64 writers, each with a stream of its own and two events an append; says what was acknowledged. */
const writers = `
const log = await openSqliteEventLog({ dataDir });
async function write(writer) {
  for (let expected = 'none'; ; ) {
    const events = [reported(), reported()];
    try {
      const { revision } = await log.append('task-writer-' + writer, expected, events);
      for (const { id } of events) say(id);
      expected = revision;
    } catch (error) {
      if (error.name !== 'EventLogError') throw error;
      return error.code;
    }
  }
}
const ends = Array.from({ length: 64 }, (_, writer) => write(writer));
`;

async function idsInLog(): Promise<string[]> {
  const reader = new SqliteLogReader(dataDir);
  const ids = (await everything(reader)).map(({ id }) => id);
  await reader.close();
  return ids;
}

describe('A process that writes with 64 writers', () => {
  it('leaves, killed, every acknowledged event in the log, once, and no half append', async () => {
    const running = inProcess(dataDir, writers);
    await running.says(2_000);
    await running.kill();
    const acknowledged = running.said;

    const log = await openSqliteEventLog({ dataDir, thread: false });
    await log.append(stream, 'none', [reported(), reported()]);
    await log.close();

    const ids = await idsInLog();
    console.log(`acknowledged ${acknowledged.length}, in the log ${ids.length - 2}`);
    expect(new Set(ids).size).toBe(ids.length);
    const missing = acknowledged.filter((id) => id.length === 36 && !new Set(ids).has(id));
    expect(missing).toEqual([]);
    expect(ids.length % 2).toBe(0);
    expect(checkLog(dataDir)).toEqual({ sound: true, events: ids.length });
  });

  it('ends with code 0 when it is closed under load, with nothing lost', async () => {
    const running = inProcess(
      dataDir,
      `${writers} setTimeout(async () => {
        await log.close();
        say('ends: ' + [...new Set(await Promise.all(ends))]);
      }, 150);`,
    );

    expect(await running.ended()).toBe(0);

    expect(running.errors).toBe('');
    expect(running.said.at(-1)).toBe('ends: UNAVAILABLE');
    const acknowledged = running.said.slice(0, -1);
    expect(acknowledged.length).toBeGreaterThan(64);
    expect([...(await idsInLog())].sort()).toEqual([...acknowledged].sort());
  });

  it('shuts other processes out, and frees the log when it is killed', async () => {
    const holder = inProcess(dataDir, writers);
    await holder.says(1);
    const second = inProcess(
      dataDir,
      `await openSqliteEventLog({ dataDir }).catch((error) => say(error.code + ' ' + error.message))`,
    );

    expect(await second.ended()).toBe(0);
    expect(second.said).toEqual([expect.stringMatching(/^LOCKED The ledger in .* is in use/)]);
    await expect(openSqliteEventLog({ dataDir, thread: false })).rejects.toMatchObject({
      code: 'LOCKED',
    });

    await holder.kill();
    const log = await openSqliteEventLog({ dataDir, thread: false });
    await log.close();
  });
});

describe('A process whose disk takes no more', () => {
  // The kernel refuses to let a file grow beyond the limit, in the middle of whatever was going on.
  const full = 'ulimit -f 600';

  it('fails appends as unavailable, and has exactly those that it acknowledged', async () => {
    const running = inProcess(
      dataDir,
      `${writers}
      say('ends: ' + [...new Set(await Promise.all(ends))]);
      await log.close();`,
      full,
    );

    expect(await running.ended()).toBe(0);

    const ids = await idsInLog();
    const acknowledged = running.said.filter((line) => line.length === 36);
    expect(running.said).toContain('ends: UNAVAILABLE');
    expect([...ids].sort()).toEqual([...acknowledged].sort());
    expect(checkLog(dataDir)).toEqual({ sound: true, events: ids.length });
  });
});
