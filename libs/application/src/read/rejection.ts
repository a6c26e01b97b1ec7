export type ReadRejectionCode =
  'KNOWN_AT_INVALID' | 'KNOWN_AT_BEYOND_HEAD' | 'KNOWN_AT_IN_FUTURE' | 'PROJECTION_BEHIND';

/**
 * A read that cannot be answered as asked. Recognise it by `code`. `PROJECTION_BEHIND` passes by
 * itself; the others are mistakes of the caller.
 */
export class ReadRejected extends Error {
  override readonly name = 'ReadRejected';
  constructor(
    readonly code: ReadRejectionCode,
    readonly facts: { received?: string; head?: string; projected?: string; needed?: string },
  ) {
    super(`${code} ${JSON.stringify(facts)}`);
  }
}
