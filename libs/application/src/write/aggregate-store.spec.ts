import { metricAggregate, unitAggregate } from '@ledger/domain';
import { EventLogError, MemoryEventLog, type EventLogReader } from '@ledger/event-log';
import { AggregateStore } from './aggregate-store.js';
import {
  around,
  clock,
  context,
  day,
  emptyViews,
  prepareVacated,
  registerUnit,
  renameUnit,
} from './fixtures.js';
import { LedgerWriter } from './ledger-writer.js';

let log: MemoryEventLog;
let writer: LedgerWriter;
/** The streams that were read, in order. */
let read: string[];
let noting: EventLogReader;

beforeEach(() => {
  log = new MemoryEventLog({ clock });
  writer = new LedgerWriter({ log, views: emptyViews, clock });
  read = [];
  noting = around(log, {
    readStream: (stream, options) => {
      read.push(stream);
      return log.readStream(stream, options);
    },
  });
});

describe('a read that fails half-way through a stream', () => {
  it('leaves nothing behind that the next one would fold a second time', async () => {
    await prepareVacated(writer);
    let pages = Infinity;
    const failing = around(log, {
      readStream: (stream, options) => {
        pages -= 1;
        if (pages >= 0) return log.readStream(stream, options);
        return Promise.reject(new EventLogError('UNAVAILABLE', 'The connection is lost.'));
      },
    });
    const store = new AggregateStore(metricAggregate, failing);
    await store.load('metric-vacated');
    await declareBreaks(1_001);
    pages = 1;
    await expect(store.refresh('metric-vacated')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    pages = Infinity;

    const mended = await store.refresh('metric-vacated');

    const fresh = await new AggregateStore(metricAggregate, log).load('metric-vacated');
    expect(mended.revision).toBe(1_001);
    expect(mended.state).toEqual(fresh.state);
    expect(mended.taken).toEqual(fresh.taken);
  });

  async function declareBreaks(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await writer.metrics.write(
        'vacated',
        {
          type: 'DeclareSeriesBreak',
          metric: 'vacated',
          validFrom: day(index),
          reason: '统计口径调整',
        },
        context(`break-${index}`),
      );
    }
  }
});

describe('what is kept warm', () => {
  beforeEach(async () => {
    for (const unit of ['a', 'b', 'c', 'long']) {
      await writer.units.write(unit, registerUnit(unit), context(unit));
      await rename(unit, unit === 'long' ? 19 : 3);
    }
  });

  it('is bounded by its events: the stream that was used longest ago is read again', async () => {
    const store = new AggregateStore(unitAggregate, noting, { streams: 100, events: 10 });
    await store.load('unit-a');
    await store.load('unit-b');
    await store.load('unit-a');
    await store.load('unit-c');
    read = [];

    await store.load('unit-a');
    await store.load('unit-c');
    expect(read).toEqual([]);
    await store.load('unit-b');
    expect(read).toEqual(['unit-b']);
  });

  it('counts what streams grow by, and what no longer stands there', async () => {
    const store = new AggregateStore(unitAggregate, noting, { streams: 100, events: 10 });
    await store.load('unit-a');
    await store.load('unit-b');
    await rename('b', 3, 'more');
    const events = await log.readStream('unit-b', { from: 4, limit: 3 });
    store.advance('unit-b', events);
    read = [];

    await store.load('unit-b');
    expect(read).toEqual([]);
    await store.load('unit-a');
    expect(read).toEqual(['unit-a']);
    read = [];
    await store.load('unit-a');
    await store.load('unit-c');
    await store.load('unit-a');
    expect(read).toEqual(['unit-c']);
  });

  it('holds the stream in use however long it is', async () => {
    const store = new AggregateStore(unitAggregate, noting, { streams: 100, events: 10 });
    await store.load('unit-long');
    read = [];

    expect((await store.load('unit-long')).revision).toBe(19);
    expect(read).toEqual([]);
  });

  it('is a long stream beside short ones that come and go, as long as it is used', async () => {
    const store = new AggregateStore(unitAggregate, noting, { streams: 100, events: 40 });
    for (let turn = 0; turn < 20; turn += 1) {
      const unit = await writer.units.write(
        `s${turn}`,
        registerUnit(`s${turn}`),
        context(`s${turn}`),
      );
      await rename(`s${turn}`, 3);
      await store.load('unit-long');
      await store.load(unit.stream);
    }

    expect(read.filter((stream) => stream === 'unit-long')).toHaveLength(1);
    read = [];
    await store.load('unit-s0');
    expect(read).toEqual(['unit-s0']);
  });

  it('is folded in turns, so that a long stream does not hold up everybody else', async () => {
    await rename('long', 2_500, 'again');
    const store = new AggregateStore(unitAggregate, log);
    let turns = 0;
    let isLoading = true;
    const takeTurn = () => {
      turns += 1;
      if (isLoading) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);

    const { revision } = await store.load('unit-long');

    isLoading = false;
    expect(revision).toBe(2_519);
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('is bounded by streams as well', async () => {
    const store = new AggregateStore(unitAggregate, noting, { streams: 2, events: 1_000 });
    for (const unit of ['a', 'b', 'c']) await store.load(`unit-${unit}`);
    read = [];

    for (const unit of ['c', 'b', 'a']) await store.load(`unit-${unit}`);
    expect(read).toEqual(['unit-a']);
  });

  async function rename(unit: string, times: number, word = 'name'): Promise<void> {
    for (let index = 0; index < times; index += 1) {
      const key = `${unit}-${word}-${index}`;
      await writer.units.write(unit, renameUnit(unit, `${word}${index}`), context(key));
    }
  }
});
