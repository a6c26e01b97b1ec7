import type { LocalDate } from '@ledger/domain';
import type { Fact } from '../../facts.js';
import { changeOf } from '../activity/change.js';
import { holdsFrom } from '../catalogue/holds-from.js';
import type { CatalogueSources } from '../catalogue/in-force.js';
import type { DefinitionEvent } from './answers.js';

/** Versions of one definition that are shown: the first, and the newest of the others. */
const MOST_EVENTS = 200;

export type Definition = {
  /** Counting on the day, in log order; the same with those that are not shown, as positions. */
  inForce: DefinitionEvent[];
  positions: string[];
  later: DefinitionEvent[];
  omitted: number;
  /** The days of its breaks, whether they have come or not. */
  breaks: LocalDate[];
};

/** The events that made the definition of a metric, as known at a position, on a valid day. */
export function definitionEvents(
  { activity, catalogue }: CatalogueSources,
  { metric, knownAt, day }: { metric: string; knownAt: number; day: LocalDate },
): Definition {
  const facts = catalogue
    .versions('metric', metric, knownAt)
    .map(({ position }) => activity.factAt(position));
  const has = (fact: Fact): boolean => (holdsFrom(fact) ?? '') <= day;
  const inForce = facts.filter(has);
  const later = facts.filter((fact) => !has(fact));
  const [shown, shownLater] = [ends(inForce), ends(later)];
  return {
    inForce: shown.map(eventOf),
    positions: inForce.map(({ position }) => position),
    later: shownLater.map(eventOf),
    omitted: facts.length - shown.length - shownLater.length,
    breaks: facts.flatMap((fact) =>
      fact.type === 'SeriesBreakDeclared' ? [fact.data.validFrom] : [],
    ),
  };
}

function eventOf(fact: Fact): DefinitionEvent {
  const { evidence } = fact.metadata;
  const from = holdsFrom(fact) ?? '';
  return {
    ...changeOf(fact),
    ...(evidence !== undefined && { evidence }),
    inForceFrom: from === '' ? null : from,
  };
}

const ends = (facts: Fact[]): Fact[] =>
  facts.length <= MOST_EVENTS ? facts : [...facts.slice(0, 1), ...facts.slice(1 - MOST_EVENTS)];
