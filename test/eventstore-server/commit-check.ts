import type { Stream } from './committed-log.js';

export type ExpectedRevision = bigint | 'noStream' | 'any' | 'streamExists';

export type CommitDecision =
  | { kind: 'write' }
  /** The same events stand there already: their revisions are the answer. */
  | { kind: 'repeated'; lastRevision: bigint }
  | { kind: 'wrong' }
  | { kind: 'deleted' };

type Question = {
  stream: Stream | undefined;
  expected: ExpectedRevision;
  ids: string[];
  softDeleted: boolean;
  hasMetadata: boolean;
};

/**
 * The real server's commit check. With an exact revision below the current one it compares the
 * ids that stand there with those that come: all equal is the original success, whatever the data
 * says. At the current revision nothing is compared, so used ids are written again.
 */
export function checkCommit(question: Question): CommitDecision {
  const { stream, expected, ids, softDeleted, hasMetadata } = question;
  const current = stream?.lastRevision ?? -1n;
  if (stream?.tombstoned === true) return { kind: 'deleted' };
  if (expected === 'streamExists') {
    if (softDeleted) return { kind: 'deleted' };
    if (current < 0n && !hasMetadata) return { kind: 'wrong' };
  }
  if (expected === 'any' || expected === 'streamExists') return checkLoosely(stream, ids);
  const expectedRevision = expected === 'noStream' ? -1n : expected;
  if (expectedRevision > current) return { kind: 'wrong' };
  if (expectedRevision === current) return { kind: 'write' };
  return checkBehind(stream, expectedRevision, ids, expected === 'noStream' && softDeleted);
}

function checkBehind(
  stream: Stream | undefined,
  expectedRevision: bigint,
  ids: string[],
  mayRevive: boolean,
): CommitDecision {
  const idAt = new Map(stream?.events.map(({ revision, id }) => [revision, id]));
  const matching = ids.findIndex((id, index) => {
    return idAt.get(expectedRevision + 1n + BigInt(index)) !== id;
  });
  if (matching === -1 && ids.length > 0) {
    return { kind: 'repeated', lastRevision: expectedRevision + BigInt(ids.length) };
  }
  return matching === 0 && mayRevive ? { kind: 'write' } : { kind: 'wrong' };
}

/** Without an exact revision only ids that are all known, in this stream, count as a repeat. */
function checkLoosely(stream: Stream | undefined, ids: string[]): CommitDecision {
  const revisionOf = new Map(stream?.events.map(({ revision, id }) => [id, revision]));
  const known = ids.map((id) => revisionOf.get(id));
  const last = known.at(-1);
  if (known[0] === undefined) return { kind: 'write' };
  if (last === undefined || known.includes(undefined)) return { kind: 'wrong' };
  return { kind: 'repeated', lastRevision: last };
}
