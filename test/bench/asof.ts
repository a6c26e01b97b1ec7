// `npm run bench -- asof`: what stood on a day, as known at a position.
//
// Base: one prepared get by primary key from the same table, of as many columns. The point query
// answers for random metrics, days and positions. CPU time, candidates in random order a round.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openQueries, openViews, rebuildViews, type Queries } from '@ledger/read-models';
import { prepareArrays } from '@ledger/sqlite';
import { cpuSeconds, figure, interleave, ratios, spread } from './harness.js';
import { day, history, historyLog, logOf, metricId, OPENING_EVENTS, type Told } from './history.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const SIZES = [100_000, 1_000_000];
const METRICS = 1_000;
const QUERIES = 20_000;
/** Items on the article's board. */
const BOARD_ITEMS = 132;
const CORRECTIONS_OF_ONE_DAY = 5_000;

const home = join(process.cwd(), 'data');
mkdirSync(home, { recursive: true });
const folder = mkdtempSync(join(home, 'bench-asof-'));
try {
  for (const events of SIZES) await pointQueries(events);
  await boards('board of the article, 132 metrics', 20_000, BOARD_ITEMS);
  await boards('board of 1,000 metrics', 100_000, METRICS);
  await manyCorrections();
} finally {
  rmSync(folder, { recursive: true });
}

async function pointQueries(events: number): Promise<void> {
  const queries = openQueries(await viewsOf(events, METRICS));
  const perMetric = Math.ceil(events / METRICS);
  const series = Array.from({ length: METRICS }, (_, metric) => seriesOf(queries, metric));
  const { keys, get } = keyGets(queries);
  const moment = () => ({
    series: series[Math.floor(Math.random() * METRICS)] ?? 0,
    validAt: day(Math.floor(Math.random() * perMetric)),
    knownAt: Math.ceil(Math.random() * events),
  });

  const of = await interleave(ROUNDS, {
    keyGet: () => microseconds(keys, (key) => get.get(...key)),
    known: () =>
      microseconds(Array.from({ length: QUERIES }, moment), ({ series, validAt, knownAt }) =>
        queries.timeline.standing(series, validAt, knownAt),
      ),
    head: () =>
      microseconds(Array.from({ length: QUERIES }, moment), ({ series, validAt }) =>
        queries.timeline.standing(series, validAt, events),
      ),
  });
  queries.database.close();

  const conditions = { observations: events, metrics: METRICS, queriesARound: QUERIES };
  const report = (name: string, unit: string, rounds: number[], target?: { atMost: number }) =>
    figure({ name, unit, ...spread(rounds), ...(target && { target }), ...conditions });
  report('prepared get by primary key', 'us CPU', of('keyGet'));
  report('bitemporal point query', 'us CPU', of('known'));
  const target = { atMost: 1.5 };
  report('bitemporal point query ÷ key get', 'ratio', ratios(of('known'), of('keyGet')), target);
  report('point query at the head ÷ key get', 'ratio', ratios(of('head'), of('keyGet')), target);
}

async function boards(name: string, events: number, metrics: number): Promise<void> {
  const views = openViews(await viewsOf(events, metrics));
  const days = Math.ceil(events / metrics);
  const moment = () => ({
    knownAt: String(Math.ceil(events / 2 + (Math.random() * events) / 2)),
    validAt: day(Math.floor(Math.random() * days)),
  });
  const moments = () => Array.from({ length: 20 }, moment);
  const of = await interleave(ROUNDS, {
    board: () => microseconds(moments(), (at) => views.board(at)),
  });
  views.close();
  const milliseconds = of('board').map((one) => one / 1_000);
  figure({ name, unit: 'ms CPU', ...spread(milliseconds), events, metrics });
}

/** The shape that a residual filter on positions dislikes: all that is known later stands before. */
async function manyCorrections(): Promise<void> {
  const viewsFile = join(folder, 'corrected', 'views.db');
  const told = [...history(METRICS + OPENING_EVENTS, METRICS), ...corrections()];
  await rebuildViews({ log: logOf(told, told.length), viewsFile });
  const queries = openQueries(viewsFile);
  const series = seriesOf(queries, 0);
  const first = METRICS + OPENING_EVENTS + 1;
  const { keys, get } = keyGets(queries);
  const asked = Array.from({ length: 200 });
  const of = await interleave(ROUNDS, {
    keyGet: () => microseconds(keys, (key) => get.get(...key)),
    first: () => microseconds(asked, () => queries.timeline.standing(series, '2021-08-26', first)),
  });
  queries.database.close();
  figure({
    name: 'point query before 5,000 corrections of its day ÷ key get',
    unit: 'ratio',
    ...spread(ratios(of('first'), of('keyGet'))),
    corrections: CORRECTIONS_OF_ONE_DAY,
  });
}

/** A report of one day by metric 0, and thousands of corrections of it. */
function* corrections(): Generator<Told> {
  const metric = metricId(0);
  const time = { type: 'asOf', asOf: '2021-08-26' };
  const value = { quantity: { amount: '1', unit: 'm2', qualifier: 'exact', printed: '1平方米' } };
  const said = { metric, series: {}, time, value };
  const template = [...history(1, 1)][0];
  if (template === undefined) throw new Error('The history is empty.');
  const id = (turn: number) => `00000000-0000-4000-8000-${String(turn).padStart(12, '0')}`;
  for (let turn = 0; turn <= CORRECTIONS_OF_ONE_DAY; turn += 1) {
    const chain = { observation: id(0), corrects: id(turn - 1), errorClass: 'typing' };
    const type = turn === 0 ? 'ObservationReported' : 'ObservationCorrected';
    const data = turn === 0 ? said : { ...said, ...chain };
    const event = { ...template.event, id: id(turn), type, data };
    yield { stream: `metric-${metric}`, revision: turn + 1, event };
  }
}

/** Existing rows in random order, and the statement that gets one of them. */
function keyGets({ database }: Queries) {
  const keys: [number, number, number][] = prepareArrays(
    database,
    `SELECT series, valid_on, position FROM timeline ORDER BY random() LIMIT ${QUERIES}`,
  ).all();
  const get = prepareArrays(
    database,
    `SELECT valid_on, position, time_key, statement FROM timeline
     WHERE series = ? AND valid_on = ? AND position = ?`,
  );
  return { keys, get };
}

function seriesOf({ timeline }: Queries, metric: number): number {
  const [series] = timeline.seriesOf(metricId(metric));
  if (series === undefined) throw new Error(`Metric ${metric} has no observation.`);
  return series;
}

async function viewsOf(events: number, metrics: number): Promise<string> {
  const viewsFile = join(folder, `${events}-${metrics}`, 'views.db');
  await rebuildViews({ log: historyLog(events, metrics), viewsFile });
  return viewsFile;
}

/** CPU microseconds of one question, over a list of them. */
async function microseconds<Q>(questions: readonly Q[], ask: (question: Q) => unknown) {
  const seconds = await cpuSeconds(() => {
    for (const question of questions) ask(question);
  });
  return (seconds * 1e6) / questions.length;
}
