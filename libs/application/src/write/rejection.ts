import type { Refusal } from '@ledger/domain';
import type { ExpectedRevision } from '@ledger/event-log';

export type RejectionReason =
  /** The domain says no: `refusals` say why. */
  | { kind: 'refused'; refusals: [Refusal, ...Refusal[]] }
  /** The caller named a revision and the stream stands elsewhere. */
  | { kind: 'conflict'; stream: string; expected: ExpectedRevision; actual: ExpectedRevision }
  /** The same idempotency key came with another command. */
  | { kind: 'keyReused'; commandId: string }
  /** The stream that a command needs does not exist. */
  | { kind: 'notFound'; subject: string; id: string };

/** A write that was not taken; nothing was appended. Recognise it by `code`. */
export class WriteRejected extends Error {
  override readonly name = 'WriteRejected';
  readonly code = 'WRITE_REJECTED';
  constructor(readonly reason: RejectionReason) {
    super(reason.kind === 'refused' ? reason.refusals[0].message.en : reason.kind);
  }
}
