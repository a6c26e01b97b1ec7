import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  asOf,
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  taskForce,
  through,
  vacated,
  Workspace,
} from '../fixtures.js';
import { databaseInForce } from './place.js';
import type { Views } from '../views.js';
import { rebuildViews } from './rebuild.js';

const metric = vacated.data.metric;

describe('a rebuild', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([
      vacated,
      signed,
      reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米')),
    ]);
  });
  afterEach(() => place.remove());

  const files = () => readdirSync(dirname(place.viewsFile)).sort();

  it('answers with the position reached, and reports its progress up to the end', async () => {
    const progress: object[] = [];
    const { log } = ledger;
    const rebuilt = await rebuildViews({
      log,
      viewsFile: place.viewsFile,
      onProgress: (step) => progress.push(step),
    });

    expect(rebuilt).toEqual({ position: '3' });
    expect(progress).toEqual([
      { phase: 'reading', done: 3, total: 3 },
      { phase: 'folding', done: 3, total: 3 },
      { phase: 'catching up', done: 3, total: 3 },
    ]);
    expect(place.views().projectedPosition()).toBe('3');
  });

  it('of an empty log makes views that answer', async () => {
    await rebuildViews({ log: new Ledger().log, viewsFile: place.viewsFile });
    const views = place.views();

    expect(views.projectedPosition()).toBe('0');
    expect(views.activity({ knownAt: '0', limit: 9 }).items).toEqual([]);
    expect(views.positionAt('2030-01-01T00:00:00Z')).toBe('0');
  });

  it('replaces the views in one step, and open readers go over to the new ones', async () => {
    const views = await place.viewsOf(ledger);
    const old = databaseInForce(place.viewsFile);
    await ledger.say(reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米')));

    await place.rebuild(ledger);

    expect(databaseInForce(place.viewsFile)).not.toBe(old);
    expect(existsSync(old ?? '')).toBe(false);
    expect(views.board({ knownAt: '3' }).dataAsOf).toBe('2021-08-26');
    expect(views.projectedPosition()).toBe('4');
    expect(views.board({ knownAt: '4' }).dataAsOf).toBe('2021-09-26');
  });

  it('that is broken off leaves the views as they were, and nothing beside them', async () => {
    await place.viewsOf(ledger);
    const before = [databaseInForce(place.viewsFile), place.rows()];
    const stop = new AbortController();
    const { log } = ledger;

    const building = rebuildViews({
      log,
      viewsFile: place.viewsFile,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });

    await expect(building).rejects.toThrow('enough');
    expect([databaseInForce(place.viewsFile), place.rows()]).toEqual(before);
    expect(files().filter((name) => /\.[0-9a-f]{8}$/.test(name))).toHaveLength(1);
  });

  it('removes what a killed build left behind, and takes nothing else away', async () => {
    mkdirSync(dirname(place.viewsFile), { recursive: true });
    const left = [`${place.viewsFile}.0badcafe`, `${place.viewsFile}.0badcafe-wal`];
    const foreign = [`${place.viewsFile}.bak`, `${place.viewsFile}.0badcafe.txt`];
    for (const file of [...left, ...foreign]) writeFileSync(file, 'half a build');

    await place.rebuild(ledger);

    expect(left.map((file) => existsSync(file))).toEqual([false, false]);
    expect(foreign.map((file) => existsSync(file))).toEqual([true, true]);
    expect(place.views().projectedPosition()).toBe('3');
  });

  it('never puts views in force that stand earlier than those that are', async () => {
    const views = await place.viewsOf(ledger);
    const late = [landReform, taskForce];
    // Whenever the build has read to the end, the live views take one event more in.
    const log = through(ledger.log, async (options) => {
      const page = await ledger.log.readAll(options);
      const event = page.length === 0 ? late.shift() : undefined;
      if (event === undefined) return page;
      await ledger.say(event);
      await place.projector(ledger.log).catchUp();
      return page;
    });

    const { position } = await rebuildViews({ log, viewsFile: place.viewsFile });

    expect(late).toEqual([]);
    expect([position, views.projectedPosition()]).toEqual(['5', '5']);
    expect(views.reform({ id: 'land-redevelopment', knownAt: '5' })).toBeDefined();
    await place.rebuiltViewsOf(ledger);
    expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
  });

  it('goes over from views that are damaged or lost', async () => {
    for (const harm of [
      (file: string) => writeFileSync(file, '垃圾'.repeat(4_000)),
      (file: string) => writeFileSync(file, ''),
      (file: string) => rmSync(file),
    ]) {
      await place.viewsOf(ledger);
      harm(databaseInForce(place.viewsFile) ?? '');
      await place.rebuild(ledger);

      expect(place.views().projectedPosition()).toBe('3');
    }
  });

  it('takes turns with another one of the same views', async () => {
    const builds = [1, 2, 3].map(() => {
      return rebuildViews({ log: ledger.log, viewsFile: place.viewsFile });
    });

    const built = await Promise.all(builds);
    expect(built.map(({ position }) => position)).toEqual(['3', '3', '3']);
    expect(place.views().projectedPosition()).toBe('3');
    expect(files().filter((name) => /\.[0-9a-f]{8}$/.test(name))).toHaveLength(1);
  });

  it('is left alone by a projector that starts meanwhile', async () => {
    await place.viewsOf(ledger);
    let started = false;
    const log = through(ledger.log, async (options) => {
      if (!started) {
        started = true;
        await place.projector(ledger.log).catchUp();
      }
      return ledger.log.readAll(options);
    });

    expect(await rebuildViews({ log, viewsFile: place.viewsFile })).toMatchObject({
      position: '3',
    });
    expect(place.views().projectedPosition()).toBe('3');
  });

  it('that waits for another one can be broken off', async () => {
    const stop = new AbortController();
    let waiting: Promise<unknown> | undefined;
    const log = through(ledger.log, async (options) => {
      waiting ??= rebuildViews({
        log: ledger.log,
        viewsFile: place.viewsFile,
        signal: stop.signal,
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      return ledger.log.readAll(options);
    });

    expect(await rebuildViews({ log, viewsFile: place.viewsFile })).toMatchObject({
      position: '3',
    });
  });

  it('whose database is taken away fails, and the views stay as they were', async () => {
    await place.viewsOf(ledger);
    const before = [databaseInForce(place.viewsFile), place.rows()];
    const log = through(ledger.log, async (options) => {
      const page = await ledger.log.readAll(options);
      const built = files().filter((name) => /\.[0-9a-f]{8}$/.test(name));
      for (const name of built) {
        const file = join(dirname(place.viewsFile), name);
        if (page.length === 0 && file !== before[0]) rmSync(file);
      }
      return page;
    });

    const building = rebuildViews({ log, viewsFile: place.viewsFile });

    await expect(building).rejects.toMatchObject({ code: 'VIEWS_MISSING' });
    expect([databaseInForce(place.viewsFile), place.rows()]).toEqual(before);
  });

  it('is needed before anything can be read', () => {
    expect(() => place.views()).toThrow(expect.objectContaining({ code: 'VIEWS_MISSING' }));
  });
});

describe('views', () => {
  let place: Workspace;
  beforeEach(() => {
    place = new Workspace();
  });
  afterEach(() => place.remove());

  it('refuse to say what was known where they have not been yet', async () => {
    const ledger = new Ledger();
    await ledger.say(vacated);
    const views = await place.viewsOf(ledger);
    await ledger.say(signed);

    expect(() => views.board({ knownAt: '2' })).toThrow(
      expect.objectContaining({ code: 'NOT_YET_PROJECTED' }),
    );
    await place.projector(ledger.log).catchUp();
    expect(views.board({ knownAt: '2' }).counts.metrics).toBe(2);
  });

  it('tell changes and commands of the views in force, whatever was asked before', async () => {
    const ledger = new Ledger();
    await ledger.say(vacated);
    for (const asked of [
      (views: Views) => views.changesAfter('1', 9).map(({ position }) => position),
      (views: Views) => [views.command('command-1')?.position],
    ]) {
      const views = await place.viewsOf(ledger);
      if (ledger.position === '1') await ledger.say(signed);
      await place.rebuild(ledger);

      expect(asked(views)).toEqual(['2']);
      rmSync(place.viewsFile);
    }
  });

  it('refuse positions that are none, or beyond what they hold exactly', async () => {
    const views = await place.viewsOf(new Ledger());

    for (const knownAt of ['', '-1', '1.5', '0x2', '01', 'one', '9007199254740993']) {
      expect(() => views.board({ knownAt })).toThrow(
        expect.objectContaining({ code: 'POSITION_INVALID' }),
      );
    }
  });
});
