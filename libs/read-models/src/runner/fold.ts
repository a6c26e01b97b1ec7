import type { LedgerEvent } from '@ledger/event-log';
import type { Database } from '@ledger/sqlite';
import { asFact, type Fact } from '../facts.js';
import { ProjectionFault } from '../fault.js';
import { models } from '../models.js';
import type { Model, ModelWriter, WriteMode } from '../models/model.js';
import { toKey } from '../tables/positions.js';
import { CheckpointRow, type Checkpoint } from './checkpoint.js';

/**
 * Feeds events to every model, on a connection whose transactions are the caller's. After an error
 * it must not be used again: what its writers remember may not be in the file.
 */
export class Fold {
  readonly #writers: { model: Model; writer: ModelWriter }[];
  readonly #row: CheckpointRow;
  #checkpoint: Checkpoint;

  constructor(database: Database, mode: WriteMode) {
    this.#row = new CheckpointRow(database);
    this.#checkpoint = this.#row.read();
    this.#writers = models.map((model) => ({ model, writer: model.writer(database, mode) }));
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Takes the next events of the log in, and answers them as facts. Throws a fault. */
  take(events: LedgerEvent[]): Fact[] {
    let { position, sequence } = this.#checkpoint;
    const facts: Fact[] = [];
    for (const event of events) {
      const next = toKey(event.position);
      if (event.sequence !== sequence + 1 || next <= position) {
        throw outOfOrder(event, { position, sequence });
      }
      ({ sequence } = event);
      position = next;
      const fact = asFact(event);
      this.#feed(fact, position);
      facts.push(fact);
    }
    const last = events.at(-1);
    if (last === undefined) return facts;
    const { id: eventId, stream, revision } = last;
    this.#checkpoint = { position, sequence, eventId, stream, revision };
    return facts;
  }

  /** Writes every row kept back, and the checkpoint that they belong to. */
  flush(): void {
    for (const { writer } of this.#writers) writer.flush();
    this.#row.write(this.#checkpoint);
  }

  /** Ends a load: the rows are in their tables, only indexes are missing. */
  finish(): void {
    this.flush();
    for (const { writer } of this.#writers) writer.finish?.();
  }

  #feed(fact: Fact, position: number): void {
    for (const { model, writer } of this.#writers) {
      try {
        writer.take(fact, position);
      } catch (error) {
        throw modelFault(model, fact, error);
      }
    }
  }
}

/** The log's sequence has no gaps, so any skip, repeat or swap shows in it. */
function outOfOrder(
  { position, sequence }: LedgerEvent,
  last: Pick<Checkpoint, 'position' | 'sequence'>,
): ProjectionFault {
  return new ProjectionFault(
    'LOG_OUT_OF_ORDER',
    `After the event number ${last.sequence} at position ${last.position} the log gave number ` +
      `${sequence} at position ${position}.`,
    { position },
  );
}

function modelFault(
  { name }: Model,
  { position, type, id }: Fact,
  cause: unknown,
): ProjectionFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ProjectionFault(
    'MODEL_FAILED',
    `The read model "${name}" cannot take in the ${type} at position ${position} (${id}): ${why}`,
    { model: name, position, type },
    { cause },
  );
}
