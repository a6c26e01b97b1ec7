import type { PreparedAppend } from '@ledger/event-log';
import { prepareArrays, type Database, type Statement } from '@ledger/sqlite';
import { openForReading } from './layout.js';

export type StreamHead = { id: number; revision: number };

/** Events of a stream as they stand in the log, in revision order. */
export type Standing = { position: number; ids: string[]; entries: string[] };

/** Looks up what stands in a stream: for the rule of repeated appends, and after a failed commit. */
export class StreamLookup {
  readonly #head: Statement;
  readonly #standing: Statement;

  constructor(database: Database) {
    this.#head = prepareArrays(database, 'SELECT id, revision FROM streams WHERE name = ?');
    this.#standing = prepareArrays(
      database,
      'SELECT position, lower(hex(event_id)), entry FROM events ' +
        'WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
  }

  head(stream: string): StreamHead | undefined {
    const row: [number, number] | undefined = this.#head.get(stream);
    return row === undefined ? undefined : { id: row[0], revision: row[1] };
  }

  /** The events that stand where the append wants to stand; fewer, if the stream is shorter. */
  standing(streamId: number, { expected, entries }: PreparedAppend): Standing {
    const rows: [number, string, string][] = this.#standing.all(
      streamId,
      expected + 1,
      entries.length,
    );
    return {
      position: rows[0]?.[0] ?? 0,
      ids: rows.map(([, hex]) => uuid(hex)),
      entries: rows.map(([, , entry]) => entry),
    };
  }

  /** What stands in the log of this very append, if it does. */
  find(append: PreparedAppend): Standing | undefined {
    const head = this.head(append.stream);
    if (head === undefined) return undefined;
    const standing = this.standing(head.id, append);
    const same = append.entries.every(({ id }, index) => id === standing.ids[index]);
    return same ? standing : undefined;
  }
}

/** On a connection of its own: which of these appends stand in the log. Throws `UNAVAILABLE`. */
export function findInLog(
  dataDir: string,
  appends: readonly PreparedAppend[],
): (Standing | undefined)[] {
  const database = openForReading(dataDir);
  try {
    const lookup = new StreamLookup(database);
    return appends.map((append) => lookup.find(append));
  } finally {
    database.close();
  }
}

/** The text of a UUID from its 32 hex digits; `unhex(text, '-')` is the inverse in SQL. */
function uuid(hex: string): string {
  const cuts: [number, number][] = [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ];
  return cuts.map(([from, to]) => hex.slice(from, to)).join('-');
}
