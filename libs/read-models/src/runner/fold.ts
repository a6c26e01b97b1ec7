import { sqliteErrorCode, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { ProjectionFault } from '../fault.js';
import { models } from '../models.js';
import type { Model, ModelWriter, Taken, WriteMode } from '../models/model.js';
import { SEGMENT_EVENTS, type Slice } from '../segments/slice.js';
import { toPosition } from '../tables/positions.js';
import { RowDigest } from '../tables/row-digest.js';
import {
  CheckpointRow,
  freshModelRows,
  ModelRows,
  type Checkpoint,
  type ModelRow,
} from './checkpoint.js';

/** Told when a model could not take an event in and stands still before it from now on. */
export type OnParked = (row: ModelRow, cause: unknown) => void;

type Folding = { model: Model; writer: ModelWriter; digest: RowDigest; row: ModelRow };

/**
 * Feeds events to every model, on a connection whose transactions are the caller's. A model that
 * fails at an event is parked before it and the others go on; nothing is skipped. After an error of
 * SQLite, or a rollback, it must not be used again: what its writers remember may not be in the file.
 */
export class Fold {
  readonly #folding: Folding[];
  readonly #checkpointRow: CheckpointRow;
  readonly #modelRows: ModelRows;
  readonly #onParked: OnParked;
  #checkpoint: Checkpoint;

  constructor(
    database: Database,
    mode: WriteMode,
    options: { onParked?: OnParked; only?: readonly string[] } = {},
  ) {
    const { only } = options;
    this.#onParked = options.onParked ?? (() => {});
    this.#checkpointRow = new CheckpointRow(database);
    this.#modelRows = new ModelRows(database);
    this.#checkpoint = this.#checkpointRow.read();
    const rows = new Map(freshModelRows().map((row) => [row.name, row]));
    for (const row of this.#modelRows.read()) rows.set(row.name, row);
    this.#folding = models.flatMap((model) => {
      const row = rows.get(model.name);
      if (row === undefined || only?.includes(model.name) === false) return [];
      const writer = model.writer(database, mode);
      return [{ model, writer, digest: new RowDigest(row.digest), row }];
    });
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /**
   * Whether the file still stands where this fold left it. Another writer's rows are not in what the
   * models remember, and would be written over.
   */
  get isCurrent(): boolean {
    return (
      this.#checkpointRow.read().position === this.#checkpoint.position &&
      this.#modelRows.position() === Math.min(...this.#folding.map(({ row }) => row.position))
    );
  }

  /** How far every model is that is not parked; the views stand where the slowest of them does. */
  get rows(): ModelRow[] {
    return this.#folding.map(({ row, digest }) => ({ ...row, digest: digest.state }));
  }

  /** The position after which some model that may go on still wants events. */
  get needed(): number {
    const going = this.#folding.filter(({ row }) => row.fault === undefined);
    return Math.min(this.#checkpoint.position, ...going.map(({ row }) => row.position));
  }

  /** Lets models that were parked try again: whatever was wrong with them may be mended. */
  unpark(): void {
    for (const { row } of this.#folding) delete row.fault;
  }

  /** Takes the next events in; `factAt` gives one of them whole. */
  take(slice: Slice, factAt: (position: number) => Fact): void {
    for (const folding of this.#folding) this.#feed(folding, slice, factAt);
  }

  /** Says which event the rows are up to. */
  reach(last: Fact): void {
    const position = Number(last.position);
    if (position <= this.#checkpoint.position) return;
    const { sequence, id: eventId, stream, revision } = last;
    this.#checkpoint = { position, sequence, eventId, stream, revision };
  }

  /** Writes every row kept back, and how far they reach. */
  flush(): void {
    for (const { writer, row, digest } of this.#folding) {
      writer.flush();
      this.#modelRows.write({ ...row, digest: digest.state });
    }
    this.#checkpointRow.write(this.#checkpoint);
  }

  #feed(folding: Folding, slice: Slice, factAt: (position: number) => Fact): void {
    const { row, writer, digest } = folding;
    const { first } = slice;
    const before = row.position;
    const last = first + slice.events - 1;
    if (row.fault !== undefined || row.position >= last) return;
    if (row.position < first - 1) throw skipped(row, first);
    const from = row.position - first + 1;
    const fact = (index: number): Fact => factAt(first + index);
    const taken: Taken = { slice, from, to: slice.events, fact, index: from, digest };
    try {
      writer.take(taken);
      row.position = last;
    } catch (error) {
      // The disk and the file are nobody's fault in the fold.
      if (sqliteErrorCode(error) !== undefined) throw error;
      row.position = first + taken.index - 1;
      this.#park(folding, fact(taken.index), error);
    }
    if (row.position > before && row.position % SEGMENT_EVENTS === 0) digest.endSegment();
  }

  #park({ row }: Folding, { id: eventId, type, position }: Fact, cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    row.fault = { position: Number(position), eventId, type, message };
    this.#onParked(row, cause);
  }
}

/** The fault of a parked model as one sentence. */
export function parkedFault({ name, fault }: Pick<ModelRow, 'name' | 'fault'>): ProjectionFault {
  const { position = 0, eventId = '', type = '', message = '' } = fault ?? {};
  return new ProjectionFault(
    'MODEL_FAILED',
    `The read model "${name}" cannot take in the ${type} at position ${position} (${eventId}) ` +
      `and stands still before it: ${message}`,
    { model: name, position: toPosition(position), type },
  );
}

function skipped({ name, position }: ModelRow, first: number): ProjectionFault {
  return new ProjectionFault(
    'LOG_OUT_OF_ORDER',
    `The read model "${name}" stands at position ${position} and was given ${first}.`,
    { model: name, position: toPosition(first) },
  );
}
