import { setTimeout as wait } from 'node:timers/promises';
import { ExclusiveLock } from '@ledger/sqlite';
import { segmentsInForce } from './filled-cache.js';
import { removeOthers, removeOtherSegments } from './place.js';

/** How often a builder that must wait looks whether it is its turn. */
const LOOK_MS = 100;

// Whoever builds views removes what others left behind, and a build that still goes on looks the
// same as one that was killed. So builders of one path exclude one another, in this process and in
// others, by a lock that the operating system frees when its holder dies.

const lockFileOf = (viewsFile: string): string => `${viewsFile}.lock`;

/**
 * Does work that builds views, while nobody else builds any at this path; waits for whoever does.
 * What is not in force is removed before. Rejects with the signal's reason, or as `work` does.
 */
export async function asOnlyBuilder<Result>(
  viewsFile: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const lock = await takeLock(viewsFile, signal);
  try {
    removeOthers(viewsFile);
    return await work();
  } finally {
    lock.release();
  }
}

/** Removes what is not in force, with caches that nobody reads, unless somebody builds just now. */
export function tidy(viewsFile: string): void {
  const lock = ExclusiveLock.take(lockFileOf(viewsFile));
  if (lock === undefined) return;
  try {
    removeOthers(viewsFile);
    const used = segmentsInForce(viewsFile);
    if (used !== undefined) removeOtherSegments(viewsFile, used);
  } finally {
    lock.release();
  }
}

async function takeLock(viewsFile: string, signal?: AbortSignal): Promise<ExclusiveLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = ExclusiveLock.take(lockFileOf(viewsFile));
    if (lock !== undefined) return lock;
    await wait(LOOK_MS);
  }
}
