import type { Quantity, SeriesKey } from '@ledger/domain';
import {
  asOf,
  corrected,
  Ledger,
  reported,
  signed,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { AnyEvent } from '../../facts.js';
import type { Funnel, FunnelPair } from './shapes.js';

const demolished = {
  ...signed,
  data: {
    ...signed.data,
    metric: 'demolished-floor-area',
    names: { zh: '拆除', en: 'Demolished' },
  },
};
const land = {
  ...signed,
  data: { ...signed.data, metric: 'land-handed-over-area', basis: 'landArea' as const },
};
const stages = [signed, vacated, demolished].map(({ data }) => data.metric);
const [first = '', second = '', third = ''] = stages;

const area = (
  metric: string,
  amount: string,
  more: Partial<Quantity> = {},
  day = '2021-08-26',
  series: SeriesKey = {},
) => {
  const quantity: Quantity = {
    amount,
    unit: 'm2',
    qualifier: 'exact',
    resolution: '1000',
    printed: `${amount}平方米`,
    basis: 'floorArea',
    ...more,
  };
  return reported(metric, asOf(day), { quantity }, series);
};
/** What the article prints: 115万, 68.1万 and 63万 m² of floor area. */
const signedArea = area(first, '1150000', { resolution: '10000' });
const vacatedArea = area(second, '681000', { basisInferred: true });
const demolishedArea = area(third, '630000', { resolution: '10000' });
const article = [signedArea, vacatedArea, demolishedArea];

const shown = ({ whole, part, percent, noPercent, verdict, why }: FunnelPair) => [
  `${part} / ${whole}`,
  percent?.amount ?? noPercent?.code,
  why === undefined ? verdict : `${verdict}: ${why.code}`,
];

describe('a funnel', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const ask = async (
    metrics: string[] = stages,
    moment: { knownAt?: string; validAt?: string } = {},
  ): Promise<Funnel> => {
    const views = await place.viewsOf(ledger);
    return views.funnel({ metrics, knownAt: ledger.position, ...moment });
  };
  const told = async (...events: AnyEvent[]): Promise<void> => {
    await ledger.sayAll([signed, vacated, demolished, land, ...events]);
  };
  const pairs = ({ funnels }: Funnel) => funnels[0]?.pairs.map(shown);

  it('of the article holds: 115万 signed, 68.1万 vacated, 63万 demolished', async () => {
    await told(...article);

    const found = await ask();

    expect(found.funnels).toHaveLength(1);
    expect(pairs(found)).toEqual([
      [`${second} / ${first}`, '59.2', 'holds'],
      [`${third} / ${first}`, '54.8', 'holds'],
      [`${third} / ${second}`, '92.5', 'holds'],
    ]);
    expect(found.funnels[0]).toMatchObject({
      series: {},
      verdict: 'holds',
      stages: [
        { metric: first, unit: 'm2', basis: 'floorArea', value: { position: '5' } },
        { metric: second, basisInferred: true },
        { metric: third },
      ],
    });
    expect(found.funnels[0]?.pairs.map(({ basisInferred }) => basisInferred)).toEqual([
      true,
      false,
      true,
    ]);
    expect(found.funnels[0]?.pairs[0]?.percent?.bounds).toEqual({
      lower: { value: '58.917', inclusive: true },
      upper: { value: '59.52', inclusive: true },
    });
  });

  it('never divides by land area', async () => {
    await told(...article, area(land.data.metric, '255000', { basis: 'landArea' }));

    expect(pairs(await ask([first, land.data.metric]))).toEqual([
      [`${land.data.metric} / ${first}`, 'BASIS_DIFFERS', 'cannotTell: BASIS_DIFFERS'],
    ]);
  });

  it('is certainly broken only when the bounds say so', async () => {
    const rough = { resolution: '10000' };
    await told(area(first, '630000', rough), area(second, '640000', rough), area(third, '651000'));

    const found = await ask();

    expect(pairs(found)?.map(([, , verdict]) => verdict)).toEqual([
      'cannotTell: BOUNDS_OVERLAP',
      'certainlyBroken',
      'certainlyBroken',
    ]);
    expect(found.funnels[0]?.verdict).toBe('certainlyBroken');
  });

  it('holds where two certain bounds just meet', async () => {
    const count = { qualifier: 'exact', resolution: '0' } as const;
    await told(area(first, '600', { qualifier: 'atLeast' }), area(second, '600', count));

    expect(pairs(await ask([first, second]))).toEqual([
      [`${second} / ${first}`, 'FIGURE_NOT_EXACT', 'holds'],
    ]);
  });

  it('cannot tell, nor divide, what is only about or more than', async () => {
    await told(
      area(first, '40', { qualifier: 'moreThan' }),
      area(second, '13', { qualifier: 'about' }),
    );

    expect(pairs(await ask([first, second]))).toEqual([
      [`${second} / ${first}`, 'FIGURE_NOT_EXACT', 'cannotTell: BOUNDS_OVERLAP'],
    ]);
  });

  it('says which stage has no figure, and why', async () => {
    await told(signedArea);
    const said = await ledger.say(vacatedArea);
    await ledger.say(withdrawn(said, vacatedArea));

    const found = await ask([first, second, third, 'not-yet-defined']);

    expect(found.funnels[0]?.stages.map(({ absence }) => absence)).toEqual([
      undefined,
      'withdrawn',
      'missing',
      'notDefined',
    ]);
    expect(found.funnels[0]?.verdict).toBe('cannotTell');
    expect(pairs(found)?.[0]).toEqual([
      `${second} / ${first}`,
      'FIGURE_ABSENT',
      'cannotTell: FIGURE_ABSENT',
    ]);
  });

  it('has one answer for each moment of both clocks', async () => {
    await told(vacatedArea, demolishedArea);
    const said = await ledger.say(signedArea);
    const { value } = area(first, '640000', { resolution: '10000' }).data;
    await ledger.say(corrected(said, signedArea, value));
    const verdict = async (moment: { knownAt?: string; validAt?: string }) =>
      (await ask(stages, moment)).funnels[0]?.verdict;

    expect(await verdict({ knownAt: '7' })).toBe('holds');
    expect(await verdict({ knownAt: '8' })).toBe('certainlyBroken');
    expect(await verdict({ knownAt: '8', validAt: '2021-08-25' })).toBe('cannotTell');
    expect((await ask(stages, { knownAt: '0' })).funnels[0]?.stages).toEqual(
      stages.map((metric) => ({ metric, absence: 'notDefined' })),
    );
  });

  it('says of different days what a cumulative figure keeps certain', async () => {
    const july = '2021-07-31';
    await told(area(first, '1150000', {}, july), area(second, '681000'));

    const found = await ask([first, second]);

    expect(found.funnels[0]?.pairs[0]).toMatchObject({ datesDiffer: true, verdict: 'holds' });
  });

  it('cannot tell what the smaller stage has become since', async () => {
    await told(area(first, '1150000'), area(second, '681000', {}, '2021-07-31'));

    expect(pairs(await ask([first, second]))?.[0]?.[2]).toBe('cannotTell: DATES_DIFFER');
  });

  it('is made for each series key', async () => {
    const matian = { street: '马田' };
    await told(
      area(first, '900', { resolution: '0' }, '2021-08-26', matian),
      area(second, '800', { resolution: '0' }, '2021-08-26', matian),
      area(first, '500', {}, '2021-08-26', { street: '公明' }),
    );

    const found = await ask([first, second]);

    expect(found.funnels.map(({ series, verdict }) => [series, verdict])).toEqual([
      [matian, 'holds'],
      [{ street: '公明' }, 'cannotTell'],
    ]);
    expect(found.funnels[1]?.stages[1]).toMatchObject({ absence: 'missing' });
    expect(found.seriesLeftOut).toBe(0);
  });
});
