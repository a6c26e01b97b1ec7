import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLogError, MemoryEventLog, type EventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import {
  around,
  clock,
  context,
  day,
  prepareVacated,
  reasonOf,
  registerUnit,
  renameUnit,
  report,
} from './fixtures.js';
import { commandHash } from './identity.js';
import { LedgerWriter } from './ledger-writer.js';

// Several processes over one log: each is a writer with warm states and views of its own.

let folder: string;
let log: MemoryEventLog;
let one: Process;
let other: Process;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-processes-'));
  log = new MemoryEventLog({ clock });
  one = await Process.over(log);
  other = await Process.over(log);
});
afterEach(() => {
  one.views.close();
  other.views.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('one key for two creations, at two processes', () => {
  it('is refused the second time, although the views do not know the first yet', async () => {
    await one.writer.units.write('first', registerUnit('first'), asked('key', 'first'));

    const second = other.writer.units.write(
      'second',
      registerUnit('second'),
      asked('key', 'second'),
    );

    expect(await reasonOf(second)).toMatchObject({ kind: 'keyReused' });
    expect(await log.readStream('unit-second', { limit: 1 })).toEqual([]);
  });

  it('is refused when more was written since than one page of the log holds', async () => {
    await one.writer.units.write('first', registerUnit('first'), asked('key', 'first'));
    await renameOften(one, 'first', 1_001);
    await other.writer.units.write('early', registerUnit('early'), context('early'));
    await one.writer.units.write('later', registerUnit('later'), asked('later', 'first'));

    const second = other.writer.units.write(
      'second',
      registerUnit('second'),
      asked('key', 'second'),
    );
    const third = other.writer.units.write('third', registerUnit('third'), asked('later', 'third'));

    expect(await reasonOf(second)).toMatchObject({ kind: 'keyReused' });
    expect(await reasonOf(third)).toMatchObject({ kind: 'keyReused' });
  });

  it('is refused when the views have taken in the first', async () => {
    await one.writer.units.write('first', registerUnit('first'), asked('key', 'first'));
    await other.project();

    const second = other.writer.units.write(
      'second',
      registerUnit('second'),
      asked('key', 'second'),
    );

    expect(await reasonOf(second)).toMatchObject({ kind: 'keyReused' });
  });

  it('gets the first receipt again when both ask for the same', async () => {
    const first = await one.writer.units.write('first', registerUnit('first'), context('key'));

    const second = await other.writer.units.write('first', registerUnit('first'), context('key'));

    expect(second).toEqual({ ...first, replayed: true });
  });
});

describe('a process with a warm state that another has left behind', () => {
  beforeEach(async () => {
    await one.writer.units.write('office', registerUnit('office'), context('unit'));
    await other.writer.units.write('office', renameUnit('office', '乙'), context('warm'));
    await one.writer.units.write('office', renameUnit('office', '丙'), context('ahead'));
  });

  it('takes a write that names the newest revision', async () => {
    const seen = { ...context('seen'), expectedRevision: 2 };

    const receipt = await other.writer.units.write('office', renameUnit('office', '丁'), seen);

    expect(receipt).toMatchObject({ outcome: 'recorded', revision: 3 });
  });

  it('gives the receipt of a write that the other took, whatever revision it named', async () => {
    const seen = { ...context('seen'), expectedRevision: 2 };
    const first = await one.writer.units.write('office', renameUnit('office', '丁'), seen);

    const again = await other.writer.units.write('office', renameUnit('office', '丁'), seen);

    expect(again).toEqual({ ...first, replayed: true });
  });

  it('still refuses a revision that has passed, and says where the stream stands', async () => {
    const stale = { ...context('stale'), expectedRevision: 1 };

    const refused = other.writer.units.write('office', renameUnit('office', '丁'), stale);

    expect(await reasonOf(refused)).toEqual({
      kind: 'conflict',
      stream: 'unit-office',
      expected: 1,
      actual: 2,
    });
  });
});

describe('a stream that others write to all the time', () => {
  beforeEach(async () => {
    await prepareVacated(one.writer);
  });

  it('takes a write that lost a dozen times, in the end', async () => {
    const { writer } = await Process.over(outrun(12));

    const receipt = await writer.units.write('office', renameUnit('office', '末'), context('last'));

    expect(receipt).toMatchObject({ outcome: 'recorded', revision: 13 });
  });

  it('is given up after some attempts, saying that nothing was recorded', async () => {
    const { writer } = await Process.over(outrun(Infinity));

    const given = writer.units.write('office', renameUnit('office', '末'), context('last'));

    await expect(given).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^Others wrote to unit-office .* nothing .* recorded/),
    });
    const events = await log.readStream('unit-office', { direction: 'backwards', limit: 1_000 });
    expect(events.map(({ data }) => data)).not.toContainEqual(
      expect.objectContaining({ names: { zh: '末', en: '末' } }),
    );
  });

  it('is given up by a "no" as well that never rests on the newest state', async () => {
    let written = 0;
    const growing = around(log, {
      readStream: async (stream, options) => {
        if (stream === 'metric-vacated' && (options.from ?? 0) > 0 && written < 300) {
          written += 1;
          await one.writer.metrics.write(
            'vacated',
            report(day(written), `${written}万平方米`),
            context(`grow-${written}`),
          );
        }
        return log.readStream(stream, options);
      },
    });
    const { writer } = await Process.over(growing);
    await writer.metrics.write('vacated', report(day(0), '0.5万平方米'), context('warm'));

    const refused = writer.metrics.write('vacated', report(day(400), '5家'), context('x'));

    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(written).toBeLessThan(100);
  });

  /** Before each of the first `times` appends to it, another process renames the office. */
  function outrun(times: number): EventLog {
    let run = 0;
    return around(log, {
      append: async (stream, expected, events) => {
        if (run < times) {
          run += 1;
          await one.writer.units.write(
            'office',
            renameUnit('office', `${run}`),
            context(`r${run}`),
          );
        }
        return log.append(stream, expected, events);
      },
    });
  }
});

