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
import { LiveWriter } from './live-writer.js';
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

  /** The segment cache beside a views database. */
  const segmentsBeside = (file: string): string => {
    const name = readdirSync(dirname(file)).find((one) => /segments-[0-9a-f]{8}$/.test(one));
    return join(dirname(file), name ?? 'none');
  };

  it('builds views that are missing, says so, and then continues from its checkpoint', async () => {
    const notices: string[] = [];
    const batches: Batch[] = [];
    const projector = place.projector(ledger.log, {
      onNotice: (text) => notices.push(text),
      onBatch: (batch) => batches.push(batch),
    });

    expect(await projector.catchUp()).toEqual({ position: '4', sequence: 3 });
    await ledger.sayAll([onDay(3), onDay(4)]);
    expect(await projector.catchUp()).toEqual({ position: '6', sequence: 5 });

    expect(notices).toEqual(['The views are rebuilt from the log: there are none.']);
    expect(batches).toEqual([
      {
        after: '4',
        position: '6',
        sequence: 5,
        changes: [
          expect.objectContaining({ position: '5' }),
          expect.objectContaining({ position: '6' }),
        ],
      },
    ]);
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

  it('goes on with views that other versions of the folds made, and asks for a rebuild', async () => {
    const views = await place.viewsOf(ledger);
    const database = openDatabase(databaseInForce(place.viewsFile) ?? '');
    database.exec('UPDATE views_models SET version = 999');
    database.close();
    const asked: string[] = [];
    await ledger.say(onDay(3));

    await place.projector(ledger.log, { onOutdated: (why) => asked.push(why) }).catchUp();

    expect(asked).toEqual(['they were made by other versions of the read models']);
    expect(views.projectedPosition()).toBe('5');
    expect(views.models().map(({ version }) => version)).toEqual([999, 999, 999]);
  });

  it.each([
    'catalogue',
    'activity_streams',
    'activity_recent_commands',
    'timeline',
    'views_checkpoint',
  ])(
    'writes nothing of a batch when writing to %s fails, and all of it at the next start',
    async (table) => {
      await place.projector(ledger.log).catchUp();
      const before = place.rows();
      await ledger.sayAll([onDay(3), signed, onDay(4)]);
      const failure = openDatabase(databaseInForce(place.viewsFile) ?? '');
      failure.exec(`
        CREATE TRIGGER failing_insert BEFORE INSERT ON ${table}
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;
        CREATE TRIGGER failing_update BEFORE UPDATE ON ${table}
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;`);
      const batches: Batch[] = [];
      const onBatch = (batch: Batch) => batches.push(batch);

      await expect(place.projector(ledger.log, { onBatch }).catchUp()).rejects.toThrow(
        /the disk is full/,
      );
      expect([place.rows(), batches]).toEqual([before, []]);

      failure.exec('DROP TRIGGER failing_insert; DROP TRIGGER failing_update');
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
    await ledger.log.append('period-2021-h1', 'none', [event]);

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
      ['another layout has', alter('UPDATE views_models SET layout = 999'), /another layout/],
      ['lack a model', alter(`DELETE FROM views_models WHERE name = 'timeline'`), /another layout/],
      ['lost their segments', (file) => rmSync(segmentsBeside(file)), /segment cache is missing/],
      [
        'have damaged segments',
        (file) => {
          const segments = segmentsBeside(file);
          rmSync(`${segments}-wal`, { force: true });
          writeFileSync(segments, '垃圾'.repeat(4_000));
        },
        /segment cache is damaged/,
      ],
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

  it('removes segment caches that nobody reads, and keeps the one that its views read', async () => {
    await place.projector(ledger.log).catchUp();
    const used = segmentsBeside(place.viewsFile);
    const left = `${place.viewsFile}.segments-0badcafe`;
    writeFileSync(left, 'half a cache');

    await place.projector(ledger.log).catchUp();

    expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
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
    expect(databases()).toHaveLength(1);
  });

  it('does not write over what another one has written', async () => {
    await place.projector(ledger.log).catchUp();
    const database = databaseInForce(place.viewsFile) ?? '';
    const [one, other] = [new LiveWriter(database), new LiveWriter(database)];
    await ledger.sayAll([onDay(3), onDay(4)]);
    const events = await ledger.log.readAll({ after: '4', limit: 9 });

    expect(other.write(events)).toHaveLength(2);
    expect(one.write(events)).toBeUndefined();
    one.close();
    other.close();

    await ledger.say(onDay(5));
    await place.projector(ledger.log).catchUp();
    await place.rebuiltViewsOf(ledger);
    expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
  });

  describe('while nothing is written', () => {
    let stop: AbortController;
    let batches: Batch[];
    let running: Promise<void>;
    beforeEach(async () => {
      await place.projector(ledger.log).catchUp();
      stop = new AbortController();
      batches = [];
      const onBatch = (batch: Batch) => batches.push(batch);
      running = place.projector(ledger.log, { onBatch }).run(stop.signal);
    });
    afterEach(async () => {
      stop.abort();
      await running;
    });

    it('makes views anew that somebody deleted', async () => {
      rmSync(dirname(place.viewsFile), { recursive: true });

      await until(() => databaseInForce(place.viewsFile) !== undefined);

      expect(place.views().projectedPosition()).toBe('4');
    });

    it('goes on from views that were put in force although they stand earlier', async () => {
      const short = new Ledger();
      await short.sayAll([landReform, vacated]);
      rmSync(dirname(place.viewsFile), { recursive: true });

      await place.rebuild(short);
      await until(() => place.views().projectedPosition() === '4');

      expect(batches.map(({ after, position }) => [after, position])).toEqual([['2', '4']]);
    });
  });

  it('says by a batch without changes how far views reach that were built meanwhile', async () => {
    const batches: Batch[] = [];
    const projector = place.projector(ledger.log, { onBatch: (batch) => batches.push(batch) });
    await projector.catchUp();
    await ledger.say(onDay(3));
    rmSync(dirname(place.viewsFile), { recursive: true });

    await projector.catchUp();
    await ledger.say(onDay(4));
    await projector.catchUp();

    const told = batches.map(({ changes, ...rest }) => [rest, changes.map((one) => one.position)]);
    expect(told).toEqual([
      [{ after: '5', position: '5', sequence: 4 }, []],
      [{ after: '5', position: '6', sequence: 5 }, ['6']],
    ]);
  });

  it('hears in the midst of a backlog that it is to stop', async () => {
    await place.projector(ledger.log).catchUp();
    await ledger.sayAll([3, 4, 5, 6, 7, 8, 9, 10].map(onDay));
    const stopped = () => {
      const stop = new AbortController();
      setImmediate(() => stop.abort(new Error('enough')));
      return stop.signal;
    };
    const positionReached = () => Number(place.views().projectedPosition());

    await expect(place.projector(ledger.log, { batch: 1 }).catchUp(stopped())).rejects.toThrow(
      'enough',
    );
    expect(positionReached()).toBeLessThan(12);
    await place.projector(ledger.log, { batch: 1 }).run(stopped());
    expect(positionReached()).toBeLessThan(12);
  });

  it('gives readers no step back while views are rebuilt and events come in', async () => {
    const views = await place.viewsOf(ledger);
    const stop = new AbortController();
    const told: Batch[] = [];
    const onBatch = (batch: Batch) => told.push(batch);
    const running = place.projector(ledger.log, { onBatch }).run(stop.signal);
    const seen: number[] = [];
    const looking = (async () => {
      while (!stop.signal.aborted) {
        seen.push(Number(views.projectedPosition()));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();

    const saying = (async () => {
      for (let day = 3; day <= 30; day += 1) {
        await ledger.say(onDay(day));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    try {
      for (let round = 0; round < 8; round += 1) await place.rebuild(ledger);
      await saying;
      await until(() => views.projectedPosition() === '32');
    } finally {
      stop.abort();
      await Promise.all([looking, running]);
    }

    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    let reached = 4;
    for (const { after, position } of told) {
      // Either it goes on where the one before ended, or it says that readers must look again.
      expect(Number(after)).toBeGreaterThanOrEqual(reached);
      reached = Number(position);
    }
    await place.rebuiltViewsOf(ledger);
    expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
  });

  const databases = () =>
    readdirSync(dirname(place.viewsFile)).filter((name) => /\.[0-9a-f]{8}$/.test(name));
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

const IN_VAIN_MS = 10_000;

async function until(holds: () => boolean): Promise<void> {
  const givenUp = Date.now() + IN_VAIN_MS;
  while (!holds()) {
    if (Date.now() > givenUp) throw new Error('What was waited for did not come.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
