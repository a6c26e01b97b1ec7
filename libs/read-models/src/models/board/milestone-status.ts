import type { LocalDate } from '@ledger/domain';
import type { MilestoneDocument } from '../catalogue/documents.js';

type Turn = MilestoneDocument['history'][number];

/**
 * The turn that gives a milestone its status on a valid day: the last one recorded whose own day is
 * not later. A plan has no day and always counts; a revocation counts when the reach that it takes
 * back does, because it says that this reach never stood.
 */
export function turnAt(history: readonly Turn[], validAt: LocalDate): Turn | undefined {
  let standing: Turn | undefined;
  let reachCounts = false;
  for (const turn of history) {
    const counts: boolean =
      turn.status === 'revoked' ? reachCounts : (turn.on?.date ?? '') <= validAt;
    if (turn.status === 'reached') reachCounts = counts;
    if (counts) standing = turn;
  }
  return standing;
}
