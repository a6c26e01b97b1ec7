import type { LedgerEvent } from '@ledger/event-log';
import { asFact, type Fact } from '../facts.js';
import { ProjectionFault } from '../fault.js';
import { toKey } from '../tables/positions.js';

/**
 * Events as facts, once it is sure that they follow a position without gap, double or swap. Every
 * engine counts positions from 1 and sequences from 0. Throws `LOG_OUT_OF_ORDER`, `EVENT_UNKNOWN`.
 */
export function factsAfter(position: number, events: readonly LedgerEvent[]): Fact[] {
  return events.map((event, index) => {
    const expected = position + index + 1;
    if (toKey(event.position) !== expected || event.sequence !== expected - 1) {
      throw outOfOrder(event, expected - 1);
    }
    return asFact(event);
  });
}

/** The log's numbers have no gaps, so any skip, repeat or swap shows in them. */
function outOfOrder({ position, sequence }: LedgerEvent, last: number): ProjectionFault {
  return new ProjectionFault(
    'LOG_OUT_OF_ORDER',
    `After the event number ${last - 1} at position ${last} the log gave number ` +
      `${sequence} at position ${position}.`,
    { position },
  );
}
