import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from '@ledger/sqlite';
import { models, type ModelName } from '../models.js';
import type { StoredRow } from '../models/model.js';

/** What two databases hold of one model up to a position. `differsAt`: the first event that shows it. */
export type ModelComparison = {
  name: ModelName;
  rows: number;
  otherRows: number;
  differsAt?: number;
};

export type CompareOptions = {
  upTo: number;
  only?: readonly ModelName[];
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
};

const ROWS_A_TURN = 20_000;

/**
 * Compares every row of every model of two databases, made by events up to a position. Rows come
 * sorted from both, so nothing is held in memory; a row that one of them lacks names the event that
 * made it. Leaves both connections inside a reading transaction, which ends when they are closed.
 */
export async function compareViews(
  left: Database,
  right: Database,
  { upTo, only, signal, onProgress }: CompareOptions,
): Promise<ModelComparison[]> {
  // One state of each for as long as it takes: a live projector may split blocks meanwhile.
  if (!left.isTransaction) left.exec('BEGIN');
  if (!right.isTransaction) right.exec('BEGIN');
  const compared: ModelComparison[] = [];
  const parts = models.filter(({ name }) => only?.includes(name) !== false);
  for (const [index, model] of parts.entries()) {
    const result: ModelComparison = { name: model.name, rows: 0, otherRows: 0 };
    const theirs = model.rows(right);
    for (const [part, rows] of model.rows(left).entries()) {
      await comparePart(rows, theirs[part] ?? [], upTo, result, signal);
    }
    compared.push(result);
    onProgress?.({ done: index + 1, total: parts.length });
  }
  return compared;
}

async function comparePart(
  leftRows: Iterable<StoredRow>,
  rightRows: Iterable<StoredRow>,
  upTo: number,
  result: ModelComparison,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [left, right] = [knownRows(leftRows, upTo), knownRows(rightRows, upTo)];
  const differsAt = (position: number): void => {
    result.differsAt = Math.min(result.differsAt ?? Infinity, position);
  };
  let [mine, theirs] = [left.next(), right.next()];
  for (let seen = 0; !(mine.done && theirs.done); seen += 1) {
    if (seen % ROWS_A_TURN === 0) {
      signal?.throwIfAborted();
      await turn();
    }
    if (!mine.done && !theirs.done && mine.value.text === theirs.value.text) {
      result.rows += 1;
      result.otherRows += 1;
      [mine, theirs] = [left.next(), right.next()];
    } else if (theirs.done || (!mine.done && mine.value.text < theirs.value.text)) {
      result.rows += 1;
      if (!mine.done) differsAt(mine.value.position);
      mine = left.next();
    } else {
      result.otherRows += 1;
      differsAt(theirs.value.position);
      theirs = right.next();
    }
  }
}

function* knownRows(rows: Iterable<StoredRow>, upTo: number): Generator<StoredRow, undefined> {
  for (const row of rows) if (row.position <= upTo) yield row;
  return undefined;
}
