// `npm run bench -- asof`: what stood on a day, as known at a position.
//
// Base: one prepared get by primary key from a plain table of the same statements, a row each,
// (series, valid_on, position) being its key, WITHOUT ROWID. The point query answers for random
// metrics, days and positions. CPU time, candidates in random order a round. BENCH_SIZES=100000,…
// chooses how many observations; the growth is that of the last size over the first one.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openQueries, openViews, rebuildViews, type Queries } from '@ledger/read-models';
import { openDatabase, prepareArrays } from '@ledger/sqlite';
import { cpuSeconds, figure, interleave, ratios, shuffled, spread } from './harness.js';
import { day, history, historyLog, logOf, metricId, OPENING_EVENTS, type Told } from './history.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const SIZES = (process.env.BENCH_SIZES ?? '100000,1000000').split(',').map(Number);
const METRICS = 1_000;
const QUERIES = 20_000;
/** Items on the article's board. */
const BOARD_ITEMS = 132;
const CORRECTIONS_OF_ONE_DAY = 5_000;

const home = join(process.cwd(), 'data');
mkdirSync(home, { recursive: true });
const folder = mkdtempSync(join(home, 'bench-asof-'));
try {
  const medians: number[] = [];
  for (const events of SIZES) medians.push(await pointQueries(events));
  const growth = (medians.at(-1) ?? NaN) / (medians[0] ?? NaN);
  const [fewest, most] = [SIZES[0], SIZES.at(-1)];
  figure({
    name: 'growth of a bitemporal point query',
    unit: 'ratio',
    ...spread([growth]),
    target: { atMost: 1.5 },
    fewest,
    most,
  });
  await boards('board of the article, 132 metrics', 20_000, BOARD_ITEMS);
  await boards('board of 1,000 metrics', 100_000, METRICS);
  await manyCorrections();
} finally {
  rmSync(folder, { recursive: true });
}

/** Answers the median of a point query, in microseconds. */
async function pointQueries(events: number): Promise<number> {
  const viewsFile = await viewsOf(events, METRICS);
  const queries = openQueries(viewsFile);
  const perMetric = Math.ceil(events / METRICS);
  const series = Array.from({ length: METRICS }, (_, metric) => seriesOf(queries, metric));
  const plain = plainTable(queries, `${viewsFile}.plain`, series);
  const moment = () => ({
    series: series[Math.floor(Math.random() * METRICS)] ?? 0,
    validAt: day(Math.floor(Math.random() * perMetric)),
    knownAt: Math.ceil(Math.random() * events),
  });

  const of = await interleave(ROUNDS, {
    keyGet: () => microseconds(plain.keys(), (key) => plain.get.get(...key)),
    known: () =>
      microseconds(Array.from({ length: QUERIES }, moment), ({ series, validAt, knownAt }) =>
        queries.timeline.standing(series, validAt, knownAt),
      ),
    head: () =>
      microseconds(Array.from({ length: QUERIES }, moment), ({ series, validAt }) =>
        queries.timeline.standing(series, validAt, events),
      ),
  });
  plain.close();
  closeQueries(queries);
  rmSync(dirname(viewsFile), { recursive: true });

  const conditions = { observations: events, metrics: METRICS, queriesARound: QUERIES };
  const report = (name: string, unit: string, rounds: number[], target?: { atMost: number }) =>
    figure({ name, unit, ...spread(rounds), ...(target && { target }), ...conditions });
  report('prepared get by primary key', 'us CPU', of('keyGet'));
  report('bitemporal point query', 'us CPU', of('known'));
  const target = { atMost: 1.5 };
  report('bitemporal point query ÷ key get', 'ratio', ratios(of('known'), of('keyGet')), target);
  report('point query at the head ÷ key get', 'ratio', ratios(of('head'), of('keyGet')), target);
  return spread(of('known')).value;
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
  const plain = plainTable(queries, `${viewsFile}.plain`, [series]);
  const asked = Array.from({ length: 200 });
  const of = await interleave(ROUNDS, {
    keyGet: () => microseconds(plain.keys(), (key) => plain.get.get(...key)),
    first: () => microseconds(asked, () => queries.timeline.standing(series, '2021-08-26', first)),
  });
  plain.close();
  closeQueries(queries);
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

type Key = [series: number, validOn: number, position: number];

/** The same statements as plain rows, existing keys in random order, and the get of one of them. */
function plainTable({ timeline }: Queries, file: string, series: readonly number[]) {
  const database = openDatabase(file);
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 16384;
    PRAGMA cache_size = -64000; PRAGMA mmap_size = 2147418112;
    CREATE TABLE statements(
      series INTEGER NOT NULL, valid_on INTEGER NOT NULL, position INTEGER NOT NULL,
      time_key TEXT NOT NULL, statement INTEGER NOT NULL, PRIMARY KEY(series, valid_on, position)
    ) STRICT, WITHOUT ROWID;
    BEGIN;`);
  const insert = database.prepare('INSERT INTO statements VALUES (?,?,?,?,?)');
  const sampled: Key[] = [];
  let rows = 0;
  for (const one of series) {
    for (const row of timeline.statements(one, { knownAt: Number.MAX_SAFE_INTEGER })) {
      const key: Key = [one, Number(row.validTime.split(' ')[0]), row.position];
      insert.run(...key, '', row.isWithdrawal ? 2 : 0);
      rows += 1;
      // A sample of even chances, however many rows there are.
      const place = Math.floor(Math.random() * rows);
      if (sampled.length < QUERIES) sampled.push(key);
      else if (place < QUERIES) sampled[place] = key;
    }
  }
  database.exec('COMMIT');
  const get = prepareArrays(
    database,
    `SELECT valid_on, position, time_key, statement FROM statements
     WHERE series = ? AND valid_on = ? AND position = ?`,
  );
  return { get, keys: () => shuffled(sampled), close: () => database.close() };
}

function closeQueries({ database, segments }: Queries): void {
  database.close();
  segments.close();
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
