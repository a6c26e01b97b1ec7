import type { RatioParts, ValidTime, Value } from '@ledger/domain';
import {
  dayOfMonth,
  isoDay,
  monthOf,
  periodCode,
  periodStart,
  spacing,
  yearOf,
  dayOf,
  type Day,
} from './calendar.js';
import type { Series } from './metrics.js';
import { printAmount, printPercent, type Parts, type Style } from './printing.js';
import { at, partAt } from './random.js';

export type Figure = { value: Value; parts?: RatioParts };

/**
 * How near a statement is to what was so. All figures of a series lie on one path, which is a
 * function of the day: nothing has to be remembered of it. Between two days of the path there is
 * room, and a mistake stays in the room of its day (below 0.3 too little, above 0.7 too much).
 * Hence a cumulative figure never lies below an earlier one, whatever was reported wrongly, late or
 * corrected, and in whatever order: each of these statements is one that the domain accepts.
 */
export type Nearness = number;

export const truthOf = ({ seed }: Series, slot: Day): Nearness => 0.35 + 0.3 * partAt(seed, slot);

export function figureOf(series: Series, slot: Day, near: Nearness, style: Style): Figure {
  const { template, measure, completion } = series.metric;
  switch (template.kind) {
    case 'cumulative':
    case 'stock':
    case 'flow':
      return { value: { quantity: printAmount(amountOf(series, slot, near), measure, style) } };
    case 'ratio':
      return ratio(partsOf(series, slot, near), style);
    case 'progress': {
      if (completion !== undefined && slot >= completion.on) return { value: completed };
      const numerator = progressOf(series, slot, near);
      const parts = { numerator, denominator: 10_000 };
      return { value: { quantity: printPercent(parts, style === 'full' ? 2 : 1, 'full') } };
    }
    case 'parameter':
      return { value: parameterOf(series, slot, near, style) };
  }
}

const completed: Value = {
  quantity: {
    amount: '100',
    unit: 'percent',
    qualifier: 'exact',
    resolution: '1',
    printed: '100%',
  },
};

function ratio(parts: Parts, style: Style): Figure {
  const isAtLeast = style === 'atLeast' || style === 'over';
  const decimals = style === 'full' || style === 'nearly' ? 2 : 1;
  const quantity = printPercent(parts, decimals, isAtLeast ? 'atLeast' : 'full');
  const { numerator, denominator } = parts;
  const said = { numerator: String(numerator), denominator: String(denominator) };
  return { value: { quantity }, ...(style !== 'about' && { parts: said }) };
}

/** The whole number that a statement means. */
function amountOf(series: Series, slot: Day, near: Nearness): number {
  const { kind, time } = series.metric.template;
  if (kind === 'stock') return mistaken(stockOf(series, slot), near);
  if (kind === 'flow') return mistaken(flowOf(series, slot), near);
  if (time === 'yearToDate') {
    const elapsed = slot - dayOf(`${yearOf(slot)}-01-01`) + room(series, near);
    return Math.floor((series.scale * leap(series, slot) * elapsed) / 366);
  }
  const path = 0.1 + 0.9 * shaped(series, elapsedPart(series, slot, near));
  return Math.floor(series.scale * leap(series, slot) * path);
}

/** The part of its spacing that a nearness moves a figure on the path; less than the next figure. */
const room = ({ metric }: Series, near: Nearness): number => spacing[metric.frequency] * near;

/** Part of the span that has passed, from 0 to 1. */
function elapsedPart(series: Series, slot: Day, near: Nearness): number {
  const { first, last } = series.metric.span;
  return Math.min(1, (slot - first + room(series, near)) / (last - first + spacing.quarterly));
}

/** Three ways to rise: evenly, with a start and an end that take their time, or quickly at first. */
function shaped({ seed }: Series, part: number): number {
  const way = partAt(seed, -1);
  if (way < 0.4) return part;
  return way < 0.7 ? part * part * (3 - 2 * part) : part * (2 - part);
}

/** What a declared break made of the figures: across it they do not compare. */
function leap({ metric }: Series, slot: Day): number {
  return metric.break !== undefined && slot >= metric.break.on ? metric.break.factor : 1;
}

