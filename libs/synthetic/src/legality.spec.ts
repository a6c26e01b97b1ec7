import { evenHistory } from './even-history.js';
import { freshSeed, Judge } from './fixtures.js';
import { syntheticHistory } from './synthetic-history.js';
import type { Told } from './telling.js';

function refusalsOf(history: Iterable<Told>): string[] {
  const judge = new Judge();
  const refusals: string[] = [];
  for (const told of history) {
    const refusal = judge.judge(told);
    if (refusal !== undefined) refusals.push(`${JSON.stringify(told.event.data)}: ${refusal}`);
  }
  return refusals.slice(0, 3);
}

describe('a synthetic history', () => {
  const seeds = [0, 7, freshSeed(), freshSeed()];

  it.each(seeds)('is one that the domain would have accepted, event by event (seed %d)', (seed) => {
    expect(refusalsOf(syntheticHistory({ events: 5_000, seed }))).toEqual([]);
  });

  it.each([
    { events: 8_000, metrics: 37, seed: freshSeed() },
    { events: 15_000, metrics: 60, seed: freshSeed() },
    { events: 25_000, metrics: 3, seed: freshSeed() },
    { events: 4_000, metrics: 1, seed: freshSeed() },
    { events: 6_000, metrics: 1_500, seed: freshSeed() },
    { events: 6_000, metrics: 120, seed: freshSeed(), until: '2019-02-28' },
  ])('is so with other metrics and days as well (%j)', (options) => {
    expect(refusalsOf(syntheticHistory(options))).toEqual([]);
  });

  it.each([
    { events: 5_000, metrics: 20, seed: freshSeed() },
    { events: 12_000, metrics: 1, seed: freshSeed() },
  ])('is so in its even form (%j)', (options) => {
    expect(refusalsOf(evenHistory(options))).toEqual([]);
  });
});

describe('the judge of these tests', () => {
  it('refuses a history with a figure that is not what its print says', () => {
    const history = [...syntheticHistory({ events: 600, seed: 7 })];
    const reported = history.find(({ event }) => event.type === 'ObservationReported');
    const value = reported?.event.data['value'];
    if (typeof value !== 'object' || value === null || !('quantity' in value)) throw new Error();
    Object.assign(value, { quantity: { unit: 'm2', qualifier: 'exact', printed: '5平方米' } });
    expect(refusalsOf(history)).not.toEqual([]);
  });

  it('refuses a history in which an event is missing', () => {
    const history = [...syntheticHistory({ events: 600, seed: 7 })];
    const defined = history.findIndex(({ event }) => event.type === 'MetricDefined');
    history.splice(defined, 1);
    expect(refusalsOf(history)).not.toEqual([]);
  });
});
