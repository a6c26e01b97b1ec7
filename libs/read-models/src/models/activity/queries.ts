import { formatRecordedAt, readStoredEntry } from '@ledger/event-log';
import type { Database } from '@ledger/sqlite';
import type { Change, Page, RememberedCommand } from '../../answers.js';
import { asFact, type Fact, type Subject } from '../../facts.js';
import { toPosition } from '../../tables/positions.js';
import { Query } from '../../tables/query.js';
import { commandMark } from './command-mark.js';
import { ENTRY_OF_SLICE } from './entry-blocks.js';
import { changeOf } from './change.js';

type Row = [position: number, sequence: number, entry: string];
const ROWS = `
  SELECT position, sequence, ${ENTRY_OF_SLICE}
  FROM activity CROSS JOIN activity_blocks USING (block)`;

/** Newest first; `after` and `knownAt` as in `Views`. */
export type ActivityRequest = {
  knownAt: number;
  after?: number;
  limit: number;
  subject?: { kind: string; id: string };
};

/** Questions to the list of all events. Other models read the events of their answers here. */
export class ActivityQueries {
  readonly #at: Query<Row>;
  readonly #newest: Query<Row>;
  readonly #newestOfStream: Query<Row>;
  readonly #after: Query<Row>;
  readonly #ofCommand: Query<Row>;
  readonly #stream: Query<[number]>;
  readonly #lastUpTo: Query<[position: number, recordedAt: number]>;

  constructor(database: Database) {
    const select = (rest: string) => new Query<Row>(database, `${ROWS} ${rest}`);
    this.#at = select('WHERE position = ?');
    this.#newest = select('WHERE position <= ? ORDER BY position DESC LIMIT ?');
    this.#newestOfStream = select(
      'WHERE stream = ? AND position <= ? ORDER BY position DESC LIMIT ?',
    );
    this.#after = select('WHERE position > ? ORDER BY position LIMIT ?');
    this.#ofCommand = select('WHERE command = ? ORDER BY position');
    this.#stream = new Query(database, 'SELECT number FROM activity_streams WHERE name = ?');
    this.#lastUpTo = new Query(
      database,
      `SELECT position, recorded_at FROM activity WHERE position <= ?
       ORDER BY position DESC LIMIT 1`,
    );
  }

  /** The event at a position that another row names. */
  factAt(position: number): Fact {
    const row = this.#at.first(position);
    if (row === undefined) throw new RangeError(`No event stands at position ${position}.`);
    return factOf(row);
  }

  /**
   * When the ledger stood at a position: the highest `recordedAt` up to it, because a writer whose
   * clock runs behind may stamp an event earlier than the one before. Undefined before the first.
   */
  recordedAt(position: number): string | undefined {
    const row = this.#lastUpTo.first(position);
    return row === undefined ? undefined : formatRecordedAt(row[1]);
  }

  /** The revision of the subject's stream as known at a position; -1 before its first event. */
  revisionOf({ kind, id }: Subject, knownAt: number): number {
    const [row] = this.#ofStream(`${kind}-${id}`, knownAt, 1);
    return row === undefined ? -1 : factOf(row).revision;
  }

  page({ knownAt, after, limit, subject }: ActivityRequest): Page<Change> {
    const upTo = after === undefined ? knownAt : Math.min(knownAt, after - 1);
    const rows =
      subject === undefined
        ? this.#newest.all(upTo, limit + 1)
        : this.#ofStream(`${subject.kind}-${subject.id}`, upTo, limit + 1);
    const items = rows.slice(0, limit).map((row) => changeOf(factOf(row)));
    const next = rows.length > limit ? (items.at(-1)?.position ?? null) : null;
    return { items, next, knownAt: toPosition(knownAt) };
  }

  /** The events after one position up to another, in log order; at most `limit`. */
  between(after: number, upTo: number, limit: number): Fact[] {
    return this.#after
      .all(after, limit)
      .map(factOf)
      .filter(({ position }) => Number(position) <= upTo);
  }

  /** The newest `limit` events of a subject's stream up to a position, newest first. */
  ofSubject({ kind, id }: Subject, upTo: number, limit: number): Fact[] {
    return this.#ofStream(`${kind}-${id}`, upTo, limit).map(factOf);
  }

  changesAfter(position: number, limit: number): Change[] {
    return this.#after.all(position, limit).map((row) => changeOf(factOf(row)));
  }

  /** The last position recorded at or before an instant in milliseconds; 0 when there is none. */
  positionAt(instant: number): number {
    const head = this.#lastUpTo.first(Number.MAX_SAFE_INTEGER)?.[0] ?? 0;
    let [from, to] = [0, head];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      const [position, recordedAt] = this.#lastUpTo.first(middle) ?? [0, -Infinity];
      if (recordedAt <= instant) from = middle;
      else to = position - 1;
    }
    return this.#lastUpTo.first(to)?.[0] ?? 0;
  }

  /** The events of one command stand in one stream; the answer spans them all. */
  command(commandId: string): RememberedCommand | undefined {
    const facts = this.#ofCommand
      .all(commandMark(commandId))
      .map(factOf)
      .filter(({ metadata }) => metadata.commandId === commandId);
    const [first, last] = [facts[0], facts.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    return {
      commandId,
      commandHash: first.metadata.commandHash,
      stream: first.stream,
      firstRevision: first.revision,
      lastRevision: last.revision,
      position: last.position,
    };
  }

  #ofStream(name: string, upTo: number, limit: number): Row[] {
    const number = this.#stream.first(name)?.[0];
    return number === undefined ? [] : this.#newestOfStream.all(number, upTo, limit);
  }
}

const factOf = ([position, sequence, entry]: Row): Fact =>
  asFact(readStoredEntry(entry, { position: toPosition(position), sequence }));
