import type { EventBetween, Cause } from './shapes.js';
import type { Fact, Subject } from '../../facts.js';
import type { ActivityQueries } from '../activity/queries.js';
import { changeOf } from '../activity/change.js';

/** With no more events than this in between, the events say which subjects to compare. */
export const FEW_EVENTS = 1_000;
/** Otherwise this many of the newest events of a subject are looked at. */
const EVENTS_OF_SUBJECT = 25;
/** Events listed beside one change. */
const EVENTS_LISTED = 20;

export type SubjectEvents = { newestFirst: readonly Fact[]; complete: boolean };

/** The events after one position up to another, by the subject that they speak of. */
export class EventsBetween {
  /** Absent when there are more than a few. */
  readonly few: readonly Fact[] | undefined;
  #last: { name: string; events: SubjectEvents } | undefined;
  #reads = 0;

  constructor(
    private readonly activity: ActivityQueries,
    private readonly moments: { from: number; to: number; fewEvents?: number },
  ) {
    const { from, to, fewEvents = FEW_EVENTS } = moments;
    const events = from < to ? activity.between(from, to, fewEvents + 1) : [];
    this.few = events.length > fewEvents ? undefined : events;
  }

  /** Whether anything was said about a subject; one read. */
  touches(subject: Subject): boolean {
    if (this.few !== undefined) return this.of(subject).newestFirst.length > 0;
    const [newest] = this.activity.ofSubject(subject, this.moments.to, 1);
    return newest !== undefined && Number(newest.position) > this.moments.from;
  }

  of(subject: Subject): SubjectEvents {
    const name = `${subject.kind}-${subject.id}`;
    if (this.#last?.name === name) return this.#last.events;
    const events = this.few === undefined ? this.#read(subject) : pick(this.few, name);
    this.#last = { name, events };
    return events;
  }

  /** Events read since this was asked last. */
  takeReads(): number {
    const reads = this.#reads;
    this.#reads = 0;
    return reads;
  }

  #read(subject: Subject): SubjectEvents {
    const facts = this.activity.ofSubject(subject, this.moments.to, EVENTS_OF_SUBJECT);
    this.#reads += facts.length;
    const newestFirst = facts.filter(({ position }) => Number(position) > this.moments.from);
    return { newestFirst, complete: newestFirst.length < EVENTS_OF_SUBJECT };
  }
}

function pick(events: readonly Fact[], stream: string): SubjectEvents {
  return { newestFirst: events.filter((fact) => fact.stream === stream).reverse(), complete: true };
}

/**
 * The events that concern a change, in log order, its cause always among them; and whether more
 * were left out, or may have been.
 */
export function listed(
  { newestFirst, complete }: SubjectEvents,
  cause: Fact,
  concerns: (fact: Fact) => boolean,
): { cause: Cause; events: EventBetween[]; eventsLeftOut: boolean } {
  const found = newestFirst.filter(concerns);
  const shown = found.slice(0, EVENTS_LISTED).reverse();
  if (shown.every(({ id }) => id !== cause.id)) shown.unshift(cause);
  const eventsLeftOut = !complete || found.length > shown.length;
  return { cause: causeOf(cause), events: shown.map(eventOf), eventsLeftOut };
}

/** The event that made the new side what it is, with what it rests on. */
function causeOf(fact: Fact): Cause {
  const { source, evidence, synthetic } = fact.metadata;
  return {
    ...eventOf(fact),
    ...(source !== undefined && { source }),
    ...(evidence !== undefined && { evidence }),
    ...(synthetic !== undefined && { synthetic }),
  };
}

function eventOf(fact: Fact): EventBetween {
  const { position, eventId, kind, recordedAt, actor, reason } = changeOf(fact);
  return {
    position,
    eventId,
    kind,
    recordedAt,
    actor,
    ...(reason !== undefined && { reason }),
  };
}
