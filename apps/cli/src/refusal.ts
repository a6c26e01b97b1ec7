import type { Text } from '@ledger/domain';

/** A command that cannot do what it was asked, in one sentence that says what to try. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(readonly text: Text) {
    super(text.en);
  }
}
