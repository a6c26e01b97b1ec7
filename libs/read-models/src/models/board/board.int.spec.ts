import { readStoredEntry } from '@ledger/event-log';
import {
  asOf,
  corrected,
  disputes,
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  taskForce,
  through,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { Board, BoardItem, BoardMetric } from '../../answers.js';
import type { AnyEvent } from '../../facts.js';

const itemsOf = (board: Board): BoardItem[] => board.highlights.flatMap(({ items }) => items);
const metricOf = (board: Board, id: string): BoardMetric | undefined =>
  itemsOf(board).find((item): item is BoardMetric => item.kind === 'metric' && item.id === id);
const printed = (board: Board, id: string) => metricOf(board, id)?.values.map((v) => v.printed);

const metric = vacated.data.metric;
const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));
const september = reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米'));

describe('the board', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const board = async (moment: { knownAt?: string; validAt?: string } = {}) => {
    const views = await place.viewsOf(ledger);
    return views.board({ knownAt: ledger.position, ...moment });
  };

  it('of an empty ledger is empty', async () => {
    expect(await board({ knownAt: '0' })).toEqual({
      knownAt: '0',
      validAt: null,
      dataAsOf: null,
      recordedAt: null,
      counts: { metrics: 0, milestones: 0, withValue: 0 },
      synthetic: false,
      highlights: [],
    });
  });

  it('shows a figure as printed, with all that a reader needs beside it', async () => {
    await ledger.sayAll([landReform, vacated, august]);

    const shown = await board();

    expect(shown.highlights).toEqual([
      {
        highlight: 2,
        reforms: [{ id: 'land-redevelopment', names: landReform.data.names, positions: ['1'] }],
        items: [
          {
            kind: 'metric',
            id: metric,
            metricKind: 'cumulative',
            names: vacated.data.names,
            reform: 'land-redevelopment',
            place: { highlight: 2, item: 9 },
            unit: 'm2',
            basis: 'floorArea',
            basisInferred: true,
            direction: 'rising',
            frequency: 'irregular',
            relations: [],
            note: '原文未写明口径',
            values: [
              {
                series: {},
                figure: august.data.value,
                printed: '68.1万平方米',
                time: { type: 'asOf', asOf: '2021-08-26' },
                validOn: '2021-08-26',
                corrected: false,
                observation: '00000000-0000-4000-8000-000000000002',
                eventId: '00000000-0000-4000-8000-000000000002',
                position: '3',
                recordedAt: '2021-08-26T03:02:02.000Z',
                positions: ['3'],
              },
            ],
            positions: ['2'],
          },
        ],
      },
    ]);
    expect(shown).toMatchObject({
      dataAsOf: '2021-08-26',
      recordedAt: '2021-08-26T03:02:02.000Z',
      counts: { metrics: 1, milestones: 0, withValue: 1 },
    });
  });

  it('takes the latest valid day up to validAt, not what came last', async () => {
    await ledger.sayAll([vacated, september, august]);

    expect(printed(await board(), metric)).toEqual(['70.2万平方米']);
    expect(printed(await board({ validAt: '2021-09-25' }), metric)).toEqual(['68.1万平方米']);
    expect(printed(await board({ validAt: '2021-08-25' }), metric)).toEqual([]);
  });

  it('tells missing from withdrawn, and falls back to the day before a withdrawal', async () => {
    await ledger.sayAll([vacated, august]);
    const second = await ledger.say(september);
    await ledger.say(withdrawn(second, september));
    const first = await ledger.log.readStream(`metric-${metric}`, { from: 1, limit: 1 });
    if (first[0] !== undefined) await ledger.say(withdrawn(first[0], august));

    expect(metricOf(await board({ knownAt: '1' }), metric)?.absence).toBe('missing');
    expect(printed(await board({ knownAt: '4' }), metric)).toEqual(['68.1万平方米']);
    expect(metricOf(await board(), metric)).toMatchObject({ values: [], absence: 'withdrawn' });
    expect(await board()).toMatchObject({
      counts: { metrics: 1, withValue: 0 },
      dataAsOf: null,
      recordedAt: '2021-08-26T03:02:04.000Z',
    });
  });

  it('finds what stands behind many statements that were withdrawn', async () => {
    await ledger.sayAll([vacated, august]);
    for (let turn = 0; turn < 40; turn += 1) {
      const statement = await ledger.say(september);
      await ledger.say(withdrawn(statement, september));
    }

    expect(printed(await board(), metric)).toEqual(['68.1万平方米']);
  });

  it('marks a corrected figure, from the correction on', async () => {
    await ledger.sayAll([vacated]);
    const first = await ledger.say(august);
    await ledger.say(corrected(first, august, squareMetres('682000', '68.2万平方米')));

    expect(metricOf(await board({ knownAt: '2' }), metric)?.values).toMatchObject([
      { printed: '68.1万平方米', corrected: false },
    ]);
    expect(metricOf(await board(), metric)?.values).toMatchObject([
      { printed: '68.2万平方米', corrected: true, observation: first.id },
    ]);
  });

  it('decides a tie of two kinds of time on one day for the higher position', async () => {
    const flow = disputes.data.metric;
    const cases = (printedCases: string) =>
      ({
        quantity: { amount: '1', unit: 'case', qualifier: 'exact', printed: printedCases },
      }) as const;
    const half = { type: 'period', start: '2021-01-01', end: '2021-06-30' } as const;
    const quarter = { type: 'period', start: '2021-04-01', end: '2021-06-30' } as const;
    await ledger.sayAll([disputes, reported(flow, half, cases('9985宗'))]);
    const later = await ledger.say(reported(flow, quarter, cases('5012宗')));
    await ledger.say(withdrawn(later, reported(flow, quarter, cases('5012宗'))));

    expect(printed(await board({ knownAt: '3' }), flow)).toEqual(['5012宗']);
    expect(printed(await board({ knownAt: '4' }), flow)).toEqual(['9985宗']);
  });

  it('groups by highlight: the place, else the reform, null last; inside by item, then id', async () => {
    const elsewhere = (id: string, more: object): AnyEvent => ({
      type: 'MilestonePlanned',
      data: {
        milestone: id,
        reform: 'not-registered',
        names: { zh: id, en: id },
        participants: [],
        characteristics: {},
        relations: [],
        ...more,
      },
    });
    await ledger.sayAll([
      landReform,
      { ...landReform, data: { reform: 'no-number', names: { zh: '其他', en: 'Other' } } },
      elsewhere('without-place', {}),
      elsewhere('by-reform', { reform: 'land-redevelopment' }),
      vacated,
      signed,
      taskForce,
      elsewhere('first-of-all', { place: { highlight: 0, item: 7 } }),
    ]);

    const groups = (await board()).highlights.map(({ highlight, reforms, items }) => [
      highlight,
      reforms.map(({ id }) => id),
      items.map(({ id }) => id),
    ]);

    expect(groups).toEqual([
      [0, [], ['first-of-all']],
      [2, ['land-redevelopment'], ['task-force-set-up', signed.data.metric, metric, 'by-reform']],
      [null, ['no-number'], ['without-place']],
    ]);
  });

  it('shows a milestone with its label and its status on the day', async () => {
    const { milestone } = taskForce.data;
    await ledger.say(taskForce);
    await ledger.say({
      type: 'MilestoneReached',
      data: { milestone, on: { type: 'date', date: '2021-08-26' } },
    });
    const statusAt = async (moment: { knownAt?: string; validAt?: string }) => {
      const item = itemsOf(await board(moment))[0];
      return item?.kind === 'milestone'
        ? [item.status, item.on?.date, item.printed, item.position]
        : undefined;
    };

    expect(await statusAt({})).toEqual(['reached', '2021-08-26', '1+15+15+5', '2']);
    expect(await statusAt({ validAt: '2021-08-25' })).toEqual([
      'planned',
      undefined,
      '1+15+15+5',
      '1',
    ]);
    expect(await statusAt({ knownAt: '1' })).toEqual(['planned', undefined, '1+15+15+5', '1']);
  });

  it('leaves a retired metric out from the day of its retirement', async () => {
    await ledger.sayAll([
      vacated,
      august,
      { type: 'MetricRetired', data: { metric, retiredOn: '2022-01-01' } },
    ]);

    expect(metricOf(await board({ validAt: '2021-12-31' }), metric)).toBeDefined();
    expect(metricOf(await board({ validAt: '2022-01-01' }), metric)).toBeUndefined();
    expect(metricOf(await board({ knownAt: '2' }), metric)).toBeDefined();
  });

  it('goes by the highest time so far where a writer stamped an earlier one', async () => {
    await ledger.sayAll([
      vacated,
      { type: 'MetricRetired', data: { metric, retiredOn: '2021-08-26' } },
      signed,
    ]);
    // The clock of the process that wrote the last event ran a day behind.
    const log = through(ledger.log, async (options) => {
      const events = await ledger.log.readAll(options);
      return events.map((event) => {
        const { position, sequence, entry } = event;
        if (position !== '3') return event;
        const earlier = entry.replace(/"recordedAt":"2021-08-26T/, '"recordedAt":"2021-08-25T');
        return readStoredEntry(earlier, { position, sequence });
      });
    });
    const views = await place.viewsOf({ log });

    const shown = views.board({ knownAt: '3' });

    expect(metricOf(shown, metric)).toBeUndefined();
    expect(shown.recordedAt).toBe('2021-08-26T03:02:01.000Z');
    expect(views.positionAt(shown.recordedAt ?? '')).toBe('3');
  });

  it('names every event that made a row', async () => {
    const { reform } = landReform.data;
    const { milestone } = taskForce.data;
    await ledger.sayAll([landReform, vacated, taskForce]);
    const first = await ledger.say(august);
    await ledger.sayAll([
      { type: 'StageAdvanced', data: { reform, to: 'pilot', on: '2021-08-01' } },
      { type: 'MetricDefinitionRevised', data: { metric, validFrom: '2021-08-01', changes: {} } },
    ]);
    const value = squareMetres('682000', '68.2万平方米');
    const second = await ledger.say(corrected(first, august, value));
    await ledger.say(withdrawn(second, august));
    const again = await ledger.say(august);
    await ledger.say(corrected(again, august, value));
    const on = { type: 'date', date: '2021-08-26' } as const;
    await ledger.say({ type: 'MilestoneReached', data: { milestone, on } });

    const [highlight] = (await board()).highlights;
    const then = await board({ knownAt: '7' });

    expect(highlight?.reforms).toMatchObject([{ positions: ['1', '5'] }]);
    expect(highlight?.items).toMatchObject([
      { id: milestone, positions: ['3', '11'] },
      { id: metric, positions: ['2', '6'], values: [{ positions: ['9', '10'] }] },
    ]);
    expect(metricOf(then, metric)?.values).toMatchObject([{ positions: ['4', '7'] }]);
    expect((await board({ validAt: '2021-08-25' })).highlights[0]?.items[0]).toMatchObject({
      positions: ['3'],
    });
  });

  it('says so when anything on it is synthetic', async () => {
    await ledger.say(vacated);
    await ledger.say(august, { synthetic: true });

    expect((await board({ knownAt: '1' })).synthetic).toBe(false);
    expect((await board()).synthetic).toBe(true);
    expect(metricOf(await board(), metric)?.values).toMatchObject([{ synthetic: true }]);
  });

  it('lists no more than 24 series of a metric, and says so', async () => {
    const place = new Workspace();
    const ledger = new Ledger();
    const streets = Array.from({ length: 30 }, (_, number) => `街道${number}`);
    await ledger.say(vacated);
    for (const street of streets) {
      const value = squareMetres('1000', '1000平方米');
      await ledger.say({
        type: 'ObservationReported',
        data: { metric: vacated.data.metric, series: { street }, time: asOf('2021-08-26'), value },
      });
    }
    const views = await place.viewsOf(ledger);
    const shown = (knownAt: string) => {
      const [item] = views.board({ knownAt }).highlights.flatMap(({ items }) => items);
      if (item?.kind !== 'metric') throw new Error('There is no metric.');
      return [item.values.map(({ series }) => series['street']), item.moreSeries];
    };

    expect(shown('31')).toEqual([streets.slice(0, 24), true]);
    expect(shown('26')).toEqual([streets.slice(0, 24), true]);
    expect(shown('25')).toEqual([streets.slice(0, 24), undefined]);
    place.remove();
  });
});
