import { EventLogError, type EventLogErrorCode } from '@ledger/event-log';

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

export function errorOf({ code, message, details }: Failure): EventLogError {
  return new EventLogError(code, message, details);
}

export function unavailable(message: string): EventLogError {
  return new EventLogError('UNAVAILABLE', message);
}

/** By name, because an error may come from another realm. */
export function isEventLogError(error: unknown): error is EventLogError {
  return (
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'EventLogError'
  );
}

/** What an error says, without a full stop. */
export function reasonOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error).replace(/\.$/, '');
}
