import { validOn } from '@ledger/domain';
import { figureOf, observationOf, type ObservationFact } from '../timeline/entry.js';
import type { SeriesPoint, StandingFigure } from './shapes.js';

/** What a report or a correction states. Throws a TypeError for a withdrawal: it states nothing. */
export function standingFigure(fact: ObservationFact): StandingFigure {
  if (fact.type === 'ObservationWithdrawn') {
    throw new TypeError(`The withdrawal at position ${fact.position} states no figure.`);
  }
  const figure = figureOf(fact);
  const printed = figure.quantity?.printed ?? figure.label?.printed ?? '';
  return { figure, printed, ...placeOf(fact) };
}

/** One statement as a point of a chart. `live` is what the caller found out at its `knownAt`. */
export function pointOf(fact: ObservationFact, live: boolean): SeriesPoint {
  return fact.type === 'ObservationWithdrawn'
    ? { ...placeOf(fact), statement: 'withdrawn', live }
    : {
        ...standingFigure(fact),
        statement: fact.type === 'ObservationCorrected' ? 'corrected' : 'reported',
        live,
      };
}

function placeOf(fact: ObservationFact): Omit<StandingFigure, 'figure' | 'printed'> {
  const { recordedAt, synthetic } = fact.metadata;
  return {
    time: fact.data.time,
    validOn: validOn(fact.data.time),
    corrected: fact.type === 'ObservationCorrected',
    observation: observationOf(fact),
    eventId: fact.id,
    position: fact.position,
    recordedAt,
    ...(synthetic !== undefined && { synthetic }),
  };
}
