import { validOn, type LocalDate } from '@ledger/domain';
import { figureOf, type ObservationFact } from '../timeline/entry.js';
import type { TimelineQueries } from '../timeline/queries.js';
import type { PassedOver, PassedOverBecause } from './answers.js';
import { lastOf, observationsOf } from './chain.js';
import { dayAfter, newestFirst, oldestFirst, type SpokenTime, type Walk } from './spoken-times.js';

/** Statements passed over that one answer shows, and of these about later days. */
const MOST_PASSED_OVER = 50;
const MOST_LATER = 10;

type Candidate = { position: number; because: PassedOverBecause };

export type PassedOverFound = { items: PassedOver[]; more: boolean };

/**
 * The statements that are not the figure, nearest to it first, as many as one answer shows, then in
 * log order. `standing` is the last statement of the valid time that stands, `validOn` its day;
 * absent when nothing stands up to `validAt`.
 */
export function passedOver(
  timeline: TimelineQueries,
  walk: Walk & { validAt: LocalDate },
  standing: { position: number; times: SpokenTime[]; validOn: LocalDate } | undefined,
): PassedOverFound {
  const found: Candidate[] = [];
  let more = false;
  for (const one of candidates(timeline, walk, standing)) {
    if (found.length === MOST_PASSED_OVER) {
      more = true;
      break;
    }
    found.push(one);
  }
  const later = validLater(timeline, walk);
  const items = [...found, ...later.slice(0, MOST_LATER)]
    .sort((a, b) => a.position - b.position)
    .map(({ position, because }) => item(timeline.observationAt(position), because));
  return { items, more: more || later.length > MOST_LATER };
}

function* candidates(
  timeline: TimelineQueries,
  walk: Walk & { validAt: LocalDate },
  standing: { position: number; times: SpokenTime[]; validOn: LocalDate } | undefined,
): Generator<Candidate> {
  for (const time of standing?.times ?? []) yield* ofTime(time, standing?.position);
  const from = standing === undefined ? walk.from : dayAfter(standing.validOn, 1);
  for (const time of newestFirst(timeline, { ...walk, from, to: walk.validAt })) {
    yield* ofTime(time, undefined);
  }
}

/** The newest statement first: of a long chain the first corrections are those left out. */
function* ofTime(time: SpokenTime, standing: number | undefined): Generator<Candidate> {
  const live = lastOf(time);
  const isStanding = live.position === standing;
  const current = live.isWithdrawal ? undefined : observationsOf(time).at(-1);
  for (const { position } of [...time].reverse()) {
    if (position === live.position) {
      if (isStanding) continue;
      yield { position, because: live.isWithdrawal ? 'withdrawn' : 'lowerPosition' };
    } else {
      const isOfCurrent = current !== undefined && position >= current[0].position;
      yield { position, because: isOfCurrent ? 'superseded' : 'withdrawn' };
    }
  }
}

/** What stands about days after the one asked for: one more than is shown. */
function validLater(timeline: TimelineQueries, walk: Walk & { validAt: LocalDate }): Candidate[] {
  const found: Candidate[] = [];
  const from = dayAfter(walk.validAt, 1);
  if (from <= walk.validAt) return found;
  for (const time of oldestFirst(timeline, { ...walk, from })) {
    const { position, isWithdrawal } = lastOf(time);
    if (!isWithdrawal) found.push({ position, because: 'validLater' });
    if (found.length > MOST_LATER) break;
  }
  return found;
}

function item(fact: ObservationFact, because: PassedOverBecause): PassedOver {
  const { id, position, metadata, data } = fact;
  const { recordedAt, reason } = metadata;
  return {
    eventId: id,
    position,
    recordedAt,
    statement: statements[fact.type],
    time: data.time,
    validOn: validOn(data.time),
    ...(fact.type !== 'ObservationWithdrawn' && { figure: figureOf(fact) }),
    ...(reason !== undefined && { reason }),
    because,
  };
}

const statements = {
  ObservationReported: 'reported',
  ObservationCorrected: 'corrected',
  ObservationWithdrawn: 'withdrawn',
} as const;
