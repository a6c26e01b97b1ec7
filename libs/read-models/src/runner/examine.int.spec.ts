import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectionAggregate } from '@ledger/domain';
import { openDatabase } from '@ledger/sqlite';
import { landReform, Ledger, signed, taskForce, through, vacated, Workspace } from '../fixtures.js';
import { examineViews } from './examine.js';
import { databaseInForce } from './place.js';
import { rebuildViews } from './rebuild.js';
import { rebuildRecorded, rebuildToRecord } from './to-record.js';

describe('views of which nothing is known', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([vacated, signed, landReform]);
    await place.projector(ledger.log).catchUp();
  });
  afterEach(() => place.remove());

  const inForce = () => databaseInForce(place.viewsFile) ?? '';
  const segmentsFile = () => {
    const folder = dirname(place.viewsFile);
    const name = readdirSync(folder).find((one) => /segments-[0-9a-f]{8}$/.test(one));
    return join(folder, name ?? 'none');
  };
  const alter = (sql: string) => {
    const database = openDatabase(inForce());
    database.exec(sql);
    database.close();
  };
  const examine = (log = ledger.log) =>
    examineViews({ log, viewsFile: place.viewsFile, folder: join(place.folder, 'scratch') });

  it('are compared where they can be, and nothing beside them is changed', async () => {
    const before = readdirSync(dirname(place.viewsFile));

    expect(await examine()).toMatchObject({ state: 'compared', equal: true, position: '3' });

    expect(readdirSync(dirname(place.viewsFile)).sort()).toEqual(before.sort());
    expect(readdirSync(place.folder)).toEqual(['views']);
  });

  it('may be missing', async () => {
    rmSync(dirname(place.viewsFile), { recursive: true });

    expect(await examine()).toEqual({ state: 'missing' });
  });

  it.each<[string, () => void, RegExp]>([
    ['the path names nothing', () => writeFileSync(place.viewsFile, 'gibberish'), /names no views/],
    ['the database is gone', () => rmSync(inForce()), /is missing/],
    ['the cache is gone', () => rmSync(segmentsFile()), /segments.* is missing/],
    ['the database is none', () => writeFileSync(inForce(), 'no '.repeat(9_999)), /not a database/],
    [
      'the middle of the database is overwritten',
      () => {
        const bytes = readFileSync(inForce());
        writeFileSync(inForce(), bytes.fill(0xff, 16_384, bytes.length - 16_384));
        for (const companion of ['-wal', '-shm']) rmSync(inForce() + companion, { force: true });
      },
      /damaged|malformed/,
    ],
    ['a table was taken away', () => alter('DROP TABLE timeline'), /no such table: timeline/],
  ])('may be damaged: %s', async (_, damage, why) => {
    alter('PRAGMA wal_checkpoint(TRUNCATE)');
    damage();

    const examined = await examine();

    expect(examined).toEqual({ state: 'damaged', why: expect.stringMatching(why) });
  });

  it.each([
    ['of an older version', `UPDATE views_models SET version = 1 WHERE name = 'timeline'`],
    ['of another layout', `UPDATE views_models SET layout = 99 WHERE name = 'timeline'`],
    ['of a program that had other tables', 'DROP TABLE views_models'],
  ])('may be %s', async (_, sql) => {
    alter(sql);

    expect(await examine()).toMatchObject({ state: 'otherVersion' });
  });

  it('may be of another log, or of a longer one', async () => {
    const other = new Ledger();
    await other.sayAll([signed, vacated, landReform]);
    const another = new Ledger();
    await another.sayAll([vacated, signed, taskForce]);
    const short = new Ledger();
    await short.say(vacated);

    // Where the event that they stand at is the same, the others tell.
    expect(await examine(other.log)).toMatchObject({ state: 'compared', equal: false });
    expect(await examine(another.log)).toEqual({
      state: 'otherLog',
      why: expect.stringMatching(/another event at position 3/),
    });
    expect(await examine(short.log)).toEqual({
      state: 'otherLog',
      why: expect.stringMatching(/beyond the log's end/),
    });
  });

  it('may be replaced while they are looked at', async () => {
    let isReplaced = false;
    const log = through(ledger.log, async (options) => {
      if (!isReplaced) {
        isReplaced = true;
        await place.rebuild(ledger);
      }
      return ledger.log.readAll(options);
    });

    const examined = await examineViews({
      log,
      viewsFile: place.viewsFile,
      folder: join(place.folder, 'scratch'),
    });

    expect(examined).toMatchObject({ state: 'compared', equal: true });
    expect(isReplaced).toBe(true);
  });
});

describe('what a rebuild leaves for the log', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([vacated, signed]);
  });
  afterEach(() => place.remove());

  it('is nothing where there were no views, nor where there are none or broken ones', async () => {
    expect(rebuildToRecord(place.viewsFile)).toBeUndefined();
    await place.rebuild(ledger);
    expect(rebuildToRecord(place.viewsFile)).toBeUndefined();
    writeFileSync(databaseInForce(place.viewsFile) ?? '', 'no '.repeat(9_999));
    expect(rebuildToRecord(place.viewsFile)).toBeUndefined();
  });

  it('does not call equal what was altered, nor different what only has another version', async () => {
    const alter = (sql: string) => {
      const database = openDatabase(databaseInForce(place.viewsFile) ?? '');
      database.exec(sql);
      database.close();
    };
    await place.rebuild(ledger);
    alter(`UPDATE catalogue SET document = replace(document, 'm2', 'km2')`);
    alter(`UPDATE views_models SET version = 1 WHERE name = 'timeline'`);
    const explanation = { zh: '有人改动', en: 'somebody edited them' };

    await rebuildViews({ log: ledger.log, viewsFile: place.viewsFile, explanation });

    const said = rebuildToRecord(place.viewsFile);
    if (said === undefined) throw new Error('Nothing was left.');
    const [, catalogue, timeline] = said.models;
    expect(said.explanation?.en).toContain('somebody edited them');
    expect(catalogue).toMatchObject({ name: 'catalogue', verdict: 'explained', previous: {} });
    expect(timeline).toMatchObject({ verdict: 'equal', previous: { version: 1 } });
    const decided = projectionAggregate.decide(
      { type: 'RecordRebuild', today: '2021-09-01', ...said },
      projectionAggregate.initial(),
    );
    expect(decided.outcome).toBe('accepted');
  });

  it('is the comparison, until it is recorded under its own build', async () => {
    await place.rebuild(ledger);
    await place.rebuild(ledger);

    const said = rebuildToRecord(place.viewsFile);

    expect(said).toMatchObject({
      projection: 'read-models',
      position: '2',
      models: [{ verdict: 'equal' }, { verdict: 'equal' }, { verdict: 'equal' }],
    });
    rebuildRecorded(place.viewsFile, '0badcafe');
    expect(rebuildToRecord(place.viewsFile)).toEqual(said);
    rebuildRecorded(place.viewsFile, said?.build ?? '');
    expect(rebuildToRecord(place.viewsFile)).toBeUndefined();
    await ledger.say(landReform);
    await place.projector(ledger.log).catchUp();
    expect(place.views().projectedPosition()).toBe('3');
  });
});
