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
import { openQueries } from '../../reading.js';
import {
  dayAfter,
  FIRST_DAY,
  newestFirst,
  oldestFirst,
  type SpokenTime,
  spokenTimes,
  type Walk,
} from './spoken-times.js';

const metric = vacated.data.metric;
const on = (day: string) => reported(metric, asOf(day), squareMetres('681000', '68.1万平方米'));
const knownAt = Number.MAX_SAFE_INTEGER;

describe('a walk over what was said, by windows of days', () => {
  let place: Workspace;
  let database: ReturnType<typeof openQueries>;
  let walk: Walk;
  let all: SpokenTime[];

  beforeAll(async () => {
    place = new Workspace();
    const ledger = new Ledger();
    await ledger.say(vacated);
    // Days by the hundred, decades of nothing, lone days, and some that the clock has not reached.
    for (let day = 0; day < 700; day += 1) await ledger.say(on(dayAfter('1990-01-01', day)));
    await ledger.sayAll(['1949-10-01', '2021-06-30', '2022-01-31', '2030-12-31'].map(on));
    const period = { type: 'period', start: '2021-01-01', end: '2021-06-30' } as const;
    const half = reported(metric, period, squareMetres('63', '63平方米'));
    const first = await ledger.say(half);
    const second = await ledger.say(corrected(first, half, squareMetres('64', '64平方米')));
    await ledger.say(withdrawn(second, half));
    await place.viewsOf(ledger);
    database = openQueries(place.viewsFile);
    const [series = 0] = database.timeline.seriesOf(metric);
    walk = { series, knownAt, from: FIRST_DAY, to: '9999-12-31', today: '2021-08-26' };
    all = spokenTimes(database.timeline.statements(series, { knownAt }));
  });
  afterAll(() => {
    database.database.close();
    place.remove();
  });

  const firsts = (times: Iterable<SpokenTime>) => [...times].map((time) => time.map(positionOf));
  const positionOf = ({ position }: SpokenTime[number]) => position;

  it('goes down over every valid time once', () => {
    expect(all).toHaveLength(705);
    expect(firsts(newestFirst(database.timeline, walk))).toEqual(firsts(all).reverse());
  });

  it('goes up over every valid time once', () => {
    expect(firsts(oldestFirst(database.timeline, walk))).toEqual(firsts(all));
  });

  it.each([
    ['1990-02-01', '1991-03-01', 394],
    ['1949-10-01', '1949-10-01', 1],
    ['2021-06-30', '2021-06-30', 2],
    ['2021-07-01', '2021-12-31', 0],
    ['2021-06-30', '2030-12-31', 4],
    ['2022-01-31', '2022-01-31', 1],
    ['2021-08-27', '2021-08-26', 0],
  ])('from %s to %s passes %i of them, both ways', (from, to, count) => {
    const down = firsts(newestFirst(database.timeline, { ...walk, from, to }));
    const up = firsts(oldestFirst(database.timeline, { ...walk, from, to }));

    expect(down).toHaveLength(count);
    expect(up).toEqual([...down].reverse());
  });

  it('steps from day to day, and no further than dates go', () => {
    expect(dayAfter('2020-02-28', 1)).toBe('2020-02-29');
    expect(dayAfter('2021-01-01', -1)).toBe('2020-12-31');
    expect(dayAfter('9999-12-31', 1)).toBe('9999-12-31');
    expect(dayAfter('0000-01-01', -1) < '0000-01-01').toBe(true);
  });
});
