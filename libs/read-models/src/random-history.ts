import {
  lineOf,
  metricAggregate,
  timeKey,
  type LiveStatement,
  type MetricEvent,
  type MetricState,
  type SeriesKey,
  type ValidTime,
} from '@ledger/domain';
import type { LedgerEvent } from '@ledger/event-log';
import fc from 'fast-check';
import { asFact, type AnyEvent, type Fact } from './facts.js';
import {
  disputes,
  landReform,
  Ledger,
  reformOffice,
  signed,
  squareMetres,
  taskForce,
  vacated,
} from './fixtures.js';

// Random histories that the deciders could have made, for tests that compare the views with a
// plain fold: nothing here knows how the views are stored.

/** One step. What it makes of a history depends on what stands: a second report is a correction. */
export type Step =
  | { does: 'observe' | 'withdraw'; metric: number; series: number; time: number; amount: number }
  | { does: 'revise' | 'break'; metric: number; time: number; amount: number }
  | { does: 'retire'; metric: number; time: number }
  | { does: 'move'; time: number }
  | { does: 'stage' | 'rename'; amount: number }
  | { does: 'define' };

const metricDefinitions = [vacated, signed, disputes];
/** Defined by a step, if at all: until then nothing can be said about it. */
const lateDefinition = {
  ...signed,
  data: { ...signed.data, metric: 'demolished-floor-area' },
} as const satisfies AnyEvent;
export const metrics = [...metricDefinitions, lateDefinition].map(({ data }) => data.metric);
export const seriesKeys: SeriesKey[] = [{}, { street: '马田' }, { street: '公明' }];

/** Days and periods that share their last days, so that ties happen. */
export const times: ValidTime[] = [
  ...['2021-06-30', '2021-07-31', '2021-08-26'].map((day): ValidTime => ({
    type: 'asOf',
    asOf: day,
  })),
  { type: 'period', start: '2021-01-01', end: '2021-06-30' },
  { type: 'period', start: '2021-04-01', end: '2021-06-30' },
  { type: 'yearToDate', start: '2021-01-01', end: '2021-08-26' },
  { type: 'averagePerPeriod', per: 'month', asOf: '2021-07-31' },
];
export const days = ['2021-06-29', '2021-06-30', '2021-07-31', '2021-08-25', '2021-08-26'];

/** Mostly the first: only so is one time corrected, withdrawn and reported anew. */
const favouring = (list: readonly unknown[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.nat({ max: list.length - 1 }) },
  );
const observing = {
  metric: favouring(metrics),
  series: favouring(seriesKeys),
  time: favouring(times),
  amount: fc.nat({ max: 999 }),
};

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ does: fc.constant('observe' as const), ...observing }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('withdraw' as const), ...observing }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('revise' as const, 'break' as const),
      metric: observing.metric,
      time: observing.time,
      amount: observing.amount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('retire' as const),
      metric: observing.metric,
      time: observing.time,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('move' as const), time: observing.time }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom('stage' as const, 'rename' as const),
      amount: observing.amount,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'define' as const }) },
);

export const steps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 1, maxLength });

/** Of any length up to `maxLength`: left to itself, fast-check makes hardly more than ten. */
export const manySteps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 1, maxLength, size: 'max' });

/** A ledger that grows by steps, with a plain fold of its metrics to tell what stands. */
export class RandomLedger extends Ledger {
  readonly #states = new Map<string, MetricState>();
  #milestone: 'planned' | 'ongoing' | { reached: string } = 'planned';

  async begin(): Promise<void> {
    const defined: AnyEvent[] = [landReform, reformOffice, taskForce, ...metricDefinitions];
    for (const event of defined) await this.#tell(event);
  }

  async take(step: Step): Promise<void> {
    const event = this.#eventOf(step);
    if (event !== undefined) await this.#tell(event, `reason-${this.position}`);
  }

  async #tell(event: AnyEvent, reason?: string): Promise<void> {
    const synthetic = event.type === 'ObservationCorrected' ? { synthetic: true as const } : {};
    const told = asFact(await this.say(event, { ...(reason && { reason }), ...synthetic }));
    foldMetric(this.#states, told);
  }

