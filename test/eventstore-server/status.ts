import { Metadata, status, type ServiceError } from '@grpc/grpc-js';

/** A gRPC status with the server's own trailers, as the library takes it for an error. */
export type Refusal = Pick<ServiceError, 'code' | 'details' | 'metadata' | 'name' | 'message'>;

export function refusal(
  code: status,
  details: string,
  trailers: Record<string, string> = {},
): Refusal {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { name: 'Error', message: details, code, details, metadata };
}

export const refusals = {
  notReady: () => refusal(status.UNAVAILABLE, 'Server Is Not Ready'),
  tooBusy: () => refusal(status.UNAVAILABLE, 'Server Is Too Busy'),
  unauthenticated: () => refusal(status.UNAUTHENTICATED, 'Authentication Failed'),
  noLeader: () => refusal(status.UNKNOWN, 'No leader info available in response'),
  unavailable: () => refusal(status.UNAVAILABLE, 'The server is shutting down'),
  cancelled: () => refusal(status.CANCELLED, 'Operation cancelled by the server'),
  tooSlow: () => refusal(status.ABORTED, 'Operation timed out: Consumer too slow'),
  internal: () => refusal(status.INTERNAL, 'Exception was thrown by handler.'),
  unknown: () => refusal(status.UNKNOWN, 'Unexpected error'),
  invalidArgument: (details: string) => refusal(status.INVALID_ARGUMENT, details),
  invalidPosition: () => refusal(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition'),
  accessDenied: () => {
    return refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
  },
  notLeader: (host: string, port: number) => {
    return refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    });
  },
  streamDeleted: (stream: string) => {
    return refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    });
  },
  tooLarge: (maxAppendSize: number) => {
    return refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxAppendSize} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(maxAppendSize),
    });
  },
  wrongExpectedRevision: (stream: string, expected: string, actual: string | undefined) => {
    return refusal(
      status.FAILED_PRECONDITION,
      `Append failed due to WrongExpectedVersion. Stream: ${stream}.`,
      {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': expected,
        ...(actual === undefined ? {} : { 'actual-version': actual }),
      },
    );
  },
};
