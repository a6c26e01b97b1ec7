import {
  asOf,
  corrected,
  Ledger,
  reported,
  squareMetres,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { AnyEvent } from '../../facts.js';
import type { SeriesRequest } from '../../views.js';
import { MOST_SERIES } from './series.js';
import type { SeriesOfMetric } from './shapes.js';

const metric = vacated.data.metric;
const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));
const september = reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米'));
const street = (name: string, day: string, amount = '1000') =>
  reported(metric, asOf(day), squareMetres(amount, `${amount}平方米`), { street: name });

const printed = (found: SeriesOfMetric | undefined) =>
  found?.series.map(({ points }) => points.map((point) => point.printed ?? point.statement));

describe('the series of a metric', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const ask = async (more: Partial<SeriesRequest> = {}) => {
    const views = await place.viewsOf(ledger);
    const request = { metric, knownAt: ledger.position, view: 'latest', limit: 100 } as const;
    return views.seriesOf({ ...request, ...more });
  };

  /** 68.1万 in August; 70.2万 in September, corrected to 70.5万. */
  const corrections = async () => {
    await ledger.sayAll([vacated, august]);
    const said = await ledger.say(september);
    return ledger.say(corrected(said, september, squareMetres('705000', '70.5万平方米')));
  };

  it('have each point with its valid time, its print and the event that says so', async () => {
    await corrections();

    const found = await ask();

    expect(found).toMatchObject({
      metric,
      kind: 'cumulative',
      unit: 'm2',
      basis: 'floorArea',
      basisInferred: true,
      view: 'latest',
      knownAt: '4',
      validAt: null,
      seriesLeftOut: 0,
    });
    expect(found?.series).toEqual([
      {
        key: {},
        olderThan: null,
        points: [
          expect.objectContaining({
            validOn: '2021-08-26',
            printed: '68.1万平方米',
            corrected: false,
            statement: 'reported',
            live: true,
            position: '2',
          }),
          expect.objectContaining({
            validOn: '2021-09-26',
            printed: '70.5万平方米',
            corrected: true,
            statement: 'corrected',
            live: true,
            position: '4',
          }),
        ],
      },
    ]);
  });

  it('show as reported what was first published, and what was taken back', async () => {
    const last = await corrections();
    await ledger.say(withdrawn(last, september));

    const found = await ask({ view: 'asReported' });

    expect(printed(found)).toEqual([['68.1万平方米', '70.2万平方米', '70.5万平方米', 'withdrawn']]);
    expect(found?.series[0]?.points.map(({ live }) => live)).toEqual([true, false, false, false]);
    expect(printed(await ask())).toEqual([['68.1万平方米']]);
    expect(printed(await ask({ knownAt: '3' }))).toEqual([['68.1万平方米', '70.2万平方米']]);
  });

  it('give for one day what stands on it, or everything said about its valid time', async () => {
    await corrections();

    expect(printed(await ask({ validAt: '2021-08-31' }))).toEqual([['68.1万平方米']]);
    expect(printed(await ask({ validAt: '2021-10-31' }))).toEqual([['70.5万平方米']]);
    expect(printed(await ask({ validAt: '2021-10-31', view: 'asReported' }))).toEqual([
      ['70.2万平方米', '70.5万平方米'],
    ]);
    expect((await ask({ validAt: '2021-01-01' }))?.series).toEqual([]);
  });

  it('give for a range of days what lies in it', async () => {
    await corrections();

    const range = { validFrom: '2021-09-01', validTo: '2021-09-30' };
    expect(printed(await ask(range))).toEqual([['70.5万平方米']]);
    expect(printed(await ask({ ...range, knownAt: '3' }))).toEqual([['70.2万平方米']]);
  });

  it('keep apart, in the order of their first statement', async () => {
    await ledger.sayAll([
      vacated,
      street('马田', '2021-08-26'),
      street('公明', '2021-08-26'),
      street('马田', '2021-09-26', '2000'),
    ]);

    const found = await ask();

    expect(found?.series.map(({ key }) => key)).toEqual([{ street: '马田' }, { street: '公明' }]);
    expect(printed(found)).toEqual([['1000平方米', '2000平方米'], ['1000平方米']]);
  });

  it('show the newest points up to the limit and say from where on older ones were left out', async () => {
    await corrections();

    const found = await ask({ limit: 1 });

    expect(printed(found)).toEqual([['70.5万平方米']]);
    expect(found?.series[0]?.olderThan).toBe('2021-09-26');
    expect((await ask({ limit: 2 }))?.series[0]?.olderThan).toBeNull();
    expect(printed(await ask({ limit: 2, view: 'asReported' }))).toEqual([
      ['70.2万平方米', '70.5万平方米'],
    ]);
  });

  it('are at most a hundred, and say how many they left out', async () => {
    const many: AnyEvent[] = Array.from({ length: MOST_SERIES + 3 }, (_, count) =>
      street(`街道${count}`, '2021-08-26'),
    );
    await ledger.sayAll([vacated, ...many]);

    const found = await ask();

    expect(found?.series).toHaveLength(MOST_SERIES);
    expect(found?.seriesLeftOut).toBe(3);
  });

  it('have the name that was in force on the day asked for', async () => {
    await ledger.sayAll([
      vacated,
      august,
      {
        type: 'MetricDefinitionRevised',
        data: {
          metric,
          validFrom: '2021-10-01',
          changes: { names: { zh: '腾空面积', en: 'Vacated area' } },
        },
      },
    ]);

    expect((await ask({ validAt: '2021-08-31' }))?.names.zh).toBe('腾空移交面积');
    expect((await ask({ validAt: '2021-10-01' }))?.names.zh).toBe('腾空面积');
  });

  it('are not known before the metric is', async () => {
    await corrections();

    expect(await ask({ knownAt: '0' })).toBeUndefined();
  });
});
