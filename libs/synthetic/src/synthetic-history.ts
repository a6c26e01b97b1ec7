import { planActs, tellAct, type Act } from './acts.js';
import {
  dayOf,
  dueOn,
  isWorkday,
  momentOf,
  spreadOver,
  type Day,
  type Frequency,
} from './calendar.js';
import { planMetric, type Metric, type Span } from './metrics.js';
import { checkWhole } from './bounds.js';
import { mixed, Random } from './random.js';
import { Reporting, type Task } from './reporting.js';
import { daysFor, shapesFor, yearsOf, type Shape } from './span.js';
import { Teller, type Told } from './telling.js';

export type SyntheticOptions = {
  /** How many events, from 1 to `MAX_EVENTS`. */
  events: number;
  /** A whole number from 0 to 2^32 - 1. Same seed, same options: the same bytes. */
  seed: number;
  /** How many metrics, from 1 to `MAX_METRICS`; default one for 50 events, at most 1,000. */
  metrics?: number;
  /** The day (`2026-03-31`) after which nothing is recorded; default a day that the seed picks. */
  until?: string;
};

export const MAX_EVENTS = 20_000_000;
export const MAX_METRICS = 10_000;

/** The last day that a seed may pick as `until`; the first lies half a year before it. */
export const LATEST_UNTIL = '2026-06-30';
const UNTIL_SPREAD_DAYS = 181;
/** A history is planned to end so long before `until`, and in fact ends some weeks around that. */
const ENDS_BEFORE_DAYS = 12;
/** How many days a short history takes is more a matter of chance: it is told once to find out. */
const REHEARSED_EVENTS = 30_000;

/**
 * A made-up district over years: units, reforms, milestones and metrics, and then what the offices
 * report, correct and withdraw, day by day in the order in which it was recorded. Every event is
 * marked `synthetic`, and the domain would have accepted each of them. Throws a RangeError for
 * options out of their bounds.
 */
export function syntheticHistory(options: SyntheticOptions): Iterable<Told> {
  const { events, seed, metrics = defaultMetrics(events) } = options;
  checkWhole('events', events, 1, MAX_EVENTS);
  checkWhole('seed', seed, 0, 4_294_967_295);
  checkWhole('metrics', metrics, 1, MAX_METRICS);
  const until = options.until === undefined ? untilOf(seed) : dayOf(options.until);
  if (!Number.isFinite(until)) throw new RangeError(`until: ${options.until} is no date.`);
  const shapes = shapesFor(metrics, seed, events / yearsOf(events));
  const span = spanFor(events, shapes, seed, until);
  // Streams count their revisions, so every reading needs a plan of its own.
  return { [Symbol.iterator]: () => tellAll(events, planOf(shapes, span, seed)) };
}

const defaultMetrics = (events: number): number =>
  Math.min(1_000, Math.max(12, Math.round(events / 50)));

const untilOf = (seed: number): Day =>
  dayOf(LATEST_UNTIL) - (mixed(seed ^ 0x1f123bb5) % UNTIL_SPREAD_DAYS);

type Plan = { seed: number; span: Span; acts: Act[]; due: DueMetrics };

function spanFor(events: number, shapes: readonly Shape[], seed: number, until: Day): Span {
  const last = until - ENDS_BEFORE_DAYS;
  let days = daysFor(events, { shapes, seed, last });
  if (events > REHEARSED_EVENTS) return { first: last - days, last };
  for (;;) {
    const span = { first: last - days, last };
    if (lastMoment(tellAll(events, planOf(shapes, span, seed))) <= momentOf(until, 1)) return span;
    days += Math.ceil(days / 20);
  }
}

function lastMoment(history: Iterable<Told>): number {
  let recordedAt = '';
  for (const { event } of history) ({ recordedAt } = event.metadata);
  return Date.parse(recordedAt);
}

function planOf(shapes: readonly Shape[], span: Span, seed: number): Plan {
  const metrics = shapes.map((shape, index) => planMetric(index, shape, span, seed));
  return { seed, span, acts: planActs(metrics, span, seed), due: dueMetrics(metrics) };
}

function* tellAll(events: number, { seed, span, acts, due }: Plan): Generator<Told> {
  const random = new Random(seed);
  const teller = new Teller(mixed(seed ^ 0x6a09e667));
  const putOff = new Map<Day, Task[]>();
  let today = span.first;
  const reporting = new Reporting(random, teller, (days, task) => {
    const on = today + days;
    const tasks = putOff.get(on);
    if (tasks === undefined) putOff.set(on, [task]);
    else tasks.push(task);
  });
  let told = 0;
  let nextAct = 0;
  let runs: Task[][] = [];
  for (; ; today += 1) {
    for (const task of putOff.get(today) ?? []) runs.push([task]);
    putOff.delete(today);
    for (const { metric, slot } of dueMetricsOn(today, due)) {
      if (isReported(metric, slot)) runs.push(reporting.due(metric, slot));
    }
    if (!isWorkday(today)) continue;
    const firstAct = nextAct;
    while ((acts[nextAct]?.day ?? Infinity) <= today) nextAct += 1;
    random.shuffle(runs);
    const work = [...acts.slice(firstAct, nextAct), ...runs.flat()];
    runs = [];
    for (const [place, piece] of work.entries()) {
      const at = momentOf(today, place / work.length);
      const event =
        'said' in piece ? tellAct(piece, teller, random, at) : reporting.tell(piece, at);
      if (event === undefined) continue;
      yield event;
      told += 1;
      if (told === events) return;
    }
  }
}

function isReported({ from, retiredOn }: Metric, slot: Day): boolean {
  return slot >= from && (retiredOn === undefined || slot <= retiredOn);
}

/** Metrics by frequency and by their turn in the days on which its reports come in. */
type DueMetrics = Record<Frequency, Metric[][]>;

const frequencies: readonly Frequency[] = ['daily', 'weekly', 'monthly', 'quarterly'];

function dueMetrics(metrics: readonly Metric[]): DueMetrics {
  const turns = (frequency: Frequency) =>
    Array.from({ length: spreadOver[frequency] }, (_, turn) =>
      metrics.filter(
        (metric) => metric.frequency === frequency && metric.index % spreadOver[frequency] === turn,
      ),
    );
  return {
    daily: turns('daily'),
    weekly: turns('weekly'),
    monthly: turns('monthly'),
    quarterly: turns('quarterly'),
  };
}

function* dueMetricsOn(day: Day, due: DueMetrics): Generator<{ metric: Metric; slot: Day }> {
  for (const frequency of frequencies) {
    const turn = dueOn(day, frequency);
    if (turn === undefined) continue;
    for (const metric of due[frequency][turn.turn] ?? []) yield { metric, slot: turn.slot };
  }
}
