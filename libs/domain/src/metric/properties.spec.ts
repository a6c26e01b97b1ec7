import * as fc from 'fast-check';
import type { Recorded } from '../decision.js';
import { eventIdAt, frozen, plain, recorded } from '../given-when-then.js';
import { printedSeed } from '../quantity/fixtures.js';
import { timeKey, validOn } from '../time/valid-time.js';
import type { MetricCommand } from './commands.js';
import { decide } from './decide.js';
import type { MetricEvent } from './events.js';
import {
  asOf,
  correct,
  defined,
  disputesResolved,
  period,
  report,
  signedArea,
  today,
  value,
  withdraw,
  type Metric,
} from './fixtures.js';
import { certainlyBelow } from './line.js';
import type { LiveStatement } from './live-line.js';
import { evolve, initial, lineOf, type MetricState } from './state.js';

const seed = printedSeed('metric decisions');

// Few days and few amounts, so that commands meet each other.
const day = fc.integer({ min: 1, max: 12 }).map((n) => `2021-08-${String(n).padStart(2, '0')}`);
const printedArea = fc
  .tuple(
    fc.constantFrom('', '', '', '', '约', '超', '近'),
    fc.integer({ min: 60, max: 75 }),
    fc.constantFrom('', '', '.1', '.6', '.25'),
  )
  .map(([mark, whole, decimals]) => `${mark}${whole}${decimals}万平方米`);
const printedCases = fc.integer({ min: 0, max: 5 }).map((count) => `${count}宗`);
const target = fc.integer({ min: 0, max: 30 }).map(eventIdAt);

const areaCommand: fc.Arbitrary<MetricCommand> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(day, printedArea).map(reportArea) },
  {
    weight: 3,
    arbitrary: fc.tuple(target, printedArea).map(([id, text]) => correct(signedArea, id, text)),
  },
  { weight: 1, arbitrary: target.map((id) => withdraw(signedArea, id)) },
  {
    weight: 1,
    arbitrary: day.map((validFrom): MetricCommand => ({
      type: 'DeclareSeriesBreak',
      today,
      metric: signedArea.metric,
      validFrom,
      reason: '统计口径调整',
      facts: { missingReferences: [] },
    })),
  },
);

function reportArea([date, printed]: [string, string]): MetricCommand {
  return report(signedArea, asOf(date), printed);
}

const casesCommand: fc.Arbitrary<MetricCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(day, day, printedCases)
      .map(([a, b, text]) =>
        report(disputesResolved, period(...(a < b ? ([a, b] as const) : ([b, a] as const))), text),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(target, printedCases)
      .map(([id, text]) => correct(disputesResolved, id, text)),
  },
  { weight: 2, arbitrary: target.map((id) => withdraw(disputesResolved, id)) },
);

const fold = (events: readonly MetricEvent[]): MetricState =>
  recorded(events).reduce(evolve, initial());

type Run = { events: MetricEvent[]; state: MetricState; outcomes: string[] };

/** Decides commands one after the other; each decision is checked on its own as well. */
function decideAll(of: Metric, commands: readonly MetricCommand[]): Run {
  const events: MetricEvent[] = [defined(of)];
  let state = fold(events);
  const outcomes: string[] = [];
  for (const command of commands) {
    const before = plain(state);
    const decision = decide(frozen(command), state);
    expect(plain(state)).toEqual(before);
    outcomes.push(decision.outcome);
    if (decision.outcome !== 'accepted') continue;
    const [event] = decision.events;
    const id = eventIdAt(events.length);
    const stored: Recorded<MetricEvent> = frozen({ ...event, id, revision: events.length });
    state = evolve(state, stored);
    events.push(event);
    expect(decide(command, state)).toEqual({ outcome: 'unchanged', existing: id });
  }
  return { events, state, outcomes };
}

const liveLine = (state: MetricState): readonly LiveStatement[] =>
  state.status === 'none' ? [] : lineOf(state, {});

