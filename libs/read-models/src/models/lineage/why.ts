import { validOn, type LocalDate, type SeriesKey } from '@ledger/domain';
import type { TimelineEntry } from '../../answers.js';
import { toPosition } from '../../tables/positions.js';
import { dayOf, type BoardQueries } from '../board/board.js';
import { inForce } from '../catalogue/in-force.js';
import { timelineEntry } from '../timeline/entry.js';
import { OPEN_END } from '../timeline/queries.js';
import type { ChainStatement, Rule, Why, WhySeries } from './answers.js';
import { lastOf, observationsOf, positionsOf } from './chain.js';
import { definitionEvents, type Definition } from './definition-events.js';
import { knownSeries, type KnownSeries } from './known-series.js';
import { passedOver, type PassedOverFound } from './passed-over.js';
import * as rules from './rules.js';
import { dayAfter, FIRST_DAY, spokenOn, type SpokenTime } from './spoken-times.js';

export type WhyQuestion = {
  metric: string;
  knownAt: number;
  validAt?: LocalDate;
  /** Only that series. */
  series?: SeriesKey;
};

const MOST_SERIES = 100;
/** Statements of one chain that are shown: the report, and the newest of its corrections. */
const MOST_STATEMENTS = 100;

/**
 * Why the figures of a metric are what they are: exactly the events that make them, and the rules
 * by which they were chosen. Undefined when no such metric was known. The figures are those of the
 * board at the same (`validAt`, `knownAt`).
 */
export function why(queries: BoardQueries, question: WhyQuestion): Why | undefined {
  const { metric, knownAt, validAt } = question;
  const known = queries.catalogue.one('metric', metric, knownAt);
  if (known === undefined) return undefined;
  const { names, kind, unit, status, retiredOn } = inForce(queries, 'metric', known, {
    knownAt,
    validAt,
  }).document;
  const today = dayOf(queries, knownAt);
  const definition = definitionEvents(queries, { metric, knownAt, day: validAt ?? today });
  const asking: Asking = { ...question, kind, today, definition };
  const series: WhySeries[] = [];
  let moreSeries = false;
  for (const one of knownSeries(queries.timeline, question)) {
    if (series.length === MOST_SERIES) {
      moreSeries = true;
      break;
    }
    series.push(whyOf(queries, asking, one));
  }
  const recordedAt = queries.activity.recordedAt(knownAt) ?? '';
  return {
    metric,
    names,
    kind,
    ...(unit !== undefined && { unit }),
    knownAt: toPosition(knownAt),
    validAt: validAt ?? null,
    status,
    definition: definition.inForce,
    definitionLater: definition.later,
    definitionOmitted: definition.omitted,
    rules: [
      rules.knownUpTo(toPosition(knownAt), recordedAt),
      ...(retiredOn !== undefined && retiredOn <= (validAt ?? today)
        ? [rules.retired(retiredOn)]
        : []),
      ...(series.length === 0 ? [rules.nothingStated(validAt ?? null)] : []),
    ],
    series,
    moreSeries,
    ...(series.length === 0 && { absence: 'missing' as const }),
  };
}

type Asking = WhyQuestion & { kind: Why['kind']; today: LocalDate; definition: Definition };

function whyOf(queries: BoardQueries, asking: Asking, { number, key }: KnownSeries): WhySeries {
  const { timeline } = queries;
  const { knownAt, today, definition } = asking;
  const validAt = asking.validAt ?? OPEN_END;
  const walk = { series: number, knownAt, today, from: FIRST_DAY, to: OPEN_END, validAt };
  const standing = timeline.standing(number, validAt, knownAt);
  if (standing?.status !== 'stands') {
    const over = passedOver(timeline, walk, undefined);
    const isMissing = standing === undefined;
    return {
      series: key,
      absence: isMissing ? 'missing' : 'withdrawn',
      positions: definition.positions,
      chain: [],
      chainOmitted: 0,
      passedOver: over.items,
      morePassedOver: over.more,
      rules: [isMissing ? rules.nothingStated(asking.validAt ?? null) : rules.allWithdrawn],
    };
  }
  const { position } = standing;
  const day = validOn(timeline.observationAt(position).data.time);
  const times = spokenOn(timeline, { series: number, knownAt, day });
  const chain = chainOf(times, position);
  const over = passedOver(timeline, walk, { position, times, validOn: day });
  return {
    series: key,
    ...explained(queries, asking, { chain, over, number, day }),
    passedOver: over.items,
    morePassedOver: over.more,
  };
}

/** The observation whose last statement stands at a position. */
function chainOf(times: SpokenTime[], position: number): SpokenTime {
  const chain = times.flatMap(observationsOf).find((one) => lastOf(one).position === position);
  if (chain === undefined) throw new RangeError(`No observation ends at position ${position}.`);
  return chain;
}

type Found = { chain: SpokenTime; over: PassedOverFound; number: number; day: LocalDate };

function explained(
  queries: BoardQueries,
  asking: Asking,
  found: Found,
): Pick<WhySeries, 'figure' | 'positions' | 'chain' | 'chainOmitted' | 'rules'> {
  const { chain, day } = found;
  const shown = [chain[0], ...chain.slice(1).slice(1 - MOST_STATEMENTS)];
  const entries = shown.map((row) => {
    const fact = queries.timeline.observationAt(row.position);
    return timelineEntry(fact, row.position === lastOf(chain).position);
  });
  const { observation, eventId, position, time, figure = {} } = entries.at(-1) ?? unread(chain);
  const printed = figure.quantity?.printed ?? figure.label?.printed ?? '';
  const positions = [...asking.definition.positions, ...positionsOf(chain)];
  return {
    figure: { observation, eventId, position, time, validOn: day, printed, figure },
    positions: positions.sort((a, b) => Number(a) - Number(b)),
    chain: entries.map(statementOf),
    chainOmitted: chain.length - shown.length,
    rules: [
      rules.latestValidTime(asking.validAt ?? null, day),
      ...(chain.length > 1 ? [rules.correctionSupersedes(chain.length - 1)] : []),
      ...selectionRules(found),
      ...rules.printedRules(figure, asking.kind),
      ...breakRules(queries, asking, found),
    ],
  };
}

const unread = (chain: SpokenTime): never => {
  throw new RangeError(`The chain from position ${chain[0].position} has no statement.`);
};

function statementOf(entry: TimelineEntry): ChainStatement {
  const { series: _series, observation: _observation, ...statement } = entry;
  return statement;
}

/** What of the passed over stood in the way of the figure. */
function selectionRules({ over, day }: Found): Rule[] {
  const because = new Set(over.items.map((item) => item.because));
  return [
    ...(because.has('withdrawn') ? [rules.withdrawnPassedOver] : []),
    ...(because.has('lowerPosition') ? [rules.tieByPosition(day)] : []),
  ];
}

/** Breaks between the figure before and this one, and between this one and the day asked for. */
function breakRules({ timeline }: BoardQueries, asking: Asking, { number, day }: Found): Rule[] {
  const { definition, knownAt, validAt, today } = asking;
  if (definition.breaks.length === 0) return [];
  const before = timeline.standing(number, dayAfter(day, -1), knownAt);
  const dayBefore =
    before?.status === 'stands'
      ? validOn(timeline.observationAt(before.position).data.time)
      : undefined;
  return definition.breaks.flatMap((validFrom) => {
    if (validFrom > day)
      return validFrom <= (validAt ?? today) ? [rules.breakAfter(validFrom)] : [];
    return dayBefore !== undefined && dayBefore < validFrom ? [rules.breakBefore(validFrom)] : [];
  });
}
