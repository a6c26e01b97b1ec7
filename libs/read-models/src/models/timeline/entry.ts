import { validOn } from '@ledger/domain';
import type { Value } from '@ledger/domain';
import type { Figure, TimelineEntry } from '../../answers.js';
import type { Fact } from '../../facts.js';

export type ObservationFact = Fact<
  'ObservationReported' | 'ObservationCorrected' | 'ObservationWithdrawn'
>;

/** Whether the event is a statement about an observation. */
export const isObservation = (fact: Fact): fact is ObservationFact =>
  fact.type === 'ObservationReported' ||
  fact.type === 'ObservationCorrected' ||
  fact.type === 'ObservationWithdrawn';

/** One statement as readers see it. `live` is what the caller found out at its `knownAt`. */
export function timelineEntry(fact: ObservationFact, live: boolean): TimelineEntry {
  const { id, revision, position, metadata } = fact;
  const { recordedAt, actor, reason, source, evidence, synthetic } = metadata;
  const { series, time } = fact.data;
  return {
    observation: observationOf(fact),
    eventId: id,
    revision,
    position,
    recordedAt,
    series,
    time,
    validOn: validOn(time),
    live,
    ...said(fact),
    ...(reason !== undefined && { reason }),
    actor,
    ...(source !== undefined && { source }),
    ...(evidence !== undefined && { evidence }),
    ...(synthetic !== undefined && { synthetic }),
  };
}

/** The id of the first report, which names the whole chain. */
export const observationOf = (fact: ObservationFact): string =>
  fact.type === 'ObservationReported' ? fact.id : fact.data.observation;

/** The figure of a report or a correction. */
export function figureOf({ data }: Fact<'ObservationReported' | 'ObservationCorrected'>): Figure {
  return { ...shownValue(data.value), ...(data.parts !== undefined && { parts: data.parts }) };
}

const shownValue = (value: Value): Figure =>
  'quantity' in value ? { quantity: value.quantity } : { label: value.label };

function said(
  fact: ObservationFact,
): Pick<TimelineEntry, 'statement' | 'replaces' | 'figure' | 'errorClass' | 'note'> {
  switch (fact.type) {
    case 'ObservationReported': {
      const { note } = fact.data;
      const figure = figureOf(fact);
      return { statement: 'reported', figure, ...(note !== undefined && { note }) };
    }
    case 'ObservationCorrected': {
      const { corrects, errorClass } = fact.data;
      return { statement: 'corrected', replaces: corrects, figure: figureOf(fact), errorClass };
    }
    case 'ObservationWithdrawn':
      return { statement: 'withdrawn', replaces: fact.data.withdraws };
  }
}
