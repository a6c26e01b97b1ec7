import { dueOn, firstTurn, spreadOver, type Day, type Frequency } from './calendar.js';
import { templates, type Template } from './catalogue.js';
import { dimensions, type Dimension } from './places.js';
import { at, mixed, partAt } from './random.js';

/** How a metric is reported: in which series, and how often. */
export type Shape = { dimension: Dimension; frequency: Frequency };

/** Reports of one series a year; of days only working days. */
const reportsAYear: Record<Frequency, number> = {
  daily: 250,
  weekly: 365 / 7,
  monthly: 12,
  quarterly: 4,
};
const frequencies: readonly Frequency[] = ['quarterly', 'monthly', 'weekly', 'daily'];

/** For one due report so many events are told: some are never made, others told of again. */
const TOLD_OF_DUE = 1.045;
/** Late reports and corrections of the last periods are still out at the end: so many a series. */
const STILL_OUT = 0.3;
/** What is told beside figures: units, reforms and their steps, and of each milestone. */
const OPENING = 78;
const LATER = 40;
const OF_A_MILESTONE = 5;

/** Fractions of the span: when a metric begins and ends, and when its work is complete. */
export type Life = { from: number; to: number; completed: number };

/**
 * Most metrics are there from the start and never end; one in five comes later, one in fifty is
 * retired, and a progress ends some time after its work is complete.
 */
export function lifeOf(index: number, seed: number): Life {
  const own = mixed(seed + index);
  const isLater = index >= 40 && partAt(own, 1) < 0.2;
  const from = isLater ? 0.05 + 0.55 * partAt(own, 2) : 0;
  const completed = from + 0.5 + partAt(own, 5);
  if (templateOf(index).kind === 'progress') {
    return { from, to: Math.min(1, completed + 0.08), completed };
  }
  const isRetired = index % 50 === 11;
  const to = isRetired ? from + (1 - from) * (0.5 + 0.4 * partAt(own, 3)) : 1;
  return { from, to, completed };
}

export const templateOf = (index: number): Template => at(templates, index % templates.length);

/** The shapes of all metrics, so that they come to about `aYear` reports together. */
export function shapesFor(metrics: number, seed: number, aYear: number): Shape[] {
  const shapes: Shape[] = [];
  let missing = aYear;
  for (let index = 0; index < metrics; index += 1) {
    const even = Math.max(0, missing) / (metrics - index);
    const wanted = even * (0.25 + 1.5 * partAt(mixed(seed + index), 4));
    const shape = nearest(shapesOf(templateOf(index)), wanted);
    shapes.push(shape);
    missing -= rateOf(shape);
  }
  return shapes;
}

const rateOf = ({ dimension, frequency }: Shape): number =>
  dimension.members.length * reportsAYear[frequency];

function shapesOf({ kind, basis, unit }: Template): Shape[] {
  if (kind === 'parameter') return [{ dimension: dimensions.place[0], frequency: 'quarterly' }];
  const isOfLand = basis !== undefined || unit === 'm2';
  const list = isOfLand ? dimensions.parcel : dimensions.place;
  const possible = kind === 'progress' ? list.slice(0, 1) : list;
  return possible.flatMap((dimension) =>
    frequencies.map((frequency): Shape => ({ dimension, frequency })),
  );
}

/** By ratio, not by difference: 12 is as far from 24 as 24 from 48. */
function nearest(shapes: readonly Shape[], wanted: number): Shape {
  const distance = (shape: Shape): number => {
    const [rate, other] = [rateOf(shape), Math.max(1, wanted)];
    return rate > other ? rate / other : other / rate;
  };
  return shapes.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}

/** Years that a history of so many events mostly spans: 2 for 1,000, 6½ for a million. */
export function yearsOf(events: number): number {
  let years = 2;
  let rest = events / 1_000;
  for (; rest >= 10; rest /= 10) years += 1.5;
  return years + (1.5 * Math.max(0, rest - 1)) / 9;
}

/** A longer history has metrics enough to be told in less. */
const MOST_DAYS = 40 * 365;

/**
 * The least number of days up to `last` in which metrics of these shapes have that many events to
 * tell. Throws a RangeError where that is more than 40 years.
 */
export function daysFor(
  events: number,
  { shapes, seed, last }: { shapes: readonly Shape[]; seed: number; last: Day },
): number {
  // What is wrong, late or missing is a matter of chance, and a history may not run out of days.
  const enough = events + 3 * Math.sqrt(events / 10);
  const due = new DueDays(last);
  for (let days = 30; days < MOST_DAYS; days += Math.max(1, Math.floor(days / 400))) {
    if (toldIn(days, shapes, seed, due) >= enough) return days;
  }
  throw new RangeError(
    `metrics: ${shapes.length} would take more than 40 years to tell ${events} events; ` +
      'take more metrics.',
  );
}

function toldIn(days: number, shapes: readonly Shape[], seed: number, due: DueDays): number {
  const milestones = Math.min(65, Math.ceil(shapes.length / 4));
  let told = OPENING + LATER + milestones * OF_A_MILESTONE;
  for (const [index, { dimension, frequency }] of shapes.entries()) {
    const { from, to } = lifeOf(index, seed);
    const turn = index % spreadOver[frequency];
    const [sooner, later] = [(1 - to) * days, (1 - from) * days].map(Math.floor);
    const periods =
      due.within(later ?? 0, frequency, turn) - due.within(sooner ?? 0, frequency, turn);
    told += 1 + dimension.members.length * Math.max(0, periods * TOLD_OF_DUE - STILL_OUT);
  }
  return told;
}

/** How often reports of a frequency are due in the last days of a history; counted as asked for. */
class DueDays {
  readonly #counts = new Map<string, number[]>();

  constructor(private readonly last: Day) {}

  /** Due days whose figures belong to the last `days` days. */
  within(days: number, frequency: Frequency, turn: number): number {
    const key = `${frequency}-${turn}`;
    const counts = this.#counts.get(key) ?? [0];
    this.#counts.set(key, counts);
    for (let back = counts.length; back <= days; back += 1) {
      const due = dueOn(this.last - back + 1, frequency);
      counts.push((counts[back - 1] ?? 0) + (due?.turn === turn ? 1 : 0));
    }
    const reportedAfter = firstTurn[frequency] + turn;
    return counts[Math.max(0, days - reportedAfter)] ?? 0;
  }
}
