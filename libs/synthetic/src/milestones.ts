import type { MilestonePlanned, Text } from '@ledger/domain';
import type { Act, Said } from './acts.js';
import { isoDay, type Day } from './calendar.js';
import { reforms } from './catalogue.js';
import type { Metric, Span } from './metrics.js';
import { PREFIX, unitId } from './places.js';
import { mixed, partAt } from './random.js';

const REPORTED_EVERY_DAYS = 95;
const REVOKED = 0.1;

/** The goals of the reforms, and the completion of what has a progress. */
export function milestoneActs(metrics: readonly Metric[], span: Span, seed: number): Act[] {
  const goals = reforms.flatMap((reform, highlight) =>
    reform.goals.map((names, goal) => ({ reform, highlight, names, goal })),
  );
  const wanted = Math.ceil(metrics.length / 4);
  return [
    ...goals
      .filter((_, place) => (place * 29) % goals.length < wanted)
      .flatMap(({ reform, highlight, names, goal }) => {
        const id = `${PREFIX}-${reform.key}-goal-${goal + 1}`;
        const place = { highlight, item: 2_000 + goal };
        const planned = {
          ...planOf(id, `${PREFIX}-${reform.key}`, names, unitId(reform.office)),
          place,
        };
        return goalActs(
          planned,
          goal,
          span,
          mixed(seed ^ Math.imul(highlight * 8 + goal, 0x2545f)),
        );
      }),
    ...metrics.flatMap((metric) => completionActs(metric, span)),
  ];
}

type Plan = MilestonePlanned['data'];

const planOf = (milestone: string, reform: string, names: Text, leadUnit: string): Plan => ({
  milestone,
  reform,
  names,
  leadUnit,
  participants: [],
  characteristics: {},
  relations: [],
});

function goalActs(plan: Plan, goal: number, span: Span, seed: number): Act[] {
  const days = span.last - span.first;
  const planned = span.first + 2 + Math.floor(days * 0.12 * goal);
  const reached = planned + Math.floor(days * (0.12 + 0.35 * partAt(seed, 1)));
  const due = isoDay(planned + Math.floor(days * 0.3));
  const acts = lifeOf({ ...plan, due }, planned, Math.min(reached, span.last + 1), seed);
  if (reached >= span.last || partAt(seed, 2) >= REVOKED) return acts;
  return [...acts, ...revocation(plan, acts, reached, span, seed)];
}

/** Planned, reported as ongoing every quarter or so, and reached on a day. */
function lifeOf(plan: Plan, planned: Day, reached: Day, seed: number): Act[] {
  const stream = { name: `milestone-${plan.milestone}`, next: 0 };
  const acts: Act[] = [{ day: planned, said: { stream, type: 'MilestonePlanned', data: plan } }];
  let day = planned + 20 + Math.floor(40 * partAt(seed, 3));
  for (let turn = 1; day < reached; turn += 1) {
    acts.push({ day, said: ongoing(stream, plan, day, turn) });
    day += REPORTED_EVERY_DAYS + Math.floor(40 * partAt(seed, 10 + turn));
  }
  return [...acts, { day: reached, said: reach(stream, plan, reached) }];
}

const steps = ['已完成方案论证', '正在征求各街道意见', '已完成过半任务', '正在组织验收'];

function ongoing(stream: Said['stream'], { milestone }: Plan, day: Day, turn: number): Said {
  const note = steps[(turn - 1) % steps.length] ?? '';
  const data = { milestone, on: { type: 'asOf', date: isoDay(day) }, note };
  return { stream, type: 'MilestoneReportedOngoing', data };
}

function reach(stream: Said['stream'], { milestone }: Plan, day: Day): Said {
  const data = { milestone, on: { type: 'date', date: isoDay(day) } };
  return { stream, type: 'MilestoneReached', data, evidence: true };
}

/** What was reached is found wanting, taken back, and mostly reached again. */
function revocation(plan: Plan, acts: Act[], reached: Day, span: Span, seed: number): Act[] {
  const last = acts.at(-1)?.said;
  if (last === undefined) return [];
  const { stream } = last;
  let revokes = '';
  last.onTold = (id) => (revokes = id);
  const revoked = reached + 20 + Math.floor(60 * partAt(seed, 4));
  const again = revoked + 60 + Math.floor(120 * partAt(seed, 5));
  if (again >= span.last) return [];
  const { milestone } = plan;
  return [
    {
      day: revoked,
      said: {
        stream,
        type: 'MilestoneReachRevoked',
        data: () => ({ milestone, revokes }),
        reason: '复核发现验收材料不齐，退回整改',
      },
    },
    { day: revoked + 30, said: ongoing(stream, plan, revoked + 30, 4) },
    { day: again, said: reach(stream, plan, again) },
  ];
}

/** A progress ends with its milestone, which is never taken back. */
function completionActs({ completion, definition, names, from, seed }: Metric, span: Span): Act[] {
  if (completion === undefined) return [];
  const { reform, owner } = definition;
  const { zh, en } = names;
  const called = { zh: `${zh}对应任务竣工验收`, en: `${en}: accepted as complete` };
  const plan = planOf(completion.milestone, reform, called, owner);
  const due = isoDay(Math.min(completion.on + 30, span.last + 200));
  return lifeOf({ ...plan, due }, from - 1, completion.on, seed);
}
