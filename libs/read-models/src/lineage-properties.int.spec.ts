import { timeKey, validOn, type MetricState } from '@ledger/domain';
import type { LedgerEvent } from '@ledger/event-log';
import fc from 'fast-check';
import { asFact } from './facts.js';
import { Workspace } from './fixtures.js';
import type { Vintage } from './models/vintages/answers.js';
import {
  days,
  live,
  metrics,
  metricsKnownAt,
  manySteps,
  RandomLedger,
  seriesKeys,
  times,
} from './random-history.js';
import type { Views } from './views.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`lineage properties: FC_SEED=${seed}`);

type History = { views: Views; events: LedgerEvent[]; states: Map<string, MetricState>[] };

/** Checks a claim for random histories; `states[p]` is the domain's fold of the first p events. */
async function forEveryHistory(claim: (history: History) => void, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(manySteps(40), async (taken) => {
    const place = new Workspace();
    try {
      const ledger = new RandomLedger();
      await ledger.begin();
      for (const step of taken) await ledger.take(step);
      const events = await ledger.log.readAll({ after: '0', limit: 1_000 });
      const positions = Array.from({ length: events.length + 1 }, (_, position) => position);
      const states = positions.map((position) => metricsKnownAt(events, position));
      claim({ views: await place.viewsOf(ledger), events, states });
    } finally {
      place.remove();
    }
  });
  await fc.assert(property, { seed, numRuns });
}

describe('for every history, where figures come from', () => {
  it('histories correct what stands and withdraw it', async () => {
    const ledger = new RandomLedger();
    await ledger.begin();
    for (const time of times.keys()) {
      const about = { metric: 0, series: 1, time, amount: 1 };
      await ledger.take({ does: 'observe', ...about });
      await ledger.take({ does: 'observe', ...about });
      await ledger.take({ does: 'withdraw', ...about });
      await ledger.take({ does: 'withdraw', ...about });
    }

    const events = await ledger.log.readAll({ after: '6', limit: 1_000 });

    const types = ['ObservationReported', 'ObservationCorrected', 'ObservationWithdrawn'];
    expect(events.map(({ type }) => type)).toEqual(times.flatMap(() => types));
  });

  it('the vintages say at each position what a plain fold has standing there', async () => {
    await forEveryHistory(({ views, events, states }) => {
      const head = events.length;
      for (const metric of metrics) {
        for (const knownAt of [Math.floor(head / 2), head]) {
          const found = allVintages(views, { metric, knownAt: String(knownAt) });
          const said = events
            .slice(0, knownAt)
            .filter(({ type, stream }) => {
              return type.startsWith('Observation') && stream === `metric-${metric}`;
            })
            .map(({ id }) => id);

          expect(found.flatMap(idsOf).sort()).toEqual([...said].sort());
          for (const vintage of found) {
            for (let position = 0; position <= knownAt; position += 1) {
              expect(standingAt(vintage, position)).toEqual(
                foldedAt(states[position]?.get(metric), vintage),
              );
            }
            expect(vintage.latest?.eventId).toEqual(
              foldedAt(states[knownAt]?.get(metric), vintage),
            );
          }
        }
      }
    }, 15);
  });

  it('what is said to have been known on a day is what was known then', async () => {
    await forEveryHistory(({ views, events, states }) => {
      const knownAt = String(events.length);
      for (const metric of metrics) {
        for (let position = 0; position <= events.length; position += 3) {
          const asked = { metric, knownAt, asKnownOn: String(position) };
          for (const vintage of allVintages(views, asked)) {
            const folded = foldedAt(states[position]?.get(metric), vintage);
            const isUnsaid = Number(vintage.first.position) > position;

            expect(vintage.asKnown?.eventId).toBe(folded);
            expect(vintage.asKnownAbsence).toBe(
              folded === undefined ? (isUnsaid ? 'notYetStated' : 'withdrawn') : undefined,
            );
          }
        }
      }
    }, 15);
  });

  it('the chain of a figure is that of a plain fold, and its definition the events in force', async () => {
    await forEveryHistory(({ views, events, states }) => {
      for (let knownAt = 0; knownAt <= events.length; knownAt += 2) {
        for (const metric of metrics) {
          for (const validAt of days) {
            const why = views.why({ metric, knownAt: String(knownAt), validAt });
            const state = states[knownAt]?.get(metric);
            const known = events.slice(0, knownAt);
            const definition = known.filter((event) => isInForce(event, metric, validAt));

            expect(why === undefined).toBe(state === undefined);
            expect(why?.definition.map(({ eventId }) => eventId) ?? []).toEqual(
              definition.map(({ id }) => id),
            );
            const shown = (why?.series ?? []).flatMap(({ figure, chain, positions }) =>
              figure === undefined
                ? []
                : [{ stands: figure.eventId, chain: chain.map((one) => one.eventId), positions }],
            );
            const expected = seriesKeys.flatMap((series) => {
              const latest = latestOf(state, series, validAt, known);
              if (latest === undefined) return [];
              const chain = known.filter((event) => observationOf(event) === latest.observation);
              const all = [...definition, ...chain].map(({ position }) => Number(position));
              return [
                {
                  stands: latest.event,
                  chain: chain.map(({ id }) => id),
                  positions: all.sort((a, b) => a - b).map(String),
                },
              ];
            });
            const byEvent = (a: { stands: string }, b: { stands: string }) =>
              a.stands < b.stands ? -1 : 1;
            expect(shown.sort(byEvent)).toEqual(expected.sort(byEvent));
          }
        }
      }
    }, 10);
  });

  it('every row of the board names the events of its definition and of its figures', async () => {
    await forEveryHistory(({ views, events }) => {
      for (let knownAt = 0; knownAt <= events.length; knownAt += 3) {
        for (const validAt of days) {
          const { highlights } = views.board({ knownAt: String(knownAt), validAt });
          for (const item of highlights.flatMap(({ items }) => items)) {
            if (item.kind !== 'metric') continue;
            const why = views.why({ metric: item.id, knownAt: String(knownAt), validAt });

            const positions = item.values.map((value) =>
              [...item.positions, ...value.positions].sort((a, b) => Number(a) - Number(b)),
            );
            expect(positions).toEqual(
              (why?.series ?? []).flatMap((series) => (series.figure ? [series.positions] : [])),
            );
          }
        }
      }
    }, 10);
  });
});