  #eventOf(step: Step): AnyEvent | undefined {
    if ('metric' in step && !this.#states.has(metrics[step.metric] ?? '')) return undefined;
    switch (step.does) {
      case 'define':
        return this.#states.has(lateDefinition.data.metric) ? undefined : lateDefinition;
      case 'observe':
      case 'withdraw':
        return this.#statement(step);
      case 'revise':
        return {
          type: 'MetricDefinitionRevised',
          data: {
            metric: metrics[step.metric] ?? '',
            validFrom: days[step.time % days.length] ?? '',
            changes: { names: { zh: `第${step.amount}版`, en: `Version ${step.amount}` } },
          },
        };
      case 'break':
        return {
          type: 'SeriesBreakDeclared',
          data: {
            metric: metrics[step.metric] ?? '',
            validFrom: days[step.time % days.length] ?? '',
          },
        };
      case 'retire':
        // The decider refuses a second retirement.
        if (this.#states.get(metrics[step.metric] ?? '')?.status === 'retired') return undefined;
        return {
          type: 'MetricRetired',
          data: {
            metric: metrics[step.metric] ?? '',
            retiredOn: days[step.time % days.length] ?? '',
          },
        };
      case 'move':
        return this.#milestoneStep(days[step.time % days.length] ?? '');
      case 'stage':
        return {
          type: 'StageAdvanced',
          data: { reform: landReform.data.reform, to: 'pilot', on: '2021-08-26' },
        };
      case 'rename':
        return {
          type: 'UnitRenamed',
          data: {
            unit: reformOffice.data.unit,
            names: { zh: `改革办${step.amount}`, en: `Office ${step.amount}` },
          },
        };
    }
  }

  #statement({ does, ...chosen }: Step & { does: 'observe' | 'withdraw' }): AnyEvent | undefined {
    const metric = metrics[chosen.metric] ?? '';
    const series = seriesKeys[chosen.series] ?? {};
    const time = times[chosen.time] ?? { type: 'asOf', asOf: '2021-08-26' };
    const value = squareMetres(String(chosen.amount), `${chosen.amount}平方米`);
    const standing = live(this.#states.get(metric), series).find(
      (one) => timeKey(one.time) === timeKey(time),
    );
    const about = { metric, series, time };
    if (standing === undefined) {
      if (does === 'withdraw') return undefined;
      return { type: 'ObservationReported', data: { ...about, value } };
    }
    const { observation, event } = standing;
    return does === 'withdraw'
      ? { type: 'ObservationWithdrawn', data: { ...about, observation, withdraws: event } }
      : {
          type: 'ObservationCorrected',
          data: { ...about, observation, corrects: event, value, errorClass: 'typing' },
        };
  }

  #milestoneStep(date: string): AnyEvent {
    const { milestone } = taskForce.data;
    const on = { type: 'date', date } as const;
    if (this.#milestone === 'planned') {
      this.#milestone = 'ongoing';
      return { type: 'MilestoneReportedOngoing', data: { milestone, on } };
    }
    if (this.#milestone === 'ongoing') {
      this.#milestone = { reached: this.nextId };
      return { type: 'MilestoneReached', data: { milestone, on } };
    }
    const { reached } = this.#milestone;
    this.#milestone = 'planned';
    return { type: 'MilestoneReachRevoked', data: { milestone, revokes: reached } };
  }
}

/** Every metric as the domain sees it after the events up to a position. */
export function metricsKnownAt(events: LedgerEvent[], knownAt: number): Map<string, MetricState> {
  const states = new Map<string, MetricState>();
  for (const event of events.slice(0, knownAt)) foldMetric(states, asFact(event));
  return states;
}

/** What stands in one series, by the domain's own fold. */
export const live = (state: MetricState | undefined, series: SeriesKey): LiveStatement[] =>
  state === undefined || state.status === 'none' ? [] : [...lineOf(state, series)];

function foldMetric(states: Map<string, MetricState>, fact: Fact): void {
  const event = metricEventOf(fact);
  if (event === undefined) return;
  const { metric } = event.data;
  const before = states.get(metric) ?? metricAggregate.initial();
  const { id, revision } = fact;
  states.set(metric, metricAggregate.evolve(before, { ...event, id, revision }));
}

function metricEventOf(fact: Fact): MetricEvent | undefined {
  switch (fact.type) {
    case 'MetricDefined':
      return { type: fact.type, data: fact.data };
    case 'MetricDefinitionRevised':
      return { type: fact.type, data: fact.data };
    case 'ObservationReported':
      return { type: fact.type, data: fact.data };
    case 'ObservationCorrected':
      return { type: fact.type, data: fact.data };
    case 'ObservationWithdrawn':
      return { type: fact.type, data: fact.data };
    case 'SeriesBreakDeclared':
      return { type: fact.type, data: fact.data };
    case 'MetricRetired':
      return { type: fact.type, data: fact.data };
    default:
      return undefined;
  }
}