function stockOf(series: Series, slot: Day): number {
  const drift = 0.8 + 0.5 * elapsedPart(series, slot, 0.5);
  const sway = 0.95 + 0.1 * partAt(series.seed, slot + 1);
  return Math.floor(series.scale * leap(series, slot) * drift * sway) + 1;
}

/** More before summer and before the year ends, less around the spring festival. */
const seasons = [0.8, 0.6, 1.05, 1.1, 1.1, 1.15, 1, 0.95, 1.05, 0.9, 1.1, 1.2];

function flowOf(series: Series, slot: Day): number {
  const { frequency } = series.metric;
  const months = { daily: 1 / 22, weekly: 7 / 30, monthly: 1, quarterly: 3 }[frequency];
  const sway = 0.75 + 0.5 * partAt(series.seed, slot + 1);
  const season = at(seasons, monthOf(slot) - 1);
  return Math.floor(series.scale * leap(series, slot) * months * season * sway);
}

/** A tenth too little or too much; a figure that no other one limits may be wrong either way. */
function mistaken(count: number, near: Nearness): number {
  const slip = Math.max(1, Math.floor(count / 10));
  if (near < 0.3) return count > slip ? count - slip : count + slip;
  return near > 0.7 ? count + slip : count;
}

const CASES_A_MONTH = 1_800;

function partsOf(series: Series, slot: Day, near: Nearness): Parts {
  const { template, frequency } = series.metric;
  const months = { daily: 1 / 22, weekly: 7 / 30, monthly: 1, quarterly: 3 }[frequency];
  const share = series.scale / template.scale;
  const sway = 0.75 + 0.5 * partAt(series.seed, slot + 1);
  const denominator = Math.floor(CASES_A_MONTH * share * months * sway) + 40;
  const short = 1 - template.scale / 10_000;
  const open = short * (1.6 - elapsedPart(series, slot, 0.5)) * (0.6 + 0.8 * truthOf(series, slot));
  const undone = Math.min(denominator, Math.floor(denominator * open + 0.5));
  return { numerator: denominator - Math.min(denominator, mistaken(undone, near)), denominator };
}

/** Hundredths of a percent. It stays below 97 until the milestone is reached. */
function progressOf(series: Series, slot: Day, near: Nearness): number {
  const { completion, from } = series.metric;
  const whole = Math.max(1, (completion?.on ?? from + 1) - from);
  const part = Math.min(1, Math.max(0, slot - from + room(series, near)) / whole);
  return Math.floor(9_700 * shaped(series, part));
}

const systems = ['1+3+N', '1+4+N', '1+4+N', '2+4+N', '1+5+N'];

function parameterOf(series: Series, slot: Day, near: Nearness, style: Style): Value {
  const { template, measure } = series.metric;
  const part = elapsedPart(series, slot, 0.5);
  const slip = near < 0.3 ? 1 : near > 0.7 ? 2 : 0;
  if (template.unit === undefined) {
    const place = Math.floor(part * (systems.length - 1)) + slip;
    return { label: { printed: at(systems, place % systems.length) } };
  }
  const count = template.scale + Math.floor(6 * part) + slip;
  return { quantity: printAmount(count, measure, style === 'range' ? 'full' : style) };
}

/** The valid time of a figure, in the semantics of its metric. */
export function timeOf(series: Series, slot: Day, isWorded: boolean): ValidTime {
  const { template, frequency } = series.metric;
  const end = isoDay(slot);
  switch (template.time) {
    case 'period': {
      const code = periodCode(slot, frequency);
      const start = isoDay(periodStart(slot, frequency));
      return { type: 'period', start, end, ...(code !== undefined && { code }) };
    }
    case 'yearToDate': {
      const start = `${end.slice(0, 4)}-01-01`;
      return { type: 'yearToDate', start, end, ...(isWorded && { phrase: '今年以来' }) };
    }
    case 'asOf':
    case 'averagePerPeriod': {
      const phrase = dayOfMonth(slot + 1) === 1 ? '截至月末' : '截至目前';
      return { type: 'asOf', asOf: end, ...(isWorded && { phrase }) };
    }
  }
}
