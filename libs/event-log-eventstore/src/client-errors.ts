import { EventLogError, isEventLogError, reasonOf, unavailable } from '@ledger/event-log';
import { sqliteErrorCode } from '@ledger/sqlite';

/** What went wrong with a call, as far as the ledger must tell the cases apart. */
export type CallFault =
  | { kind: 'wrongRevision'; actual: number | 'none' }
  /** This node is not the leader; the client sends the next call there. */
  | { kind: 'notLeader' }
  | { kind: 'streamNotFound' }
  | { kind: 'streamDeleted' }
  | { kind: 'tooLarge' }
  /** The place was never given out by this server. */
  | { kind: 'invalidPosition' }
  | { kind: 'denied' }
  /** The server cannot do what was asked, today or tomorrow. */
  | { kind: 'unsupported' }
  /** Everything that says nothing about what the server did: time-outs, lost connections. */
  | { kind: 'uncertain' };

const GRPC = { unimplemented: 12, unauthenticated: 16, permissionDenied: 7 };

/** A call took longer than we wait; the server may have done it all the same. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
  readonly type = 'timeout';
}

/**
 * Classifies by the client's `type`, then by the number of gRPC: some failures of the client carry
 * only the latter, or neither.
 */
export function callFaultOf(error: unknown): CallFault {
  const type = memberOf(error, 'type');
  switch (type) {
    case 'wrong-expected-version': {
      const actual = memberOf(error, 'actualVersion');
      return {
        kind: 'wrongRevision',
        actual: typeof actual === 'bigint' && actual >= 0n ? Number(actual) : 'none',
      };
    }
    case 'not-leader':
      return { kind: 'notLeader' };
    case 'stream-not-found':
      return { kind: 'streamNotFound' };
    case 'stream-deleted':
      return { kind: 'streamDeleted' };
    case 'maximum-append-size-exceeded':
      return { kind: 'tooLarge' };
    case 'access-denied':
      return { kind: 'denied' };
    case 'unsupported':
      return { kind: 'unsupported' };
    default:
      if (/InvalidPosition/.test(reasonOf(error))) return { kind: 'invalidPosition' };
      return faultOfStatus(memberOf(error, 'code'));
  }
}

function faultOfStatus(code: unknown): CallFault {
  if (code === GRPC.unauthenticated || code === GRPC.permissionDenied) return { kind: 'denied' };
  if (code === GRPC.unimplemented) return { kind: 'unsupported' };
  return { kind: 'uncertain' };
}

/** The port's error for a call that only looked; `shown` is the address without its password. */
export function readErrorOf(error: unknown, shown: string): EventLogError {
  if (isEventLogError(error)) return error;
  if (sqliteErrorCode(error) !== undefined) {
    return unavailable(
      `The order of the log cannot be kept (${reasonOf(error)}); look at the data directory and ` +
        'the space on its disk.',
    );
  }
  const { kind } = callFaultOf(error);
  switch (kind) {
    case 'denied':
      return deniedError(shown);
    case 'unsupported':
      return unsupportedError(shown, error);
    case 'streamDeleted':
      return new EventLogError('LOG_DAMAGED', `On the server at ${shown}: ${clientReason(error)}.`);
    default:
      return new EventLogError(
        'UNAVAILABLE',
        `EventStoreDB at ${shown} does not answer (${clientReason(error)}); check that it runs and ` +
          'that host, port and tls of the address are its own.',
      );
  }
}

export function deniedError(shown: string): EventLogError {
  return new EventLogError(
    'ACCESS_DENIED',
    `EventStoreDB at ${shown} refuses this user; check user and password, and that the user may ` +
      'read $all and write the streams of the ledger.',
  );
}

export function unsupportedError(shown: string, error: unknown): EventLogError {
  return new EventLogError(
    'UNAVAILABLE',
    `The server at ${shown} lacks what the ledger needs (${clientReason(error)}); ` +
      'use EventStoreDB 21.10 or newer.',
  );
}

function memberOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** What a call failed of, without the number and the empty notes that gRPC puts around it. */
export function clientReason(error: unknown): string {
  return reasonOf(error)
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/\.? *Resolution note: *$/, '');
}