describe('an append whose outcome is unknown', () => {
  let appends: number;
  let silent: boolean;
  let unsure: Process;

  beforeEach(async () => {
    appends = 0;
    silent = false;
    await prepareVacated(one.writer);
    // The store takes the append, and its answer is lost.
    const losing = around(log, {
      append: async (...append) => {
        appends += 1;
        const appended = await log.append(...append);
        if (silent) throw new EventLogError('OUTCOME_UNKNOWN', 'The store has not answered.');
        return appended;
      },
    });
    unsure = await Process.over(losing);
    await unsure.writer.units.write('office', renameUnit('office', '甲'), context('warm'));
    silent = true;
    appends = 0;
  });

  it('is found by the same key, and asked for once only', async () => {
    const write = () =>
      unsure.writer.units.write('office', renameUnit('office', '乙'), context('key'));
    await expect(write()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    silent = false;

    const again = await write();

    const [standing] = await log.readStream('unit-office', { from: 2, limit: 10 });
    expect(again).toMatchObject({ outcome: 'recorded', revision: 2, replayed: true });
    expect(again.events.map(({ eventId }) => eventId)).toEqual([standing?.id]);
    expect(appends).toBe(1);
  });

  it('is seen by the next write with another key, which decides on what stands', async () => {
    const lost = unsure.writer.units.write('office', renameUnit('office', '乙'), context('lost'));
    await expect(lost).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    silent = false;

    const same = await unsure.writer.units.write('office', renameUnit('office', '乙'), {
      ...context('same'),
      expectedRevision: 2,
    });

    expect(same).toMatchObject({ outcome: 'unchanged', revision: 2 });
    expect(appends).toBe(1);
  });

  it('is found by the same key where it created the stream', async () => {
    const write = () => unsure.writer.units.write('new', registerUnit('new'), context('new'));
    await expect(write()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    silent = false;

    expect(await write()).toMatchObject({ outcome: 'recorded', revision: 0, replayed: true });
    const reused = unsure.writer.units.write('two', registerUnit('two'), asked('new', 'two'));
    expect(await reasonOf(reused)).toMatchObject({ kind: 'keyReused' });
  });
});

let processes = 0;

/** What stands for one process; its views take in what was written when it is told to. */
class Process {
  private constructor(
    private readonly projector: Projector,
    readonly views: Views,
    readonly writer: LedgerWriter,
  ) {}

  static async over(shared: EventLog): Promise<Process> {
    processes += 1;
    const viewsFile = join(folder, `process-${processes}`, 'views.db');
    const projector = new Projector({ log: shared, viewsFile });
    await projector.catchUp();
    const views = openViews(viewsFile);
    return new Process(projector, views, new LedgerWriter({ log: shared, views, clock }));
  }

  async project(): Promise<void> {
    await this.projector.catchUp();
  }
}

/** One key with a body of its own. */
function asked(key: string, body: string): ReturnType<typeof context> {
  return { ...context(key), commandHash: commandHash(body) };
}

async function renameOften({ writer }: Process, unit: string, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    await writer.units.write(unit, renameUnit(unit, `名${index}`), context(`rename-${index}`));
  }
}
