import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@ledger/event-log';
import { openSqliteEventLog, type SqliteEventLog } from '@ledger/event-log-sqlite';
import { type Batch, openViews, viewsFileIn } from '@ledger/read-models';
import { ProjectorThread } from './projector-thread.js';

const registered = (unit: string): NewEvent => ({
  id: randomUUID(),
  type: 'UnitRegistered',
  data: { unit, names: { zh: '区委改革办', en: 'Reform Office' }, level: 'district' },
  metadata: {
    schema: 1,
    actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
    correlationId: 'test',
    commandId: randomUUID(),
    commandHash: '0'.repeat(64),
  },
});

const renamed = (unit: string, index: number): NewEvent => ({
  ...registered(unit),
  type: 'UnitRenamed',
  data: { unit, names: { zh: `改革办${index}`, en: `Office ${index}` } },
});

describe('the projector in its thread (of the build)', () => {
  let dataDir: string;
  let log: SqliteEventLog;
  const start = (say: (text: string) => void = () => {}) =>
    ProjectorThread.start(
      { log: { engine: 'sqlite', dataDir }, viewsFile: viewsFileIn(dataDir) },
      say,
    );

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-projector-'));
    log = await openSqliteEventLog({ dataDir, thread: false });
  });
  afterEach(async () => {
    await log.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is ready when the views have taken in what the log held, then tells of each batch', async () => {
    await log.append('unit-a', 'none', [registered('a')]);
    const projector = await start();
    expect(projector.state).toEqual({ running: true, position: '1', sequence: 0 });
    const views = openViews(viewsFileIn(dataDir));
    expect(views.projectedPosition()).toBe('1');

    const told = new Promise<Batch>((resolve) => {
      projector.listen({ batch: resolve, failure: () => {} });
    });
    await log.append('unit-b', 'none', [registered('b')]);
    projector.wake();
    const batch = await told;

    expect(batch.position).toBe('2');
    expect(batch.changes.map(({ kind, subject }) => [kind, subject.id])).toEqual([
      ['unit.registered', 'b'],
    ]);
    expect(views.unit({ id: 'b', knownAt: '2' })).toMatchObject({ id: 'b', revision: 0 });
    expect(projector.state).toEqual({ running: true, position: '2', sequence: 1 });
    views.close();
    await projector.close();
    expect(projector.state.running).toBe(false);
  });

  it('says that views are built anew', async () => {
    const said: string[] = [];

    const projector = await start((text) => said.push(text));
    await projector.close();

    expect(said).toEqual([expect.stringContaining('rebuilt')]);
  });

  it('does not start when something else stands at the place of the views', async () => {
    const viewsFile = viewsFileIn(dataDir);
    mkdirSync(dirname(viewsFile), { recursive: true });
    writeFileSync(viewsFile, 'SQLite format 3\u0000');

    await expect(start()).rejects.toMatchObject({ code: 'NOT_A_VIEWS_FILE' });
  });

  it('does not start without a log, and says why', async () => {
    const nowhere = { engine: 'sqlite', dataDir: join(dataDir, 'nowhere') } as const;
    const viewsFile = viewsFileIn(dataDir);

    await expect(
      ProjectorThread.start({ log: nowhere, viewsFile }, () => {}),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('keeps a failure for who begins to listen after it, and is well again by itself', async () => {
    const projector = await start();
    const viewsFile = viewsFileIn(dataDir);
    writeFileSync(`${viewsFile}.foreign`, 'SQLite format 3\u0000');
    renameSync(`${viewsFile}.foreign`, viewsFile);
    await until(() => !projector.state.running);

    const failed = await new Promise<string>((resolve) => {
      projector.listen({ batch: () => {}, failure: ({ code }) => resolve(code) });
    });
    rmSync(viewsFile);
    await until(() => projector.state.running);

    expect(failed).toBe('NOT_A_VIEWS_FILE');
    await projector.close();
  });

  it('tells how far views reach that were built anew, and after what each batch begins', async () => {
    const projector = await start();
    const told: Batch[] = [];
    projector.listen({ batch: (batch) => told.push(batch), failure: () => {} });
    // In one step, because the projector may be making the folder again meanwhile.
    renameSync(dirname(viewsFileIn(dataDir)), join(dataDir, 'views-gone'));

    await log.append('unit-a', 'none', [registered('a')]);
    projector.wake();
    await until(() => projector.state.position === '1');
    await log.append('unit-b', 'none', [registered('b')]);
    projector.wake();
    await until(() => projector.state.position === '2');

    expect(told.map(({ after, position, changes }) => [after, position, changes.length])).toEqual([
      ['1', '1', 0],
      ['1', '2', 1],
    ]);
    expect(projector.state).toEqual({ running: true, position: '2', sequence: 1 });
    await projector.close();
  });

  it('ends in the midst of a long backlog', async () => {
    const projector = await start();
    const stretch = Array.from({ length: 1_000 }, (_, index) => renamed('a', index));
    await log.append('unit-a', 'none', [registered('a')]);
    for (let from = 0; from < 20; from += 1) {
      const events = stretch.map((event) => ({ ...event, id: randomUUID() }));
      await log.append('unit-a', from * 1_000, events);
    }
    projector.wake();

    await projector.close();

    expect(Number(projector.state.position)).toBeLessThan(20_001);
  });

  it('stops following and says so when an event cannot be taken in', async () => {
    const projector = await start();
    const failed = new Promise<string>((resolve) => {
      projector.listen({ batch: () => {}, failure: ({ code }) => resolve(code) });
    });

    await log.append('unit-c', 'none', [{ ...registered('c'), type: 'NobodyKnowsThis' }]);
    projector.wake();

    expect(await failed).toBe('EVENT_UNKNOWN');
    expect(projector.state.running).toBe(false);
    await projector.close();
  });
});

async function until(holds: () => boolean): Promise<void> {
  const givenUp = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > givenUp) throw new Error('What was waited for did not come.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
