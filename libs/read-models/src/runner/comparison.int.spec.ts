import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase, prepareArrays } from '@ledger/sqlite';
import { asOf, Ledger, reported, signed, squareMetres, vacated, Workspace } from '../fixtures.js';
import { LINE } from '../tables/block-layout.js';
import { asFact } from '../facts.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { ModelRows, PlaceRow } from './checkpoint.js';
import { judgeSwap } from './comparison.js';
import { databaseInForce } from './place.js';
import { rebuildViews } from './rebuild.js';
import { replayModels } from './replay.js';
import { verifyViews } from './verify.js';

const metric = vacated.data.metric;
const onDay = (day: number) =>
  reported(
    metric,
    asOf(
      `2021-${String(1 + Math.floor(day / 28)).padStart(2, '0')}-${String(1 + (day % 28)).padStart(2, '0')}`,
    ),
    squareMetres(String(day * 1_000), `${day / 10}万平方米`),
  );

describe('views and the log', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([
      vacated,
      signed,
      ...Array.from({ length: 298 }, (_, day) => onDay(day + 1)),
    ]);
    await place.projector(ledger.log, { batch: 7 }).catchUp();
  });
  afterEach(() => place.remove());

  const inForce = () => databaseInForce(place.viewsFile) ?? '';
  const alter = (sql: string, file = inForce()) => {
    const database = openDatabase(file);
    database.exec(sql);
    database.close();
  };
  const segmentsFile = () => {
    const folder = dirname(place.viewsFile);
    const name = readdirSync(folder).find((one) => /segments-[0-9a-f]{8}$/.test(one));
    return join(folder, name ?? 'none');
  };
  const verify = () =>
    verifyViews({ log: ledger.log, viewsFile: place.viewsFile, folder: join(place.folder, 'v') });
  const rebuild = (more: object = {}) =>
    rebuildViews({ log: ledger.log, viewsFile: place.viewsFile, ...more });
  /** Puts another day into line `line` of the timeline's block number `block`. */
  const editTimeline = (block: number, line: number) => {
    const database = openDatabase(inForce());
    const rows: [number, number, string][] = prepareArrays(
      database,
      'SELECT first_key, first_position, lines FROM timeline ORDER BY first_key',
    ).all();
    const [key = 0, position = 0, lines = ''] = rows[block] ?? [];
    const edited = `${lines.slice(0, line * LINE)}19991231${lines.slice(line * LINE + 8)}`;
    database
      .prepare('UPDATE timeline SET lines = ? WHERE first_key = ? AND first_position = ?')
      .run(edited, key, position);
    database.close();
    return String(Number(lines.slice(line * LINE + 9, line * LINE + 21)));
  };

  describe('a rebuild compares', () => {
    it('finds the old and the new ones equal, and leaves the verdict for the log', async () => {
      const { comparison } = await rebuild({ trigger: 'commandLine' });

      expect(comparison).toMatchObject({
        trigger: 'commandLine',
        position: '300',
        models: [
          { name: 'activity', verdict: 'equal', rows: 300 },
          { name: 'catalogue', verdict: 'equal', rows: 2 },
          { name: 'timeline', verdict: 'equal', rows: 298 },
        ],
      });
      expect(comparison?.models.every(({ hash, previous }) => hash === previous?.hash)).toBe(true);
      const database = openDatabase(inForce(), { readOnly: true });
      expect(JSON.parse(new PlaceRow(database).read()?.rebuilt ?? '')).toEqual(comparison);
      database.close();
      expect(inForce().endsWith(comparison?.build ?? 'none')).toBe(true);
    });

    it('refuses to replace views that hold something else, and names the event', async () => {
      const position = editTimeline(1, 3);
      const before = inForce();

      await expect(rebuild()).rejects.toMatchObject({
        code: 'REBUILD_DIFFERS',
        details: { model: 'timeline', position },
      });

      expect(inForce()).toBe(before);
      expect(
        readdirSync(dirname(before)).filter((name) => /\.[0-9a-f]{8}$/.test(name)),
      ).toHaveLength(1);
    });

    it('refuses one whose state hash was altered', async () => {
      alter(`UPDATE views_models SET chain = zeroblob(32) WHERE name = 'catalogue'`);

      await expect(rebuild()).rejects.toMatchObject({
        code: 'REBUILD_DIFFERS',
        details: { model: 'catalogue' },
      });
    });

    it('replaces them when somebody says why', async () => {
      editTimeline(0, 0);
      const explanation = { zh: '视图文件被人改动', en: 'the file was edited by hand' };

      const { comparison } = await rebuild({ explanation });

      expect(comparison).toMatchObject({ explanation, models: [{}, {}, { verdict: 'explained' }] });
      expect(await verify()).toMatchObject({ equal: true });
    });

    it('takes another version of a model as the reason why it holds something else', async () => {
      alter(`
        UPDATE views_models SET version = 999 WHERE name = 'timeline';
        DELETE FROM timeline_frontier WHERE position = 50;`);

      const { comparison } = await rebuild();

      expect(comparison?.models[2]).toMatchObject({
        verdict: 'explained',
        previous: { version: 999 },
      });
      expect(comparison?.explanation?.en).toMatch(/timeline went from version 999 to/);
    });

    it('finds another version equal that holds the same', async () => {
      alter(`UPDATE views_models SET version = 999, layout = 998 WHERE name = 'timeline'`);

      const { comparison } = await rebuild();

      expect(comparison?.models[2]).toMatchObject({ verdict: 'equal', previous: { version: 999 } });
      expect(comparison).not.toHaveProperty('explanation');
    });
  });

  describe('a verification', () => {
    it('finds untouched views equal to the log, and leaves nothing behind', async () => {
      const verified = await verify();

      expect(verified).toMatchObject({ equal: true, position: '300' });
      expect(verified.models.map(({ hash, expectedHash }) => hash === expectedHash)).toEqual([
        true,
        true,
        true,
      ]);
      expect(readdirSync(place.folder)).toEqual(['views']);
    });

    it('names the event whose row of the timeline was edited', async () => {
      editTimeline(3, 20);
      const position = editTimeline(2, 5);

      const { equal, models } = await verify();

      expect(equal).toBe(false);
      expect(models[2]).toMatchObject({
        name: 'timeline',
        equal: false,
        firstDivergence: { position, type: 'ObservationReported', what: 'rows' },
      });
      expect(models.slice(0, 2).map((model) => model.equal)).toEqual([true, true]);
    });

    it.each([
      [
        'a document was edited',
        `UPDATE catalogue SET document = replace(document, 'm2', 'km2') WHERE position = 2`,
        '2',
      ],
      ['a document was deleted', 'DELETE FROM catalogue WHERE position = 2', '2'],
      ['a version was made up', `INSERT INTO catalogue VALUES ('metric', 'x', 77, '{}')`, '77'],
      [
        'a command was renamed',
        'UPDATE activity_recent_commands SET mark = 1 WHERE position = 123',
        '123',
      ],
      ['a stream lost a block', 'DELETE FROM activity_streams WHERE first_position = 66', '66'],
      [
        'a frontier was moved',
        'UPDATE timeline_frontier SET valid_on = 1 WHERE position = 50',
        '50',
      ],
    ])('names the event when %s', async (_what, sql, position) => {
      alter(sql);

      const { equal, models } = await verify();

      expect(equal).toBe(false);
      const wrong = models.filter((model) => !model.equal);
      expect(wrong).toMatchObject([{ firstDivergence: { position, what: 'rows' } }]);
    });

    it('names the event that the views hold in other words than the log', async () => {
      alter(
        `UPDATE segment_entries SET entries = CAST(replace(CAST(entries AS TEXT), '20万平方米', '21万平方米') AS BLOB)`,
        segmentsFile(),
      );

      const { models } = await verify();

      expect(models[0]).toMatchObject({
        name: 'activity',
        equal: false,
        firstDivergence: { position: '202', what: 'event' },
      });
    });

    it('finds a state hash that is not that of the log', async () => {
      alter(`UPDATE views_models SET pending = x'00' WHERE name = 'timeline'`);

      const { models } = await verify();

      expect(models[2]).toMatchObject({ equal: false, firstDivergence: { what: 'hash' } });
    });
  });

  it('a replay comes to the state hashes of the live views, and of any shorter log', async () => {
    const folder = join(place.folder, 'replay');
    const whole = await replayModels({ log: ledger.log, folder });
    const shorter = new Ledger();
    await shorter.sayAll([
      vacated,
      signed,
      ...Array.from({ length: 255 }, (_, day) => onDay(day + 1)),
    ]);
    const then = await replayModels({ log: ledger.log, folder, until: '257' });

    expect(whole.models).toEqual(place.views().models());
    expect(then.models).toEqual((await place.rebuiltViewsOf(shorter)).models());
    expect(then.models.map(({ hash }) => hash)).not.toEqual(whole.models.map(({ hash }) => hash));
    expect(await replayModels({ log: ledger.log, folder, models: ['timeline'] })).toEqual({
      position: '300',
      models: [whole.models[2]],
    });
  });

  describe('a segment cache', () => {
    const names = (sql: string) => alter(sql, segmentsFile());

    it.each([
      ['a stream was renamed', `UPDATE streams SET name = 'metric-x' WHERE number = 1`, '1'],
      [
        'two series changed places',
        `UPDATE series SET number = 99 WHERE number = 1; INSERT INTO series VALUES (1, 'x', '');`,
        '3',
      ],
      ['a time was altered', `UPDATE segments SET columns = zeroblob(length(columns))`, '1'],
    ])(
      'in which %s is found out, and made anew by an explained rebuild',
      async (_what, sql, position) => {
        names(sql);

        const { models } = await verify();
        await rebuild({ explanation: { zh: '缓存被改动', en: 'the cache was edited' } });

        expect(models[0]).toMatchObject({
          equal: false,
          firstDivergence: { position, what: 'names' },
        });
        expect(await verify()).toMatchObject({ equal: true });
      },
    );

    it('whose entries are damaged is not folded', async () => {
      names(`UPDATE segment_entries
        SET entries = CAST(replace(CAST(entries AS TEXT), '腾空', '腾穻') AS BLOB) WHERE block = 0`);
      alter(`DELETE FROM views_models`);

      await place.projector(ledger.log).catchUp();

      const views = place.views();
      expect(views.metric({ id: metric, knownAt: '300' })?.names.zh).toBe(vacated.data.names.zh);
      expect(await verify()).toMatchObject({ equal: true });
    });

    it('that is ahead, of a log that was cut and went on otherwise, is not believed', async () => {
      const shorter = new Ledger();
      const common = Array.from({ length: 298 }, (_, day) => onDay(day + 1));
      await shorter.sayAll([vacated, signed, ...common, onDay(299), onDay(300)]);
      const events = await shorter.log.readAll({ after: '300', limit: 9 });
      const cache = SegmentCache.open(segmentsFile());
      cache.append(events.map(asFact));
      cache.close();
      await ledger.sayAll([onDay(301), onDay(302)]);

      await place.projector(ledger.log).catchUp();

      expect(await verify()).toMatchObject({ equal: true, position: '302' });
    });
  });

  it('a model that was parked excuses nothing that came before', async () => {
    await ledger.say({
      type: 'MetricDefinitionRevised',
      data: { metric: 'never-defined', validFrom: '2021-09-01', changes: {} },
    });
    await place.projector(ledger.log).catchUp();
    expect((await rebuild()).comparison?.models[1]).toMatchObject({ verdict: 'equal' });
    alter(`UPDATE catalogue SET document = replace(document, 'm2', 'km2') WHERE position = 2`);

    await expect(rebuild()).rejects.toMatchObject({
      code: 'REBUILD_DIFFERS',
      details: { model: 'catalogue', position: '2' },
    });
  });

  it('the last look refuses a model that stands still where the old one went on', async () => {
    const { comparison } = await rebuild();
    if (comparison === undefined) throw new Error('Nothing was compared.');
    const database = openDatabase(inForce(), { readOnly: true });
    const rows = new ModelRows(database).read();
    database.close();
    const fault = { position: 290, eventId: 'e', type: 'MetricDefined', message: 'no' };
    const parked = rows.map((row) => (row.name === 'timeline' ? { ...row, fault } : row));
    const other = rows.map((row) => ({
      ...row,
      digest: { ...row.digest, chain: new Uint8Array(32).fill(1) },
    }));
    const refused = expect.objectContaining({ code: 'REBUILD_DIFFERS' });

    expect(() => judgeSwap(rows, rows, comparison, false)).not.toThrow();
    expect(() => judgeSwap(rows, parked, comparison, false)).toThrow(refused);
    expect(() => judgeSwap(parked, parked, comparison, false)).not.toThrow();
    expect(() => judgeSwap(rows, other, comparison, false)).toThrow(refused);
    expect(() => judgeSwap(rows, other, comparison, true)).not.toThrow();
  });

  it('a damaged segment is made anew by the next rebuild', async () => {
    alter(
      'UPDATE segments SET columns = zeroblob(length(columns)) WHERE segment = 0',
      segmentsFile(),
    );
    const before = place.rows();

    await rebuild();

    expect(place.rows()).toEqual(before);
    expect(await verify()).toMatchObject({ equal: true });
  });
});
