import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rebuildViews, viewsFileIn } from '@ledger/read-models';
import { EventStream } from './event-stream.js';
import { LedgerUnderTest, reformOffice } from './ledger.js';

describe('views that are built anew under a running server', () => {
  let ledger: LedgerUnderTest;
  let stream: EventStream;
  beforeEach(async () => {
    ledger = await LedgerUnderTest.open();
    await register('first');
    stream = await EventStream.open(`${ledger.url}/v1/stream?after=0`);
    await stream.until('stream.caughtUp');
  });
  afterEach(async () => {
    stream.close();
    await ledger.remove();
  });

  /** In one step, because the projector may be making the folder again meanwhile. */
  const deleteViews = (): void => {
    const gone = join(ledger.dataDir, 'views-gone');
    renameSync(join(ledger.dataDir, 'views'), gone);
    rmSync(gone, { recursive: true });
  };
  const register = async (id: string): Promise<string> => {
    const answer = await ledger.http
      .post('/v1/units')
      .send({ ...reformOffice, id })
      .expect(201);
    return answer.body.position;
  };
  /** Waits until the log tells of the views in force, and answers of how many it tells. */
  const rebuildsRecorded = async (): Promise<number> => {
    for (;;) {
      const { body: models } = await ledger.http.get('/v1/read-models').expect(200);
      const { body } = await ledger.http.get('/v1/streams/projection-read-models/events');
      if (models.rebuilt?.data.build === models.build) return body.items.length;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const positionsSeen = (): string[] => stream.events.flatMap(({ id }) => id ?? []);
  const everyPosition = async (): Promise<string[]> =>
    Array.from({ length: Number(await ledger.head()) }, (_, index) => String(index + 1));

  it('lose nobody who follows, waits or asks, when the folder is deleted', async () => {
    deleteViews();

    const position = await register('second');
    await ledger.http.get(`/v1/units/second?minPosition=${position}`).expect(200);
    await stream.until('unit.registered', 2);
    const ready = await ledger.http.get('/health/ready').expect(200);
    await register('third');
    await stream.until('unit.registered', 3);

    expect(positionsSeen()).toEqual(['1', '2', '3']);
    expect(ready.body.projection).toEqual({ running: true, position, lagEvents: 0 });
  });

  it('come back although nothing is written', async () => {
    deleteViews();

    const files = (): string[] => {
      try {
        return readdirSync(join(ledger.dataDir, 'views'));
      } catch {
        return [];
      }
    };
    while (!files().includes('views.db')) await new Promise((resolve) => setTimeout(resolve, 20));

    await ledger.http.get('/v1/units/first').expect(200);
  });

  it('never take back what was to be read, while others write', async () => {
    const log = await ledger.openLogReader();
    const viewsFile = viewsFileIn(ledger.dataDir);
    const missed: string[] = [];
    const end = new AbortController();
    const writing = [0, 1, 2].map(async (writer) => {
      for (let index = 0; !end.signal.aborted; index += 1) {
        const id = `unit-${writer}-${index}`;
        const position = await register(id);
        await ledger.http.get(`/v1/units/${id}?minPosition=${position}`).expect(200);
        // Once more without waiting: what was shown stays.
        const again = await ledger.http.get(`/v1/units/${id}`);
        const pinned = await ledger.http.get(`/v1/units/${id}?knownAt=${position}`);
        if (again.status !== 200 || pinned.status !== 200) missed.push(id);
      }
    });
    for (let round = 0; round < 10; round += 1) await rebuildViews({ log, viewsFile });
    end.abort();
    await Promise.all(writing);
    await log.close();

    const recorded = await rebuildsRecorded();
    const positions = await everyPosition();
    await stream.until('unit.registered', positions.length - recorded);
    await stream.until('readModels.rebuilt', recorded);
    const polled = await ledger.http.get('/v1/changes?after=0&limit=1000').expect(200);
    expect(missed).toEqual([]);
    expect(positionsSeen()).toEqual(positions);
    expect(polled.body.items).toHaveLength(Math.min(1_000, positions.length));
  });

  it('are seen by the poll twin of the stream without another read before', async () => {
    const log = await ledger.openLogReader();
    await rebuildViews({ log, viewsFile: viewsFileIn(ledger.dataDir) });
    await register('second');
    await stream.until('unit.registered', 2);
    await log.close();

    const polled = await ledger.http.get('/v1/changes?after=0').expect(200);

    const units = polled.body.items.filter(({ type }: { type: string }) => /unit/.test(type));
    expect(units).toHaveLength(2);
  });
});
