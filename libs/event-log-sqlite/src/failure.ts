import {
  EventLogError,
  isEventLogError,
  reasonOf,
  unavailable,
  type EventLogErrorCode,
} from '@ledger/event-log';

export { isEventLogError, reasonOf, unavailable } from '@ledger/event-log';

/** An `EventLogError` by value, as it crosses between threads. Inverse: `errorOf`. */
export type Failure = {
  code: EventLogErrorCode;
  message: string;
  details: EventLogError['details'];
};

/** Any error as a failure: what is no `EventLogError` makes the log unavailable. */
export function failureOf(error: unknown): Failure {
  const { code, message, details } = isEventLogError(error) ? error : unavailable(reasonOf(error));
  return { code, message, details };
}

/** It is not known whether the events were written, and why. */
export function unknownOutcome(reason: string): Failure {
  const message = `${reason}; send the same events again when the disk is in order.`;
  return { code: 'OUTCOME_UNKNOWN', message, details: {} };
}

export function errorOf({ code, message, details }: Failure): EventLogError {
  return new EventLogError(code, message, details);
}
