import type { FactType } from '../facts.js';

/** Events in a full segment: positions 1 to 256, 257 to 512, and so on. */
export const SEGMENT_EVENTS = 256;

/** The number of the segment, from 0, that holds a position. */
export const segmentOf = (position: number): number => Math.floor((position - 1) / SEGMENT_EVENTS);
export const firstPositionOf = (segment: number): number => segment * SEGMENT_EVENTS + 1;

/**
 * What the folds need of each event, column by column, an array a column. Names are numbers of the
 * cache's dictionaries. `recordedAt` is in milliseconds, the highest up to the event. `series`,
 * `days` and `timeKeys` are 0 where the event makes no statement about an observation.
 */
export type Columns = {
  recordedAt: Float64Array;
  streams: Uint32Array;
  revisions: Uint32Array;
  marks: Int32Array;
  series: Uint32Array;
  days: Uint32Array;
  timeKeys: Uint32Array;
  types: Uint8Array;
};

/** Which column of the events names the entries of each dictionary of the cache. */
export const DICTIONARIES = {
  types: 'types',
  streams: 'streams',
  series: 'series',
  time_keys: 'timeKeys',
} as const satisfies { [table: string]: keyof Columns };

/** Bytes that the columns take for one event. */
const EVENT_BYTES = 8 + 6 * 4 + 1;

export function newColumns(events: number): Columns {
  return columnsOn(new Uint8Array(events * EVENT_BYTES));
}

/** The columns as the bytes that are stored, little-endian. Inverse: `columnsOn`. */
export function bytesOf({ recordedAt }: Columns): Uint8Array {
  return new Uint8Array(recordedAt.buffer, recordedAt.byteOffset, recordedAt.length * EVENT_BYTES);
}

/** Columns that lie on stored bytes, without a copy. Inverse of `bytesOf`. */
export function columnsOn(bytes: Uint8Array): Columns {
  const events = bytes.length / EVENT_BYTES;
  if (!Number.isInteger(events)) throw new RangeError(`${bytes.length} bytes are no columns.`);
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const words = (column: number): [ArrayBufferLike, number, number] => [
    buffer,
    byteOffset + events * (8 + column * 4),
    events,
  ];
  return {
    recordedAt: new Float64Array(buffer, byteOffset, events),
    streams: new Uint32Array(...words(0)),
    revisions: new Uint32Array(...words(1)),
    marks: new Int32Array(...words(2)),
    series: new Uint32Array(...words(3)),
    days: new Uint32Array(...words(4)),
    timeKeys: new Uint32Array(...words(5)),
    types: new Uint8Array(buffer, byteOffset + events * (EVENT_BYTES - 1), events),
  };
}

/** Columns of several events joined, or of one part of them. */
export function joinColumns(left: Columns, right: Columns): Columns {
  const joined = newColumns(left.recordedAt.length + right.recordedAt.length);
  const at = left.recordedAt.length;
  joined.recordedAt.set(left.recordedAt);
  joined.recordedAt.set(right.recordedAt, at);
  joined.marks.set(left.marks);
  joined.marks.set(right.marks, at);
  joined.types.set(left.types);
  joined.types.set(right.types, at);
  for (const name of ['streams', 'revisions', 'series', 'days', 'timeKeys'] as const) {
    joined[name].set(left[name]);
    joined[name].set(right[name], at);
  }
  return joined;
}

/** Events that follow one another in one segment, as the folds take them in. */
export type Slice = {
  /** Position of the first one. */
  first: number;
  events: number;
  columns: Columns;
  /** SHA-256 over the entries of the segment, a line each, up to the last event of the slice. */
  segmentHash: Uint8Array;
  typeOf(index: number): FactType;
};
