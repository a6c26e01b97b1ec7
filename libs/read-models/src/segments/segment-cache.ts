import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Database } from '@ledger/sqlite';
import { isFactType, type Fact, type FactType } from '../facts.js';
import { commandMark } from '../models/activity/command-mark.js';
import { instantOf } from '../models/activity/instant.js';
import { dayNumber, seriesText, statementOf } from '../models/timeline/statement.js';
import { Numbering } from '../tables/numbering.js';
import { toKey } from '../tables/positions.js';
import { Query } from '../tables/query.js';
import { CheckedEntryReader, EntryWriter, factOf } from './entry-blocks.js';
import { asDamage, createCache, isDamage, openCache, unusable } from './layout.js';
import {
  bytesOf,
  columnsOn,
  firstPositionOf,
  joinColumns,
  newColumns,
  SEGMENT_EVENTS,
  segmentOf,
  type Columns,
  type Slice,
} from './slice.js';

type SegmentRow = [
  segment: number,
  events: number,
  recordedAt: number,
  columns: Uint8Array,
  crc: number,
  hash: Uint8Array,
];
const ROW = 'segment, events, recorded_at, columns, columns_crc32, entries_sha256';
/** Segments read at once in a pass. */
const SEGMENTS_AT_ONCE = 16;

/**
 * The segment cache: what folds and readers need of the log, in a file of its own beside the views.
 * Everything in it is made from the log and bound to it by hash; it may be deleted while nobody
 * uses it. Several may write to it at once (a live projector and a rebuild): what each segment
 * holds depends on the log alone, so whoever comes second finds it done.
 */
export class SegmentCache {
  readonly #database: Database;
  readonly #entries: CheckedEntryReader;
  readonly #writer: EntryWriter;
  readonly #types: Numbering;
  readonly #streams: Numbering;
  readonly #series: Numbering;
  readonly #timeKeys: Numbering;
  readonly #lastSegment: Query<[segment: number, events: number]>;
  readonly #segments: Query<SegmentRow>;
  readonly #put: Query<[]>;
  readonly #typeNames: Query<[number, string]>;
  readonly #typeOf = new Map<number, FactType>();
  /** Without them a cache can be filled and folded, but neither read from nor opened again. */
  readonly #keepsEntries: boolean;
  /** The last segment while it is not full, as far as this writer knows. */
  #partial: Columns = newColumns(0);
  #end = 0;
  #recordedAt = 0;

  /** Opens a cache that is complete. Throws `SEGMENTS_UNUSABLE` for any other file. */
  static open(file: string): SegmentCache {
    return new SegmentCache(file, openCache(file), { entries: true });
  }

  /**
   * Makes a new and empty one, which others may open once it is filled and `complete`. Without
   * entries it can be filled and folded, and never be read from or opened again.
   */
  static create(file: string, options: { entries?: boolean } = {}): SegmentCache {
    return new SegmentCache(file, createCache(file), { entries: options.entries ?? true });
  }

