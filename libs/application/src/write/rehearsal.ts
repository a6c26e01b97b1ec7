import {
  shanghaiDate,
  type LedgerRequest,
  type MetricRequest,
  type MetricState,
  type MilestoneRequest,
  type MilestoneState,
  type Recorded,
  type ReformRequest,
  type ReformState,
  type Refusal,
  type UnitRequest,
  type UnitState,
} from '@ledger/domain';
import type { Clock, EventLogReader } from '@ledger/event-log';
import { AggregateStore } from './aggregate-store.js';
import { metrics, milestones, reforms, units, type Written } from './aggregates.js';
import { streamExists, type Circumstances, type Lookups } from './complete.js';

/**
 * Decides requests one after the other as if each had been appended, and appends nothing: so that a
 * file can be judged whole before its first write. Reads the log, keeps what would follow to itself.
 */
export class Rehearsal {
  readonly #metrics: Stage<MetricRequest, MetricState>;
  readonly #milestones: Stage<MilestoneRequest, MilestoneState>;
  readonly #reforms: Stage<ReformRequest, ReformState>;
  readonly #units: Stage<UnitRequest, UnitState>;
  readonly #isRecorded: Lookups['exists'];

  constructor(
    log: EventLogReader,
    private readonly clock: Clock,
  ) {
    this.#metrics = stage(log, metrics);
    this.#milestones = stage(log, milestones);
    this.#reforms = stage(log, reforms);
    this.#units = stage(log, units);
    this.#isRecorded = streamExists(log);
  }

  /** Why the ledger would refuse the request at this point; empty when it would not. */
  async decide(request: LedgerRequest, evidenced: boolean): Promise<Refusal[]> {
    const lookups: Lookups = {
      exists: (stream) => this.#exists(stream),
      milestoneReached: async (id) =>
        (await this.#milestones.state(`milestone-${id}`)).status === 'reached',
    };
    const today = shanghaiDate(new Date(this.clock()).toISOString());
    const circumstances: Circumstances = { today, evidenced, lookups };
    if ('metric' in request) return this.#metrics.decide(request.metric, request, circumstances);
    if ('milestone' in request) {
      return this.#milestones.decide(request.milestone, request, circumstances);
    }
    if ('reform' in request) return this.#reforms.decide(request.reform, request, circumstances);
    return this.#units.decide(request.unit, request, circumstances);
  }

  async #exists(stream: string): Promise<boolean> {
    const stages = [this.#metrics, this.#milestones, this.#reforms, this.#units];
    if (stages.some((each) => each.played.has(stream))) return true;
    return this.#isRecorded(stream);
  }
}

/** One aggregate's states in a rehearsal; `played` holds the streams that got events in it. */
type Stage<R, S> = {
  played: Set<string>;
  state(stream: string): Promise<S>;
  decide(id: string, request: R, circumstances: Circumstances): Promise<Refusal[]>;
};

function stage<R, S extends object, C, E extends { type: string; data: object }>(
  log: EventLogReader,
  { aggregate, complete }: Written<R, S, C, E>,
): Stage<R, S> {
  const store = new AggregateStore(aggregate, log);
  const states = new Map<string, S>();
  const played = new Set<string>();
  let count = 0;
  const state = async (stream: string): Promise<S> => {
    const kept = states.get(stream) ?? (await store.load(stream)).state;
    states.set(stream, kept);
    return kept;
  };
  return {
    played,
    state,
    decide: async (id, request, circumstances) => {
      const stream = `${aggregate.category}-${id}`;
      let current: S = await state(stream);
      const decision = aggregate.decide(await complete(request, current, circumstances), current);
      if (decision.outcome === 'refused') return decision.refusals;
      if (decision.outcome === 'unchanged') return [];
      for (const event of decision.events) {
        count += 1;
        const recorded: Recorded<E> = { ...event, id: `rehearsed-${count}`, revision: count };
        current = aggregate.evolve(current, recorded);
      }
      states.set(stream, current);
      played.add(stream);
      return [];
    },
  };
}
