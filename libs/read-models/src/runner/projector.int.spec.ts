import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryEventLog, type EventLogReader, type LedgerEvent } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
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
import type { Batch } from './projector.js';
import { databaseInForce } from './place.js';

const metric = vacated.data.metric;
const onDay = (day: number) =>
  reported(
    metric,
    asOf(`2021-08-${String(day).padStart(2, '0')}`),
    squareMetres(String(day * 1_000), `${day / 10}万平方米`),
  );

describe('the projector', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([landReform, vacated, onDay(1), onDay(2)]);
  });
  afterEach(() => place.remove());

  it('builds views that are missing, says so, and then continues from its checkpoint', async () => {
    const notices: string[] = [];
    const batches: Batch[] = [];
    const projector = place.projector(ledger.log, {
      onNotice: (text) => notices.push(text),
      onBatch: (batch) => batches.push(batch),
    });

    expect(await projector.catchUp()).toBe('4');
    await ledger.sayAll([onDay(3), onDay(4)]);
    expect(await projector.catchUp()).toBe('6');

    expect(notices).toEqual(['The views are rebuilt from the log: there are none.']);
    expect(batches.map(({ position, changes }) => [position, changes.length])).toEqual([['6', 2]]);
    expect(place.views().projectedPosition()).toBe('6');
  });

  it('follows the log live and tells of each batch once it can be read', async () => {
    const views = await place.viewsOf(ledger);
    const stop = new AbortController();
    const seen: string[] = [];
    const onBatch = ({ position, changes }: Batch) => {
      seen.push(...changes.map((change) => `${change.position} ${change.kind}`));
      expect(views.projectedPosition()).toBe(position);
    };
    const running = place.projector(ledger.log, { onBatch }).run(stop.signal);

    await ledger.sayAll([onDay(3), taskForce]);
    await until(() => seen.length === 2);
    stop.abort();
    await running;

    expect(seen).toEqual(['5 observation.reported', '6 milestone.planned']);
  });

  it('ends when the log is closed, even before the first event', async () => {
    const { log } = new Ledger();
    const running = place.projector(log).run(new AbortController().signal);
    await until(() => existsSync(place.viewsFile));
    await log.close();

    await expect(running).resolves.toBeUndefined();
  });

  it('starts again after the log failed between two batches, without loss or double', async () => {
    await place.projector(ledger.log).catchUp();
    await ledger.sayAll([onDay(3), onDay(4), onDay(5), onDay(6)]);
    const seen: string[] = [];
    const onBatch = ({ changes }: Batch) => seen.push(...changes.map(({ position }) => position));

    const failing = place.projector(failingAfter(ledger.log, 1), { batch: 2, onBatch });
    await expect(failing.catchUp()).rejects.toThrow('the disk is gone');
    expect(place.views().projectedPosition()).toBe('6');
    await place.projector(ledger.log, { batch: 2, onBatch }).catchUp();

    expect(seen).toEqual(['5', '6', '7', '8']);
    await place.rebuiltViewsOf(ledger);
    expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
  });

  it('writes nothing of a batch that it cannot take in, and names model, position, type', async () => {
    await place.projector(ledger.log).catchUp();
    const before = place.rows();
    await ledger.say(onDay(3));
    await ledger.say({
      type: 'MetricDefinitionRevised',
      data: { metric: 'never-defined', validFrom: '2021-09-01', changes: {} },
    });
    const batches: Batch[] = [];
    const projector = place.projector(ledger.log, { onBatch: (batch) => batches.push(batch) });

    await expect(projector.catchUp()).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      details: { model: 'catalogue', position: '6', type: 'MetricDefinitionRevised' },
    });
    await expect(projector.run(new AbortController().signal)).rejects.toMatchObject({
      code: 'MODEL_FAILED',
    });

    expect(place.rows()).toEqual(before);
    expect(batches).toEqual([]);
  });

  it.each(['catalogue', 'activity', 'activity_blocks', 'timeline', 'views_checkpoint'])(
    'writes nothing of a batch when writing to %s fails, and all of it at the next start',
    async (table) => {
      await place.projector(ledger.log).catchUp();
      const before = place.rows();
      await ledger.sayAll([onDay(3), signed, onDay(4)]);
      const failure = openDatabase(databaseInForce(place.viewsFile) ?? '');
      failure.exec(`
        CREATE TRIGGER failing_insert BEFORE INSERT ON ${table}
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
      const batches: Batch[] = [];
      const onBatch = (batch: Batch) => batches.push(batch);

      await expect(place.projector(ledger.log, { onBatch }).catchUp()).rejects.toThrow(
        /the disk is full/,
      );
      expect([place.rows(), batches]).toEqual([before, []]);

      failure.exec('DROP TRIGGER failing_insert');
      failure.close();
      await place.projector(ledger.log, { onBatch }).catchUp();
      await place.rebuiltViewsOf(ledger);
      expect(batches.map(({ position }) => position)).toEqual(['7']);
      expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
    },
  );

  it('stops at an event type that it does not know', async () => {
    await place.projector(ledger.log).catchUp();
    const metadata = {
      schema: 1,
      actor: { id: 'a', unit: 'a', role: 'a' },
      correlationId: 'a',
      commandId: 'a',
      commandHash: 'a',
    };
    const event = { id: ledger.nextId, type: 'TargetSet', data: {}, metadata };
    await ledger.log.append('target-signed', 'none', [event]);

    await expect(place.projector(ledger.log).catchUp()).rejects.toMatchObject({
      code: 'EVENT_UNKNOWN',
      details: { position: '5', type: 'TargetSet' },
    });
  });

  it.each([
    ['leaves out an event', (events: LedgerEvent[]) => events.slice(1)],
    [
      'repeats an event',
      ([first, ...rest]: LedgerEvent[]) => (first ? [first, first, ...rest] : []),
    ],
    ['hands them out of order', (events: LedgerEvent[]) => [...events].reverse()],
  ])('refuses a log that %s', async (_what, disorder) => {
    await place.projector(ledger.log).catchUp();
    await ledger.sayAll([onDay(3), onDay(4)]);
    const log = readingThrough(ledger.log, disorder);

    await expect(place.projector(log).catchUp()).rejects.toMatchObject({
      code: 'LOG_OUT_OF_ORDER',
    });
    expect(place.views().projectedPosition()).toBe('4');
  });

  describe('rebuilds views that', () => {
    const noticeAfter = async (harm: (database: string) => void, log = ledger.log) => {
      const before = (await place.viewsOf(ledger)).board({ knownAt: '4' });
      harm(databaseInForce(place.viewsFile) ?? '');
      const notices: string[] = [];
      const projector = place.projector(log, { onNotice: (text) => notices.push(text) });
      await projector.catchUp();
      return { before, notices };
    };
    const alter = (sql: string) => (file: string) => {
      const database = openDatabase(file);
      database.exec(sql);
      database.close();
    };

    it.each<[string, (file: string) => void, RegExp]>([
      ['are deleted', () => rmSync(place.viewsFile), /there are none/],
      ['lost their database', (file) => rmSync(file), /missing|damaged|layout/],
      ['are no longer text', () => writeFileSync(place.viewsFile, 'rubbish'), /there are none/],
      [
        'are overwritten',
        (file) => {
          rmSync(`${file}-wal`, { force: true });
          writeFileSync(file, '垃圾'.repeat(4_000));
        },
        /damaged/,
      ],
      ['are cut to nothing', (file) => writeFileSync(file, ''), /layout|damaged/],
      ['another version made', alter('UPDATE views_models SET version = 999'), /other versions/],
      ['lack a model', alter(`DELETE FROM views_models WHERE name = 'timeline'`), /other versions/],
    ])('%s, with the same answers', async (_what, harm, reason) => {
      const { before, notices } = await noticeAfter(harm);

      expect(notices).toEqual([expect.stringMatching(reason)]);
      expect(place.views().board({ knownAt: '4' })).toEqual(before);
    });

    it('stand beyond the end of the log', async () => {
      const shorter = new Ledger();
      await shorter.sayAll([landReform, signed]);

      const { notices } = await noticeAfter(() => {}, shorter.log);

      expect(notices).toEqual([expect.stringMatching(/position 4, beyond the log's end at 2/)]);
      expect(place.views().projectedPosition()).toBe('2');
    });

    it('were made from another log', async () => {
      const other = new Ledger();
      await other.sayAll([signed, landReform, vacated, onDay(1), taskForce]);

      const { notices } = await noticeAfter(() => {}, other.log);

      expect(notices).toEqual([expect.stringMatching(/another event at position 4/)]);
      expect(place.views().metrics({ knownAt: '5', limit: 9 }).items).toHaveLength(2);
    });

    it('are of a log that is now empty', async () => {
      const { notices } = await noticeAfter(() => {}, new MemoryEventLog());

      expect(notices).toEqual([expect.stringMatching(/beyond the log's end at 0/)]);
      expect(place.views().projectedPosition()).toBe('0');
    });
  });

  it('leaves a database of something else at its path alone', async () => {
    const folder = dirname(place.viewsFile);
    await place.projector(ledger.log).catchUp();
    rmSync(place.viewsFile);
    const log = openDatabase(place.viewsFile);
    log.exec('CREATE TABLE events(entry TEXT) STRICT');
    log.close();
    const before = readFileSync(place.viewsFile);

    await expect(place.projector(ledger.log).catchUp()).rejects.toMatchObject({
      code: 'NOT_A_VIEWS_FILE',
    });
    expect(readFileSync(place.viewsFile)).toEqual(before);
    expect(existsSync(join(folder, 'views.db'))).toBe(true);
  });

  it('goes over to views that were rebuilt beside it', async () => {
    await place.projector(ledger.log).catchUp();
    const stop = new AbortController();
    const positions: string[] = [];
    const running = place
      .projector(ledger.log, { onBatch: ({ position }) => positions.push(position) })
      .run(stop.signal);
    await ledger.say(onDay(3));
    await until(() => positions.includes('5'));

    await place.rebuild(ledger);
    await ledger.say(onDay(4));
    await until(() => positions.includes('6'));
    stop.abort();
    await running;

    expect(place.views().projectedPosition()).toBe('6');
    expect(
      readdirSync(dirname(place.viewsFile)).filter((name) => /\.[0-9a-f]{8}$/.test(name)),
    ).toHaveLength(1);
  });
});

/** Gives out so many pages, then fails. */
function failingAfter(log: EventLogReader, pages: number): EventLogReader {
  let given = 0;
  return through(log, async (options) => {
    if (given === pages) throw new Error('the disk is gone');
    given += 1;
    return log.readAll(options);
  });
}

function readingThrough(
  log: EventLogReader,
  change: (events: LedgerEvent[]) => LedgerEvent[],
): EventLogReader {
  return through(log, async (options) => change(await log.readAll(options)));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