  private constructor(
    readonly file: string,
    database: Database,
    { entries }: { entries: boolean },
  ) {
    this.#database = database;
    this.#keepsEntries = entries;
    try {
      this.#entries = new CheckedEntryReader(database, file);
      this.#writer = new EntryWriter(database);
      this.#types = new Numbering(database, 'types', ['name']);
      this.#streams = new Numbering(database, 'streams', ['name']);
      this.#series = new Numbering(database, 'series', ['metric', 'key']);
      this.#timeKeys = new Numbering(database, 'time_keys', ['name']);
      this.#lastSegment = new Query(
        database,
        'SELECT segment, events FROM segments ORDER BY segment DESC LIMIT 1',
      );
      this.#segments = new Query(
        database,
        `SELECT ${ROW} FROM segments WHERE segment >= ? ORDER BY segment LIMIT ?`,
      );
      this.#put = new Query(
        database,
        `INSERT INTO segments VALUES (?,?,?,?,?,?) ON CONFLICT(segment) DO UPDATE SET
         events = excluded.events, recorded_at = excluded.recorded_at, columns = excluded.columns,
         columns_crc32 = excluded.columns_crc32, entries_sha256 = excluded.entries_sha256`,
      );
      this.#typeNames = new Query(database, 'SELECT number, name FROM types');
      this.#restore();
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** The last position that the cache holds; 0 when it is empty. */
  get end(): number {
    return this.#end;
  }

  /**
   * Takes in events that follow one another, the first of which stands no later than behind the
   * end, and answers them as slices. One transaction.
   */
  append(facts: readonly Fact[]): Slice[] {
    const [first] = facts;
    if (first === undefined) return [];
    this.#database.exec('BEGIN IMMEDIATE');
    this.#entries.forget();
    try {
      if (this.#lastStored() !== this.#end) this.#restore();
      const from = toKey(first.position);
      if (from > this.#end + 1) {
        throw new RangeError(`The cache ends at ${this.#end}, ${from} does not follow.`);
      }
      // Events that stand here already were stored by another writer, and are told of once more.
      if (from <= this.#end) this.#goBackTo(from - 1);
      const slices: Slice[] = [];
      for (let done = 0; done < facts.length;) {
        const room = SEGMENT_EVENTS - ((from + done - 1) % SEGMENT_EVENTS);
        const part = facts.slice(done, done + room);
        slices.push(this.#take(from + done, part));
        done += part.length;
      }
      this.#database.exec('COMMIT');
      return slices;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const dictionary of this.#dictionaries) dictionary.forget();
      this.#entries.forget();
      if (!isDamage(error)) this.#restore();
      throw asDamage(this.file, error);
    }
  }

  /** Everything after a position up to another, segment by segment, checked against its CRC. */
  *slices(after: number, upTo = Infinity): Generator<Slice> {
    let next = segmentOf(after + 1);
    for (;;) {
      const rows = this.#rowsFrom(next);
      for (const row of rows) {
        next = row[0] + 1;
        if (firstPositionOf(row[0]) > upTo) return;
        const slice = this.#sliceOf(row, after, upTo);
        if (slice.events > 0) yield slice;
      }
      if (rows.length < SEGMENTS_AT_ONCE) return;
    }
  }

  /** The event at a position that the cache holds. */
  factAt(position: number): Fact {
    return factOf(position, this.#entryAt(position));
  }

  /** SHA-256 over the entries of a segment so far, as they were when they were taken in. */
  segmentHash(segment: number): Uint8Array | undefined {
    const row = this.#segments.first(segment, 1);
    return row?.[0] === segment ? row[5] : undefined;
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #rowsFrom(segment: number): SegmentRow[] {
    try {
      return this.#segments.all(segment, SEGMENTS_AT_ONCE);
    } catch (error) {
      throw asDamage(this.file, error);
    }
  }

  get #dictionaries(): Numbering[] {
    return [this.#types, this.#streams, this.#series, this.#timeKeys];
  }

  #take(first: number, facts: readonly Fact[]): Slice {
    const columns = this.#columnsOf(facts);
    const segment = segmentOf(first);
    const last = first + facts.length - 1;
    const stored = this.#lastStored();
    const store = last > stored;
    const entries = facts.map(({ entry }) => entry);
    if (this.#keepsEntries) this.#checkStored(first, entries, stored);
    this.#writer.add(first, entries, store && this.#keepsEntries);
    this.#partial = joinColumns(this.#partial, columns);
    const segmentHash = this.#writer.segmentHash();
    if (store) {
      const bytes = bytesOf(this.#partial);
      const events = this.#partial.recordedAt.length;
      this.#put.run(segment, events, this.#recordedAt, bytes, crc32(bytes), segmentHash);
    }
    this.#end = last;
    if (last % SEGMENT_EVENTS === 0) {
      this.#partial = newColumns(0);
      this.#writer.endSegment();
    }
    return this.#slice(first, columns, segmentHash);
  }

  /** What stands here already must be what the log says: it may have been cut and gone on since. */
  #checkStored(first: number, entries: readonly string[], stored: number): void {
    for (const [index, entry] of entries.entries()) {
      const position = first + index;
      if (position > stored) return;
      if (this.#entryAt(position) === entry) continue;
      throw unusable(this.file, `it holds another event at position ${position} than the log`);
    }
  }

  #columnsOf(facts: readonly Fact[]): Columns {
    const columns = newColumns(facts.length);
    for (const [index, fact] of facts.entries()) {
      this.#recordedAt = Math.max(this.#recordedAt, instantOf(fact.metadata.recordedAt));
      columns.recordedAt[index] = this.#recordedAt;
      columns.streams[index] = this.#streams.of(fact.stream);
      columns.revisions[index] = fact.revision;
      columns.marks[index] = commandMark(fact.metadata.commandId);
      columns.types[index] = this.#types.of(fact.type);
      const statement = statementOf(fact);
      if (statement === undefined) continue;
      const { metric, series, validOn, timeKey } = statement;
      columns.series[index] = this.#series.of(metric, seriesText(series));
      columns.days[index] = dayNumber(validOn);
      columns.timeKeys[index] = timeKey === '' ? 0 : this.#timeKeys.of(timeKey);
    }
    return columns;
  }

  #slice(first: number, columns: Columns, segmentHash: Uint8Array): Slice {
    const events = columns.recordedAt.length;
    const typeOf = (index: number): FactType => this.#typeName(columns.types[index] ?? 0);
    return { first, events, columns, segmentHash, typeOf };
  }

  #sliceOf([segment, events, , bytes, crc, hash]: SegmentRow, after: number, upTo: number): Slice {
    if (crc32(bytes) !== crc) throw unusable(this.file, `segment ${segment} is damaged`);
    const columns = columnsOn(bytes);
    const first = firstPositionOf(segment);
    if (after < first && first + events - 1 <= upTo) return this.#slice(first, columns, hash);
    const from = Math.max(after + 1, first);
    const last = Math.min(first + events - 1, upTo);
    const part = partOf(columns, from - first, last - first + 1);
    return this.#slice(from, part, this.#hashUpTo(first, last));
  }

  #entryAt(position: number): string {
    let entry;
    try {
      entry = this.#entries.at(position);
    } catch (error) {
      throw asDamage(this.file, error);
    }
    if (entry === undefined) throw unusable(this.file, `it does not hold position ${position}`);
    return entry;
  }

  #hashUpTo(first: number, last: number): Uint8Array {
    const hash = createHash('sha256');
    for (let position = first; position <= last; position += 1) {
      hash.update(`${this.#entryAt(position)}\n`);
    }
    return hash.digest();
  }

  #typeName(number: number): FactType {
    const known = this.#typeOf.get(number);
    if (known !== undefined) return known;
    for (const [each, name] of this.#typeNames.all()) {
      if (isFactType(name)) this.#typeOf.set(each, name);
    }
    const name = this.#typeOf.get(number);
    if (name === undefined) throw unusable(this.file, `it names no event type ${number}`);
    return name;
  }

  #lastStored(): number {
    const row = this.#lastSegment.first();
    return row === undefined ? 0 : firstPositionOf(row[0]) + row[1] - 1;
  }

  #restore(): void {
    this.#goBackTo(this.#lastStored());
  }

  /** Goes on behind a position that the cache holds. */
  #goBackTo(position: number): void {
    const segment = segmentOf(position + 1);
    const first = firstPositionOf(segment);
    const entries: string[] = [];
    for (let at = first; at <= position; at += 1) entries.push(this.#entryAt(at));
    const row = this.#segments.first(segment, 1);
    const columns = row?.[0] === segment ? columnsOn(row[3]) : newColumns(0);
    this.#partial = partOf(columns, 0, entries.length);
    this.#writer.restore(entries);
    this.#recordedAt = this.#recordedUpTo(position);
    this.#end = position;
  }

  #recordedUpTo(position: number): number {
    if (position === 0) return 0;
    const segment = segmentOf(position);
    const row = this.#segments.first(segment, 1);
    if (row === undefined) return 0;
    return columnsOn(row[3]).recordedAt[position - firstPositionOf(segment)] ?? row[2];
  }
}

/** The columns of some of their events. */
function partOf(columns: Columns, from: number, to: number): Columns {
  const part = newColumns(Math.max(0, to - from));
  part.recordedAt.set(columns.recordedAt.subarray(from, to));
  part.marks.set(columns.marks.subarray(from, to));
  part.types.set(columns.types.subarray(from, to));
  for (const name of ['streams', 'revisions', 'series', 'days', 'timeKeys'] as const) {
    part[name].set(columns[name].subarray(from, to));
  }
  return part;
}
