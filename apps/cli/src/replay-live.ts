import { liveModels, type ModelState, type Replayed } from '@ledger/read-models';
import { sqliteErrorCode } from '@ledger/sqlite';

/**
 * Whether views hold what the log says. `elsewhere`: they stand at another position, so that their
 * hashes say nothing about this one; `otherVersion`: other versions of the read models made them;
 * `unreadable`: their file is damaged, or of another layout.
 */
export type LiveComparison = {
  verdict: 'equal' | 'different' | 'elsewhere' | 'otherVersion' | 'unreadable';
  models: ModelState[];
};

/** Compares what was replayed with the views in force. Undefined when there are no views. */
export function compareWithLive(
  viewsFile: string,
  { position, models }: Replayed,
): LiveComparison | undefined {
  try {
    const live = liveModels(viewsFile, { models: models.map(({ name }) => name) });
    if (live === undefined) return undefined;
    return { verdict: verdictOf(live, models, position), models: live };
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
    return { verdict: 'unreadable', models: [] };
  }
}

function verdictOf(
  live: readonly ModelState[],
  replayed: readonly ModelState[],
  position: string,
): LiveComparison['verdict'] {
  const pairs = replayed.map((model) => ({
    model,
    found: live.find(({ name }) => name === model.name),
  }));
  if (pairs.some(({ model, found }) => found?.version !== model.version)) return 'otherVersion';
  if (pairs.some(({ found }) => found?.position !== position)) return 'elsewhere';
  return pairs.every(({ model, found }) => found?.hash === model.hash) ? 'equal' : 'different';
}
