import { formatRecordedAt } from '@ledger/event-log';
import type { Database } from '@ledger/sqlite';
import type { Change, Page, RememberedCommand } from '../../answers.js';
import type { Fact, Subject } from '../../facts.js';
import type { SegmentReader } from '../../segments/segment-reader.js';
import { BlockReader } from '../../tables/block-reader.js';
import { toPosition } from '../../tables/positions.js';
import { Query } from '../../tables/query.js';
import { changeOf } from './change.js';
import { CommandReader } from './command-index.js';
import { commandMark } from './command-mark.js';

/** Events held in memory as they were read: boards ask for the same ones again. About 25 MB. */
const REMEMBERED_FACTS = 8_000;

/** Newest first; `after` and `knownAt` as in `Views`. */
export type ActivityRequest = {
  knownAt: number;
  after?: number;
  limit: number;
  subject?: { kind: string; id: string };
};

/** Questions to the list of all events. Other models read the events of their answers here. */
export class ActivityQueries {
  readonly #segments: SegmentReader;
  readonly #commands: CommandReader;
  readonly #head: Query<[position: number]>;
  readonly #streams: BlockReader;
  readonly #facts = new Map<number, Fact>();

  constructor(database: Database, segments: SegmentReader) {
    this.#segments = segments;
    this.#streams = new BlockReader(database, 'activity_streams');
    this.#commands = new CommandReader(database);
    this.#head = new Query(database, `SELECT position FROM views_models WHERE name = 'activity'`);
  }

  /** The event at a position that another row names. */
  factAt(position: number): Fact {
    const fact = this.#read(position);
    if (this.#facts.size >= REMEMBERED_FACTS) this.#facts.clear();
    this.#facts.set(position, fact);
    return fact;
  }

  /** Reads the events that `factAt` will be asked for at once, where they are many. */
  foresee(positions: readonly number[]): void {
    const unread = positions.filter((position) => !this.#facts.has(position));
    if (this.#facts.size + unread.length > REMEMBERED_FACTS) this.#facts.clear();
    const ascending = unread.slice(0, REMEMBERED_FACTS).sort((a, b) => a - b);
    for (const [position, fact] of this.#segments.factsAt(ascending)) {
      this.#facts.set(position, fact);
    }
  }

  /**
   * When the ledger stood at a position: the highest `recordedAt` up to it, because a writer whose
   * clock runs behind may stamp an event earlier than the one before. Undefined before the first.
   */
  recordedAt(position: number): string | undefined {
    const instant = this.#segments.recordedAt(position);
    return instant === undefined ? undefined : formatRecordedAt(instant);
  }

  /** The revision of the subject's stream as known at a position; -1 before its first event. */
  revisionOf({ kind, id }: Subject, knownAt: number): number {
    const stream = this.#segments.streamNumber(`${kind}-${id}`);
    if (stream === undefined) return -1;
    return this.#streams.last(stream, 0, knownAt)?.payload ?? -1;
  }

  page({ knownAt, after, limit, subject }: ActivityRequest): Page<Change> {
    const upTo = after === undefined ? knownAt : Math.min(knownAt, after - 1);
    const positions =
      subject === undefined
        ? backwards(Math.min(upTo, this.#position()), limit + 1)
        : this.#ofStream(`${subject.kind}-${subject.id}`, upTo, limit + 1);
    const items = positions.slice(0, limit).map((position) => changeOf(this.#read(position)));
    const next = positions.length > limit ? (items.at(-1)?.position ?? null) : null;
    return { items, next, knownAt: toPosition(knownAt) };
  }

  /** The events after one position up to another, in log order; at most `limit`. */
  between(after: number, upTo: number, limit: number): Fact[] {
    const last = Math.min(upTo, this.#position(), after + limit);
    const facts: Fact[] = [];
    for (let position = after + 1; position <= last; position += 1)
      facts.push(this.#read(position));
    return facts;
  }

  /** The newest `limit` events of a subject's stream up to a position, newest first. */
  ofSubject({ kind, id }: Subject, upTo: number, limit: number): Fact[] {
    return this.#ofStream(`${kind}-${id}`, upTo, limit).map((position) => this.#read(position));
  }

  changesAfter(position: number, limit: number): Change[] {
    return this.between(position, Number.MAX_SAFE_INTEGER, limit).map(changeOf);
  }

  /** The last position recorded at or before an instant in milliseconds; 0 when there is none. */
  positionAt(instant: number): number {
    let [from, to] = [0, this.#position()];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      if ((this.#segments.recordedAt(middle) ?? Infinity) <= instant) from = middle;
      else to = middle - 1;
    }
    return to;
  }

  /** The events of one command stand in one stream; the answer spans them all. */
  command(commandId: string): RememberedCommand | undefined {
    const facts = this.#commands
      .positionsOf(commandMark(commandId))
      .map((position) => this.#read(position))
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

  /** A list reads each event once: keeping those would push out what boards ask for. */
  #read(position: number): Fact {
    const known = this.#facts.get(position);
    if (known !== undefined) return known;
    const fact = this.#segments.factAt(position);
    if (fact === undefined) throw new RangeError(`No event stands at position ${position}.`);
    return fact;
  }

  /** How far this model has taken the log in; the segment cache may hold more. */
  #position(): number {
    return this.#head.first()?.[0] ?? 0;
  }

  #ofStream(name: string, upTo: number, limit: number): number[] {
    const stream = this.#segments.streamNumber(name);
    const positions: number[] = [];
    if (stream === undefined) return positions;
    for (const { position } of this.#streams.backwards(stream, 0, upTo)) {
      if (positions.length === limit) break;
      positions.push(position);
    }
    return positions;
  }
}

function backwards(from: number, limit: number): number[] {
  return Array.from({ length: Math.min(from, limit) }, (_, index) => from - index);
}
