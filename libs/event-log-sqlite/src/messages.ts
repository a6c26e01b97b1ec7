import type { PreparedAppend } from '@ledger/event-log';
import type { Failure } from './failure.js';
import type { Outcome, WriterHead } from './writer-connection.js';

/**
 * What crosses to the writer's thread: texts and numbers, never events. `more` says that others of
 * the same turn follow at once, so that they can share the commit.
 */
export type ToWriter = { appends: PackedAppends; more: boolean } | 'close';
/** What comes back: first `opened` or `refused`, then outcomes in the order of the appends. */
export type FromWriter = { opened: Opened } | { refused: Failure } | PackedOutcome[];

/** The log when it was opened. `synchronous` is SQLite's setting as read back: 2 is FULL. */
export type Opened = WriterHead & { synchronous: number };

/** What the thread is started with; `bell` is counted up with every message, and rung. */
export type WriterThreadData = { dataDir: string; bell: Int32Array };

/**
 * Appends in one flat list, which crosses in half the time of nested objects: for each append its
 * stream, expected revision and number of entries, then for each entry id, type, time and text.
 */
export type PackedAppends = (string | number)[];

/** A number is the position of an append that was written: by far the most frequent outcome. */
export type PackedOutcome = number | Outcome;

/** Inverse: `unpackAppends`. */
export function packAppends(appends: readonly PreparedAppend[]): PackedAppends {
  const packed: PackedAppends = [];
  for (const { stream, expected, entries } of appends) {
    packed.push(stream, expected, entries.length);
    for (const { id, type, recordedAt, entry } of entries) packed.push(id, type, recordedAt, entry);
  }
  return packed;
}

/** Inverse of `packAppends`. */
export function unpackAppends(packed: PackedAppends): PreparedAppend[] {
  const appends: PreparedAppend[] = [];
  let at = 0;
  const text = () => String(packed[at++]);
  const number = () => Number(packed[at++]);
  while (at < packed.length) {
    const append: PreparedAppend = { stream: text(), expected: number(), entries: [] };
    for (let left = number(); left > 0; left -= 1) {
      append.entries.push({ id: text(), type: text(), recordedAt: number(), entry: text() });
    }
    appends.push(append);
  }
  return appends;
}

/** Inverse: `unpackOutcomes`. */
export function packOutcomes(outcomes: readonly Outcome[]): PackedOutcome[] {
  return outcomes.map((outcome) =>
    'position' in outcome && outcome.entries === undefined ? outcome.position : outcome,
  );
}

/** Inverse of `packOutcomes`. */
export function unpackOutcomes(packed: readonly PackedOutcome[]): Outcome[] {
  return packed.map((one) => (typeof one === 'number' ? { position: one } : one));
}
