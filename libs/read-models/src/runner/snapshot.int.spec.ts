import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase } from '@ledger/sqlite';
import {
  asOf,
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  through,
  vacated,
  Workspace,
} from '../fixtures.js';
import { segmentsInForce } from './filled-cache.js';
import { LiveWriter } from './live-writer.js';
import { databaseInForce } from './place.js';
import { exportViews } from './snapshot.js';
import { importViews } from './snapshot-import.js';
import { readManifest } from './snapshot-manifest.js';
import { verifyViews } from './verify.js';

const onDay = (day: number) =>
  reported(
    vacated.data.metric,
    asOf(`2021-08-${String(1 + (day % 28)).padStart(2, '0')}`),
    squareMetres(String(day * 1_000), `${day / 10}万平方米`),
  );
const report = (events: number) =>
  Array.from({ length: events - 2 }, (_, index) => onDay(index + 1));
const told = async (events: number): Promise<Ledger> => {
  const ledger = new Ledger();
  await ledger.sayAll([vacated, signed, ...report(events)]);
  return ledger;
};

describe('a snapshot of the views', () => {
  let source: Workspace;
  let target: Workspace;
  let ledger: Ledger;
  let snapshot: string;
  beforeEach(async () => {
    [source, target] = [new Workspace(), new Workspace()];
    ledger = await told(300);
    snapshot = join(source.folder, 'snapshot');
    await source.projector(ledger.log).catchUp();
  });
  afterEach(() => {
    source.remove();
    target.remove();
  });

  const copyOut = (more: object = {}) =>
    exportViews({ viewsFile: source.viewsFile, folder: snapshot, ...more });
  const bringIn = (more: object = {}) =>
    importViews({ folder: snapshot, viewsFile: target.viewsFile, log: ledger.log, ...more });
  const filesOf = ({ viewsFile }: Workspace) => {
    const folder = dirname(viewsFile);
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return names.filter((name) => !name.endsWith('.lock'));
  };
  /** Databases and caches, whatever their names. */
  const kindsOf = (workspace: Workspace) =>
    filesOf(workspace).flatMap((name) =>
      /\.[0-9a-f]{8}$/.test(name) ? ['views'] : /segments-[0-9a-f]{8}$/.test(name) ? ['cache'] : [],
    );
  const alter = (workspace: Workspace, sql: string) => {
    const database = openDatabase(databaseInForce(workspace.viewsFile) ?? '');
    database.exec(sql);
    database.close();
  };

  it('answers elsewhere as the views that it was made of, and the log agrees', async () => {
    const { checkpoint, models } = await copyOut();
    expect(readdirSync(snapshot).sort()).toEqual(['manifest.json', 'segments.db', 'views.db']);

    const { replaced } = await bringIn();

    expect(replaced).toBeUndefined();
    expect(checkpoint.position).toBe('300');
    expect(models.map(({ name, rows }) => [name, rows])).toEqual([
      ['activity', 300],
      ['catalogue', 2],
      ['timeline', 298],
    ]);
    expect(target.rows()).toEqual(source.rows());
    expect(target.segments()).toEqual(source.segments());
    expect(kindsOf(target)).toEqual(['views', 'cache']);
    const { viewsFile, folder } = target;
    const verified = await verifyViews({ log: ledger.log, viewsFile, folder: join(folder, 'v') });
    expect(verified.equal).toBe(true);
  });

  it('is where a new projector goes on, without the log from its start', async () => {
    await copyOut();
    await bringIn();
    await ledger.sayAll([landReform, onDay(5)]);
    const asked: number[] = [];
    const log = through(ledger.log, (options) => {
      asked.push(Number(options.after));
      return ledger.log.readAll(options);
    });

    const standing = await target.projector(log).catchUp();

    expect(standing).toEqual({ position: '302', sequence: 301 });
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.min(...asked)).toBe(300);
    await source.projector(ledger.log).catchUp();
    expect(target.rows()).toEqual(source.rows());
  });

  it('is one moment of views that a projector goes on writing', async () => {
    await ledger.sayAll([onDay(5), landReform]);
    const late = await ledger.log.readAll({ after: '300', limit: 9 });
    const { checkpoint } = await copyOut({
      onProgress: ({ phase, done }: { phase: string; done: number }) => {
        if (phase !== 'copying' || done !== 1) return;
        // Between the copy of the views and that of their events.
        const writer = new LiveWriter(databaseInForce(source.viewsFile) ?? '');
        expect(writer.write(late)).toHaveLength(2);
        writer.close();
      },
    });
    expect(source.views().projectedPosition()).toBe('302');

    await bringIn();

    expect(checkpoint.position).toBe('300');
    expect(target.views().projectedPosition()).toBe('300');
    await target.projector(ledger.log).catchUp();
    expect(target.rows()).toEqual(source.rows());
  });

  it('is taken where the log ends at its position, though the events had got further', async () => {
    const late = [...report(50), landReform];
    await ledger.sayAll(late);
    const events = await ledger.log.readAll({ after: '300', limit: 99 });
    await copyOut({
      onProgress: ({ phase, done }: { phase: string; done: number }) => {
        if (phase !== 'copying' || done !== 1) return;
        const writer = new LiveWriter(databaseInForce(source.viewsFile) ?? '');
        expect(writer.write(events)).toHaveLength(events.length);
        writer.close();
      },
    });
    const upTo300 = await told(300);

    await bringIn({ log: upTo300.log });

    expect(target.views().projectedPosition()).toBe('300');
    await target.projector(upTo300.log).catchUp();
    await upTo300.sayAll(late);
    await target.projector(upTo300.log).catchUp();
    expect(target.rows()).toEqual(source.rows());
    expect(target.segments()).toEqual(source.segments());
  });

  it('replaces views that stand earlier, and open readers go over to it', async () => {
    await copyOut();
    await target.projector((await told(120)).log).catchUp();
    const views = target.views();

    const { replaced } = await bringIn();

    expect(replaced).toBe('120');
    expect(views.projectedPosition()).toBe('300');
    expect(kindsOf(target)).toEqual(['views', 'cache']);
  });

  it.each([300, 301])('does not replace views at position %d', async (events) => {
    await copyOut();
    await ledger.sayAll(report(events - 298));
    await target.projector(ledger.log).catchUp();
    const before = [filesOf(target), target.rows()];

    await expect(bringIn()).rejects.toMatchObject({ code: 'VIEWS_NOT_OLDER' });

    expect([filesOf(target), target.rows()]).toEqual(before);
  });

  it('does not replace views that get as far while it is copied', async () => {
    await copyOut();
    await target.projector((await told(120)).log).catchUp();
    await ledger.say(landReform);
    let isFurther = false;
    const log = through(ledger.log, async (options) => {
      if (!isFurther) {
        isFurther = true;
        await target.projector(ledger.log).catchUp();
      }
      return ledger.log.readAll(options);
    });

    await expect(bringIn({ log })).rejects.toMatchObject({ code: 'VIEWS_NOT_OLDER' });

    expect(target.views().projectedPosition()).toBe('301');
    expect(kindsOf(target)).toEqual(['views', 'cache']);
  });

  it('replaces views that cannot be used, wherever they stood', async () => {
    await copyOut();
    const other = new Ledger();
    await other.sayAll([landReform, vacated, ...report(400)]);
    await target.projector(other.log).catchUp();

    await bringIn();

    expect(target.rows()).toEqual(source.rows());
  });

  it('says what views of another version are, in either direction', async () => {
    alter(source, `UPDATE views_models SET version = 1 WHERE name = 'timeline'`);
    await copyOut();

    const refused = bringIn();

    await expect(refused).rejects.toMatchObject({
      code: 'SNAPSHOT_OTHER_VERSION',
      message: expect.stringMatching(/read model timeline .* has version 1 .* needs version \d/),
    });
    expect(kindsOf(target)).toEqual([]);
  });

  describe('that is not what was made', () => {
    beforeEach(() => copyOut());
    const nothing = async (code: string, log = ledger.log) => {
      const before = filesOf(target);
      await expect(bringIn({ log })).rejects.toMatchObject({ code });
      expect(filesOf(target)).toEqual(before);
    };
    const flip = (file: string, at: number) => {
      const path = join(snapshot, file);
      const bytes = readFileSync(path);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      writeFileSync(path, bytes);
    };
    const sizeOf = (file: string) => readFileSync(join(snapshot, file)).length;

    it.each(['views.db', 'segments.db'])('one byte of %s, wherever it is', async (file) => {
      const size = sizeOf(file);
      for (const at of [0, 30, Math.floor(size / 2), size - 1]) {
        flip(file, at);
        await nothing('SNAPSHOT_DAMAGED');
        flip(file, at);
      }
      await bringIn();
      expect(target.views().projectedPosition()).toBe('300');
    });

    it('one byte of the manifest, each of them', async () => {
      const refusals = new Set<unknown>();
      for (let at = 0; at < sizeOf('manifest.json'); at += 1) {
        flip('manifest.json', at);
        await readManifest(snapshot).then(
          () => refusals.add(`byte ${at} was not missed`),
          ({ code }: { code: string }) => refusals.add(code),
        );
        flip('manifest.json', at);
      }

      expect(refusals).toEqual(new Set(['SNAPSHOT_DAMAGED', 'SNAPSHOT_OTHER_VERSION']));
      await readManifest(snapshot);
    });

    it('a manifest that was written anew for other files', async () => {
      const manifest = JSON.parse(readFileSync(join(snapshot, 'manifest.json'), 'utf8'));
      manifest.checkpoint.position = '299';
      writeFileSync(join(snapshot, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

      await nothing('SNAPSHOT_DAMAGED');
    });

    it.each(['views.db', 'segments.db'])('%s that is cut short, or gone', async (file) => {
      truncateSync(join(snapshot, file), sizeOf(file) - 1);
      await nothing('SNAPSHOT_DAMAGED');
      truncateSync(join(snapshot, file), 0);
      await nothing('SNAPSHOT_DAMAGED');
    });

    it('a folder without a manifest', async () => {
      cpSync(join(snapshot, 'views.db'), join(source.folder, 'alone', 'views.db'));
      snapshot = join(source.folder, 'alone');

      await nothing('SNAPSHOT_UNFINISHED');
    });

    it('a snapshot of another log', async () => {
      const other = new Ledger();
      await other.sayAll([signed, vacated, ...report(400)]);

      await nothing('SNAPSHOT_OTHER_LOG', other.log);
    });

    it('a snapshot of a log that parted from this one after its beginning, and came back', async () => {
      const other = new Ledger();
      // The last event is the same, with the same id; one in the middle is not.
      const [first, ...others] = report(300);
      await other.sayAll([vacated, signed, ...others.slice(0, 1), ...(first ? [first] : [])]);
      await other.sayAll(others.slice(1));

      await nothing('SNAPSHOT_OTHER_LOG', other.log);
    });

    it('a snapshot of a longer log', async () => {
      await nothing('SNAPSHOT_OTHER_LOG', (await told(299)).log);
    });
  });

  describe('that is broken off', () => {
    const stopAt = (wanted: string, from = 0) => {
      const stop = new AbortController();
      const onProgress = ({ phase, done }: { phase: string; done: number }) => {
        if (phase === wanted && done >= from) stop.abort(new Error('enough'));
      };
      return { signal: stop.signal, onProgress };
    };

    it.each([
      ['copying', 0],
      ['copying', 1],
      ['copying', 2],
      ['hashing', 1],
    ])('while it is made (%s %d) leaves nothing', async (phase, from) => {
      await expect(copyOut(stopAt(phase, from))).rejects.toThrow('enough');

      expect(existsSync(snapshot)).toBe(false);
    });

    it('in a folder that stood there leaves that, and what a killed one left is made anew', async () => {
      mkdirSync(snapshot);
      await expect(copyOut(stopAt('hashing'))).rejects.toThrow('enough');
      expect(readdirSync(snapshot)).toEqual([]);
      for (const name of ['unfinished', 'views.db', 'segments.db-journal', 'manifest.json.part']) {
        writeFileSync(join(snapshot, name), 'half');
      }
      await expect(bringIn()).rejects.toMatchObject({ code: 'SNAPSHOT_UNFINISHED' });

      await copyOut();

      expect(readdirSync(snapshot).sort()).toEqual(['manifest.json', 'segments.db', 'views.db']);
      await bringIn();
    });

    it('while it is brought in leaves the old views in force', async () => {
      await copyOut();
      await target.projector((await told(120)).log).catchUp();
      const before = [filesOf(target), target.rows()];

      await expect(bringIn(stopAt('copying', 1))).rejects.toThrow('enough');

      expect([filesOf(target), target.rows()]).toEqual(before);
    });

    it('by a kill while it is brought in is cleared up by the next start', async () => {
      await copyOut();
      await target.projector(ledger.log).catchUp();
      const half = `${target.viewsFile}.0badcafe`;
      cpSync(join(snapshot, 'segments.db'), half);

      await target.projector(ledger.log).catchUp();

      expect(existsSync(half)).toBe(false);
    });
  });

  it.each([
    ['a file', 'it', 'text'],
    ['a folder with something in it', join('it', 'within'), 'text'],
  ])('is not made over %s', async (_, path, text) => {
    mkdirSync(dirname(join(source.folder, path)), { recursive: true });
    writeFileSync(join(source.folder, path), text);
    snapshot = join(source.folder, 'it');

    await expect(copyOut()).rejects.toMatchObject({ code: 'SNAPSHOT_FOLDER_TAKEN' });

    expect(readFileSync(join(source.folder, path), 'utf8')).toBe(text);
  });

  it('is not made of views whose events this version cannot read', async () => {
    const cache = openDatabase(segmentsInForce(source.viewsFile) ?? '');
    cache.exec('UPDATE segments_layout SET version = 0');
    cache.close();

    await expect(copyOut()).rejects.toMatchObject({ code: 'VIEWS_DAMAGED' });

    expect(existsSync(snapshot)).toBe(false);
  });

  it('is not made of no views, and not of damaged ones', async () => {
    await expect(
      exportViews({ viewsFile: target.viewsFile, folder: snapshot }),
    ).rejects.toMatchObject({ code: 'VIEWS_MISSING' });
    writeFileSync(databaseInForce(source.viewsFile) ?? '', 'no database '.repeat(1_000));

    await expect(copyOut()).rejects.toMatchObject({ code: 'VIEWS_DAMAGED' });

    expect(existsSync(snapshot)).toBe(false);
  });
});
