import { EventLogError } from './event-log.js';

/** Milliseconds since 1970 in UTC, whole; `Date.now` unless a test steps it. */
export type Clock = () => number;

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Gives out the times at which this process takes events. They never fall: where the clock stands
 * before the latest time in the log, that time is given again, and order by position decides.
 */
export class RecordedAtStamper {
  readonly #clock: Clock;
  #last: number;

  /** `last` is the latest time in the log, `-Infinity` for an empty one. */
  constructor(clock: Clock, last: number) {
    this.#clock = clock;
    this.#last = last;
  }

  /** The time for an event that is taken now; not yet counted as given out. */
  now(): number {
    return Math.max(this.#clock(), this.#last);
  }

  /** Events up to this time are on their way into the log. */
  advance(to: number): void {
    this.#last = Math.max(this.#last, to);
  }

  /** Nothing is on its way any more: what failed must not hold the next time up. */
  settle(lastInLog: number): void {
    this.#last = lastInLog;
  }
}

/** The one spelling of an instant, `2026-11-24T08:00:00.123Z`. Inverse: `parseRecordedAt`. */
export function formatRecordedAt(milliseconds: number): string {
  if (milliseconds !== formatted.milliseconds) {
    const text = new Date(milliseconds).toISOString();
    formatted = { milliseconds, text };
  }
  return formatted.text;
}

/** Many events share a millisecond, and spelling one costs as much as encoding a small event. */
let formatted = { milliseconds: 0, text: new Date(0).toISOString() };

/** Inverse of `formatRecordedAt`; throws `APPEND_INVALID` for any other spelling. */
export function parseRecordedAt(text: unknown): number {
  if (typeof text === 'string' && FORM.test(text)) {
    const milliseconds = Date.parse(text);
    if (!Number.isNaN(milliseconds) && formatRecordedAt(milliseconds) === text) return milliseconds;
  }
  throw new EventLogError(
    'APPEND_INVALID',
    `recordedAt "${String(text).slice(0, 60)}" is not of the form 2026-11-24T08:00:00.123Z.`,
    { pointer: '/metadata/recordedAt', received: text },
  );
}
