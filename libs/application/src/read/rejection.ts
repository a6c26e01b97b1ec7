export type ReadRejectionCode =
  | 'KNOWN_AT_INVALID'
  | 'KNOWN_AT_BEYOND_HEAD'
  | 'KNOWN_AT_IN_FUTURE'
  | 'MOMENTS_REVERSED'
  | 'REFERENCE_UNKNOWN'
  | 'PROJECTION_BEHIND'
  | 'MODEL_PARKED';

/** `parameter` where it is not `knownAt`; `from` and `to` are positions. */
export type ReadRejectionFacts = {
  parameter?: string;
  received?: string;
  head?: string;
  projected?: string;
  needed?: string;
  /** The model that stands still, and the event that it cannot take in. */
  parked?: { model: string; position: string; eventId: string; type: string; why: string };
  from?: string;
  to?: string;
};

/**
 * A read that cannot be answered as asked. Recognise it by `code`. `PROJECTION_BEHIND` passes by
 * itself, `MODEL_PARKED` when an operator has seen to it; the others are mistakes of the caller.
 */
export class ReadRejected extends Error {
  override readonly name = 'ReadRejected';
  constructor(
    readonly code: ReadRejectionCode,
    readonly facts: ReadRejectionFacts,
  ) {
    super(`${code} ${JSON.stringify(facts)}`);
  }
}