/** All pages, three items each; a valid time is never told twice. */
function allVintages(
  views: Views,
  request: { metric: string; knownAt: string; asKnownOn?: string },
): Vintage[] {
  const found: Vintage[] = [];
  for (let next: string | null | undefined; next !== null;) {
    const page = views.vintages({
      ...request,
      limit: 3,
      ...(next !== undefined && { after: next }),
    });
    found.push(...(page?.items ?? []));
    next = page?.next ?? null;
  }
  const times = found.map(({ series, time }) => `${JSON.stringify(series)} ${timeKey(time)}`);
  expect(new Set(times).size).toBe(times.length);
  return found;
}

const idsOf = ({ statements }: Vintage): string[] => statements.map(({ eventId }) => eventId);

/** Which statement's interval holds a position; a withdrawal's holds nothing. */
function standingAt({ statements }: Vintage, position: number): string | undefined {
  const holding = statements.filter(
    ({ knownFrom, knownTo }) =>
      Number(knownFrom.position) <= position &&
      (knownTo === null || position < Number(knownTo.position)),
  );
  expect(holding.length).toBeLessThanOrEqual(1);
  const [one] = holding;
  return one === undefined || one.statement === 'withdrawn' ? undefined : one.eventId;
}

const foldedAt = (state: MetricState | undefined, { series, time }: Vintage) =>
  live(state, series).find((one) => timeKey(one.time) === timeKey(time))?.event;

function latestOf(
  state: MetricState | undefined,
  series: Vintage['series'],
  validAt: string,
  events: LedgerEvent[],
) {
  const place = (id: string) => events.findIndex((event) => event.id === id);
  return live(state, series)
    .filter(({ time }) => validOn(time) <= validAt)
    .sort((a, b) => {
      const [mine, theirs] = [validOn(a.time), validOn(b.time)];
      return mine === theirs ? place(b.event) - place(a.event) : mine < theirs ? 1 : -1;
    })[0];
}

function observationOf(event: LedgerEvent): string | undefined {
  const fact = asFact(event);
  if (fact.type === 'ObservationReported') return fact.id;
  return fact.type === 'ObservationCorrected' || fact.type === 'ObservationWithdrawn'
    ? fact.data.observation
    : undefined;
}

function isInForce(event: LedgerEvent, metric: string, validAt: string): boolean {
  if (event.stream !== `metric-${metric}`) return false;
  const fact = asFact(event);
  switch (fact.type) {
    case 'MetricDefined':
      return true;
    case 'MetricDefinitionRevised':
    case 'SeriesBreakDeclared':
      return fact.data.validFrom <= validAt;
    case 'MetricRetired':
      return fact.data.retiredOn <= validAt;
    default:
      return false;
  }
}