const correctedOn = (events: readonly MetricEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'ObservationCorrected' ? [validOn(event.data.time)] : [],
  );

/** I4: later is never certainly less, but by a correction or across a break, after the earlier. */
function unexplainedFalls({ events, state }: Run): [LiveStatement, LiveStatement][] {
  const breaks = state.status === 'none' ? [] : state.breaks.map(({ validFrom }) => validFrom);
  const explained = [...breaks, ...correctedOn(events)];
  const line = liveLine(state);
  return line
    .flatMap((earlier, index) =>
      line.slice(index + 1).map((later): [LiveStatement, LiveStatement] => [earlier, later]),
    )
    .filter(([earlier, later]) => certainlyBelow(later.value, earlier.value))
    .filter(([earlier, later]) => {
      const [from, to] = [validOn(earlier.time), validOn(later.time)];
      return !explained.some((date) => from < date && date <= to);
    });
}

describe('any sequence of commands', () => {
  it('keeps a cumulative line from falling, but by a correction or a break', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(areaCommand, { maxLength: 30 }), (commands) => {
        const run = decideAll(signedArea, commands);
        run.outcomes.forEach((outcome) => seen.add(outcome));
        expect(unexplainedFalls(run)).toEqual([]);
      }),
      { seed, numRuns: 400 },
    );
    expect([...seen].sort()).toEqual(['accepted', 'refused', 'unchanged']);
  });

  it('leaves one live statement for a time, in order, which its chain leads to', () => {
    fc.assert(
      fc.property(fc.array(areaCommand, { maxLength: 30 }), (commands) => {
        const { events, state } = decideAll(signedArea, commands);
        const line = liveLine(state);
        const keys = line.map(({ time }) => timeKey(time));
        expect(new Set(keys).size).toBe(keys.length);
        const days = line.map(({ time }) => validOn(time));
        expect(days).toEqual([...days].sort());
        if (state.status === 'none') throw new Error('The metric is defined.');
        const standing = [...new Set(state.chains.values())].flatMap((chain) =>
          chain.standing.status === 'live' ? [chain.standing.statement] : [],
        );
        expect(new Set(line)).toEqual(new Set(standing));
        expect(plain(state)).toEqual(plain(fold(events)));
      }),
      { seed, numRuns: 200 },
    );
  });

  it('keeps the periods of a flow apart', () => {
    fc.assert(
      fc.property(fc.array(casesCommand, { maxLength: 30 }), (commands) => {
        const line = liveLine(decideAll(disputesResolved, commands).state);
        const ends = line.flatMap(({ time }) =>
          time.type === 'period' ? [time.start, time.end] : [],
        );
        const starts = line.flatMap(({ time }) => (time.type === 'period' ? [time.start] : []));
        expect(ends).toEqual([...ends].sort());
        expect(new Set(starts).size).toBe(starts.length);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('refuses a first report exactly when some other one shows a certain fall', () => {
    const reports = fc.array(fc.tuple(day, printedArea).map(reportArea), { maxLength: 20 });
    const seen = { refused: 0, accepted: 0 };
    fc.assert(
      fc.property(reports, day, printedArea, (commands, on, printed) => {
        const { state } = decideAll(signedArea, commands);
        const line = liveLine(state);
        if (line.some(({ time }) => validOn(time) === on)) return;
        const figure = value(signedArea, printed);
        const falls = line.some((other) =>
          validOn(other.time) < on
            ? certainlyBelow(figure, other.value)
            : certainlyBelow(other.value, figure),
        );
        const { outcome } = decide(report(signedArea, asOf(on), printed), state);
        expect(outcome).toBe(falls ? 'refused' : 'accepted');
        seen[falls ? 'refused' : 'accepted'] += 1;
      }),
      { seed, numRuns: 500 },
    );
    expect(seen.refused).toBeGreaterThan(0);
    expect(seen.accepted).toBeGreaterThan(0);
  });
});
