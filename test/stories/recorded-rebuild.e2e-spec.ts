import { rebuildViews, viewsFileIn } from '@ledger/read-models';
import { ExclusiveLock } from '@ledger/sqlite';
import { EventStream } from './event-stream.js';
import { LedgerUnderTest } from './ledger.js';
import { changeViews, isRecorded, type ReadModels, readModelsWhen } from './read-models.js';

describe('a rebuild of the read models', () => {
  let ledger: LedgerUnderTest;
  let stream: EventStream | undefined;

  beforeEach(async () => {
    ledger = await LedgerUnderTest.open({ seed: 'guangming-2021' });
    await ledger.http.get(`/v1/board?minPosition=${await ledger.head()}`).expect(200);
  });
  afterEach(async () => {
    stream?.close();
    await ledger.remove();
  });

  const recorded = async () => {
    const { body } = await ledger.http.get('/v1/activity?subject=projection:read-models');
    return body.items;
  };
  const isOver = ({ rebuild }: ReadModels): boolean =>
    rebuild !== null && !['queued', 'running'].includes(rebuild.state);
  const rebuild = async (body: object = {}): Promise<ReadModels> => {
    const asked = { kind: 'rebuild', ...body };
    await ledger.http.post('/v1/operations').send(asked).expect(202);
    return readModelsWhen(ledger, isOver);
  };
  const isIdle = ({ rebuild: last }: ReadModels): boolean => last?.state === 'succeeded';
  /** Nothing moved for as long as the pace is taken. */
  const isSettled = ({ head, models }: ReadModels): boolean =>
    models.every(({ position, eventsPerSecond }) => position === head && eventsPerSecond === 0);
  const outdate = (): void =>
    changeViews(ledger, `UPDATE views_models SET version = 999 WHERE name = 'catalogue'`);

  it('on request stands in the log once, with the hashes that the models then had', async () => {
    const before = await readModelsWhen(ledger, ({ head, models }) =>
      models.every(({ position }) => position === head),
    );
    stream = await EventStream.open(`${ledger.url}/v1/stream`);
    await stream.until('stream.caughtUp');

    await rebuild();
    await stream.until('readModels.rebuilt');
    const after = await readModelsWhen(ledger, isRecorded);

    const [event, ...rest] = await recorded();
    expect(rest).toEqual([]);
    expect(event).toEqual(after.rebuilt);
    expect(after.build).not.toBe(before.build);
    expect(event).toMatchObject({
      kind: 'readModels.rebuilt',
      data: {
        build: after.build,
        trigger: 'operation',
        position: before.head,
        models: before.models.map(({ name, hash }) => ({
          name,
          hash,
          previous: { hash },
          verdict: 'equal',
        })),
      },
    });

    await ledger.stop();
    await ledger.start();
    await readModelsWhen(ledger, isRecorded);
    expect(await ledger.head()).toBe(event.position);
  });

  it('that follows upon another is recorded like that, however quick they are', async () => {
    const posts = [1, 2, 3].map(() => ledger.http.post('/v1/operations').send({ kind: 'rebuild' }));
    await Promise.all(posts);
    await readModelsWhen(ledger, isIdle);
    while ((await recorded()).length < posts.length) await readModelsWhen(ledger, isRecorded);

    const { body } = await ledger.http.get('/v1/operations').expect(200);
    const builds = body.items.map((item: { result: { comparison: { build: string } } }) => {
      return item.result.comparison.build;
    });
    expect(builds).toHaveLength(3);
    const events = await recorded();
    expect(events.map(({ data }: { data: { build: string } }) => data.build)).toEqual(builds);
  });

  it('answers 304 to who has seen all of it', async () => {
    const { head } = await readModelsWhen(ledger, isSettled);
    const first = await ledger.http.get('/v1/read-models').expect(200);
    const { etag = '' } = first.headers;

    const again = await ledger.http.get('/v1/read-models').set('if-none-match', etag).expect(304);

    expect(first.headers['cache-control']).toBe('private, no-cache');
    expect([again.headers['etag'], first.body.head]).toEqual([etag, head]);
  });

  it('by a command line beside the server is noticed and recorded by the server', async () => {
    const log = await ledger.openLogReader();
    const viewsFile = viewsFileIn(ledger.dataDir);
    await rebuildViews({ log, viewsFile, trigger: 'commandLine' });
    await log.close();

    const { build } = await readModelsWhen(
      ledger,
      (said) => isRecorded(said) && said.rebuilt?.data.trigger === 'commandLine',
    );

    expect(await recorded()).toMatchObject([{ data: { build, trigger: 'commandLine' } }]);
  });

  it('while no server runs is recorded at the next start', async () => {
    await ledger.stop();
    const log = await ledger.openLogReader();
    const viewsFile = viewsFileIn(ledger.dataDir);
    await rebuildViews({ log, viewsFile, trigger: 'commandLine' });
    await log.close();
    await ledger.start();

    await readModelsWhen(ledger, isRecorded);

    expect(await recorded()).toHaveLength(1);
  });

  it('is done by the server of views that another version made, under those who read', async () => {
    const pinned = `/v1/board?knownAt=${await ledger.head()}`;
    const board = await ledger.http.get(pinned).expect(200);
    await ledger.stop();
    outdate();
    // Whoever builds elsewhere is waited for: the old views serve meanwhile.
    const elsewhere = ExclusiveLock.take(`${viewsFileIn(ledger.dataDir)}.lock`);
    await ledger.start();

    const first = await readModelsWhen(ledger, () => true);
    const meanwhile = await ledger.http.get(pinned).expect(200);
    const serving = await ledger.http.get('/health/ready').expect(200);
    elsewhere?.release();
    const done = await readModelsWhen(ledger, (said) => !said.outdated && isRecorded(said));
    const after = await ledger.http.get(pinned).expect(200);

    expect([meanwhile.text, after.text]).toEqual([board.text, board.text]);
    expect(serving.body).toMatchObject({ status: 'ready', views: { build: first.build } });
    expect(serving.body.views.outdated).toContain('it is running');
    expect(first).toMatchObject({ outdated: true, rebuild: { request: { trigger: 'boot' } } });
    expect(first.models.map(({ status }) => status)).toEqual(Array(3).fill('rebuilding'));
    expect(done.build).not.toBe(first.build);
    expect(done.rebuild).toMatchObject({ state: 'succeeded', request: { trigger: 'boot' } });
    const [event] = await recorded();
    expect(event.data).toMatchObject({
      build: done.build,
      trigger: 'boot',
      // The fold of the other version came to the same rows.
      models: expect.arrayContaining([
        expect.objectContaining({
          verdict: 'equal',
          previous: expect.objectContaining({ version: 999 }),
        }),
      ]),
    });
    const ready = await ledger.http.get('/health/ready').expect(200);
    expect(ready.body).toMatchObject({ status: 'ready', views: { build: done.build } });

    await ledger.stop();
    await ledger.start();
    const again = await readModelsWhen(ledger, isRecorded);
    expect(again).toMatchObject({ outdated: false, rebuild: null, build: done.build });
    expect(await recorded()).toHaveLength(1);
  });

  it('is refused where the new ones differ without a reason, and the old ones serve on', async () => {
    const before = await ledger.http.get('/v1/units').expect(200);
    await ledger.stop();
    outdate();
    // Something that the log does not say, in a model whose version explains nothing.
    changeViews(ledger, 'DELETE FROM timeline_frontier WHERE position < 200');
    await ledger.start();

    const refused = await readModelsWhen(ledger, isOver);
    const ready = await ledger.http.get('/health/ready').expect(200);
    const units = await ledger.http.get('/v1/units').expect(200);

    expect(refused).toMatchObject({
      outdated: true,
      rebuild: { state: 'failed', error: { code: 'REBUILD_DIFFERS' } },
      rebuilt: null,
    });
    expect(ready.body.status).toBe('degraded');
    expect(ready.body.views.outdated).toMatch(/timeline.*differs/);
    expect(units.text).toBe(before.text);

    await rebuild({ explanation: '视图曾被改动' });
    const mended = await readModelsWhen(ledger, (said) => !said.outdated && isRecorded(said));
    expect(mended.rebuild).toMatchObject({ state: 'succeeded' });
    const health = await ledger.http.get('/health/ready').expect(200);
    expect(health.body.status).toBe('ready');
  });
});
