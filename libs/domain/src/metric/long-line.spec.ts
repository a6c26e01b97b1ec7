import { frozen, plain } from '../given-when-then.js';
import { printedSeed } from '../quantity/fixtures.js';
import { compareTimes } from '../time/valid-time.js';
import type { MetricCommand } from './commands.js';
import { decide } from './decide.js';
import type { MetricEvent } from './events.js';
import { asOf, correct, defined, report, signedArea, withdraw } from './fixtures.js';
import { certainlyBelow } from './line.js';
import { BLOCK, edgesOf, grainOf, type LiveStatement } from './live-line.js';
import { evolve, initial, lineOf, type DefinedMetric, type MetricState } from './state.js';

const seed = printedSeed('long lines');
const STATEMENTS = 3_000;

/** mulberry32 over the printed seed: the same numbers from 0 up to 1 for the same seed. */
function generator(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAYS = 40_000;
const dayOf = (index: number): string =>
  new Date(Date.UTC(1900, 0, 1 + index)).toISOString().slice(0, 10);

/** How figures are marked, by how much they rise a day, and whether that sends walks a long way. */
type Habit = { marks: readonly string[]; slope: number; goesFar?: true };
const habits: { [name: string]: Habit } = {
  'exact figures that rise': { marks: [''], slope: 1 },
  'figures of every kind that rise slowly': { marks: ['', '', '约', '超', '近'], slope: 0.01 },
  'lower bounds that stand still': { marks: ['超', '超', '超', '约'], slope: 0, goesFar: true },
  'now and then a bounded figure among others': {
    marks: [...Array.from({ length: 400 }, (_, at) => (at % 40 ? '约' : '超')), '近'],
    slope: 0.002,
    goesFar: true,
  },
};

type Growth = { events: MetricEvent[]; state: MetricState; refused: number; walked: number };

/** Grows a line by what is decided, a third of it late, corrected or withdrawn. */
function grow(random: () => number, habit: Habit): Growth {
  const events: MetricEvent[] = [defined(signedArea)];
  const growth: Growth = { events, state: folded(events), refused: 0, walked: 0 };
  for (let tried = 0; events.length < STATEMENTS && tried < 4 * STATEMENTS; tried += 1) {
    const command = next(random, habit, events.length);
    const decision = decide(frozen(command), growth.state);
    if (tried % 8 === 0) expectWalkedOut(command, growth, decision);
    if (decision.outcome !== 'accepted') {
      growth.refused += Number(decision.outcome === 'refused');
      continue;
    }
    const [event] = decision.events;
    growth.state = evolve(growth.state, stored(event, events.length));
    events.push(event);
  }
  return growth;
}

function next(random: () => number, { marks, slope }: Habit, count: number): MetricCommand {
  const target = `event-${1 + Math.floor(random() * count)}`;
  const mark = marks[Math.floor(random() * marks.length)] ?? '';
  const kind = random();
  const isLate = kind > 0.8;
  const index = Math.floor((isLate ? random() : 0.1 + 0.9 * (count / STATEMENTS)) * (DAYS - 1));
  const decimals = ['', '', '.5', '.25'][Math.floor(random() * 4)] ?? '';
  const whole = 100 + Math.floor(index * slope + random() * 3);
  const printed = `${mark}${whole}${decimals}万平方米`;
  if (kind < 0.1) return correct(signedArea, target, printed);
  if (kind < 0.15) return withdraw(signedArea, target);
  return report(signedArea, asOf(dayOf(index)), printed);
}

const stored = (event: MetricEvent, revision: number) =>
  frozen({ ...event, id: `event-${revision}`, revision });
const folded = (events: readonly MetricEvent[]): MetricState =>
  events.map(stored).reduce(evolve, initial());
const known = (state: MetricState): DefinedMetric => {
  if (state.status === 'none') throw new Error('The metric is defined.');
  return state;
};

/** The decision's refusals name the very neighbours that a look at one statement after the other finds. */
function expectWalkedOut(
  command: MetricCommand,
  growth: Growth,
  decision: ReturnType<typeof decide>,
): void {
  if (command.type !== 'ReportObservation' || decision.outcome === 'unchanged') return;
  const line = lineOf(known(growth.state), {});
  if (line.some(({ time }) => compareTimes(time, command.time) === 0)) return;
  const value = valueOf(command);
  const place = line.filter(({ time }) => compareTimes(time, command.time) < 0).length;
  const walked = [
    walkedOut(line.slice(0, place).reverse(), value, 'earlier'),
    walkedOut(line.slice(place), value, 'later'),
  ];
  growth.walked = Math.max(growth.walked, ...walked.map(({ steps }) => steps));
  const expected = walked.flatMap(({ found }) => (found ? [found] : []));
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  expect(refusals.map(({ facts }) => facts?.['eventId'])).toEqual(expected);
}

/** The figure as the ledger would take it on an empty line. */
function valueOf(command: MetricCommand): LiveStatement['value'] {
  const decision = decide(command, folded([defined(signedArea)]));
  if (decision.outcome !== 'accepted') throw new Error('A figure that is no figure.');
  const [event] = decision.events;
  if (event.type !== 'ObservationReported') throw new Error('No report.');
  return event.data.value;
}

/** The rule spelled out: no blocks, no shortcuts, one statement after the other. */
function walkedOut(
  others: LiveStatement[],
  value: LiveStatement['value'],
  side: 'earlier' | 'later',
): { found?: string; steps: number } {
  const mine = edgesOf(value);
  for (const [index, other] of others.entries()) {
    const theirs = edgesOf(other.value);
    const steps = index + 1;
    const [low, high] = side === 'earlier' ? [value, other.value] : [other.value, value];
    if (certainlyBelow(low, high)) return { found: other.event, steps };
    if (side === 'earlier' && other.replaces !== undefined && theirs.lower) return { steps };
    const grain = grainOf(value);
    if (grain !== undefined && grain === grainOf(other.value)) return { steps };
    const [inner, outer] =
      side === 'earlier' ? [theirs.upper, mine.upper] : [mine.lower, theirs.lower];
    if (side === 'earlier' ? outer === undefined : inner === undefined) return { steps };
    if (inner && outer && inner.value.lt(outer.value)) return { steps };
  }
  return { steps: others.length };
}

describe.each(Object.entries(habits))('a line of 3,000 statements: %s', (_name, habit) => {
  it('is decided on as if it had just been folded, by neighbours however far they are', () => {
    const random = generator(seed);

    const grown = grow(random, habit);

    const scratch = folded(grown.events);
    expect(plain(grown.state)).toEqual(plain(scratch));
    for (let turn = 0; turn < 300; turn += 1) {
      const probing = turn % 2 ? habit : { ...habit, marks: ['', '近', '超'] };
      const command = frozen(next(random, probing, 1 + turn * 10));
      const decision = decide(command, grown.state);
      expect(decision).toEqual(decide(command, scratch));
      expectWalkedOut(command, grown, decision);
    }
    expect(lineOf(known(grown.state), {}).length).toBeGreaterThan(2 * BLOCK);
    expect(grown.refused).toBeGreaterThan(0);
    if (habit.goesFar) expect(grown.walked).toBeGreaterThan(2 * BLOCK);
  });
});

describe('far beyond figures that say too little', () => {
  /** Decides and folds; each figure stands on the day of its place in the list. */
  function lineAfter(figures: readonly string[], changes: readonly MetricCommand[] = []) {
    const reports = figures.map((printed, day) => report(signedArea, asOf(dayOf(day)), printed));
    const events: MetricEvent[] = [defined(signedArea)];
    let state = folded(events);
    for (const command of [...reports, ...changes]) {
      const decision = decide(command, state);
      if (decision.outcome !== 'accepted') throw new Error(JSON.stringify(decision));
      state = evolve(state, stored(decision.events[0], events.length));
      events.push(decision.events[0]);
    }
    return state;
  }
  const vague = (blocks: number) => Array.from({ length: blocks * BLOCK }, () => '约150万平方米');
  /** What was reported on a day is the event after that many others and the definition. */
  const onDay = (day: number) => `event-${day + 1}`;
  const end = 4 * BLOCK;
  const atEnd = report(signedArea, asOf(dayOf(end)), '近200万平方米');
  const high = '900万平方米';

  it('an earlier figure above the new one is found', () => {
    const state = lineAfter([high, ...vague(3)]);
    expect(decide(atEnd, state)).toMatchObject({
      outcome: 'refused',
      refusals: [{ code: 'CUMULATIVE_FALLS', facts: { neighbour: 'earlier', eventId: onDay(0) } }],
    });
  });

  it('a correction on the way there lets the line count anew', () => {
    const middle = Math.floor(1.5 * BLOCK);
    const state = lineAfter(
      [high, ...vague(3)],
      [correct(signedArea, onDay(middle), '超100万平方米')],
    );
    expect(decide(atEnd, state).outcome).toBe('accepted');
  });

  it('a lower figure on the way there ends the search', () => {
    const middle = Math.floor(1.5 * BLOCK);
    const lower = report(signedArea, asOf(dayOf(3 * BLOCK + 10)), '近160万平方米');
    const state = lineAfter(
      [high, ...vague(3)],
      [
        correct(signedArea, onDay(middle), '超100万平方米'),
        lower,
        withdraw(signedArea, `event-${3 * BLOCK + 2}`),
      ],
    );
    expect(decide(atEnd, state).outcome).toBe('accepted');
  });

  it('a later figure below the new one is found, unless a higher one stands before it', () => {
    const first = report(signedArea, asOf('1899-12-31'), '超200万平方米');
    const below = correct(signedArea, onDay(3 * BLOCK - 1), '近100万平方米');
    expect(decide(first, lineAfter(vague(3), [below]))).toMatchObject({
      outcome: 'refused',
      refusals: [{ facts: { neighbour: 'later', eventId: `event-${3 * BLOCK + 1}` } }],
    });
    const above = correct(signedArea, onDay(Math.floor(1.5 * BLOCK)), '超500万平方米');
    expect(decide(first, lineAfter(vague(3), [above, below])).outcome).toBe('accepted');
  });

  it('a break on the way there ends the search as well', () => {
    const state = lineAfter(
      [high, ...vague(3)],
      [
        {
          type: 'DeclareSeriesBreak',
          today: '2021-09-01',
          metric: signedArea.metric,
          validFrom: dayOf(Math.floor(1.5 * BLOCK)),
          reason: '统计口径调整',
          facts: { missingReferences: [] },
        },
      ],
    );
    expect(decide(atEnd, state).outcome).toBe('accepted');
  });
});
