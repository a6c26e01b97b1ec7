import type { EventLogReader } from '@ledger/event-log';
import { sqliteErrorCode, type Database } from '@ledger/sqlite';
import { models } from '../models.js';
import { toPosition } from '../tables/positions.js';
import { Query } from '../tables/query.js';

/** The last event that every model has taken in. */
export type Checkpoint = {
  position: number;
  sequence: number;
  eventId: string;
  stream: string;
  revision: number;
};

/** Before the first event. */
export const START: Checkpoint = {
  position: 0,
  sequence: -1,
  eventId: '',
  stream: '',
  revision: -1,
};

export const CHECKPOINT_TABLES = `
  CREATE TABLE views_models(name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE views_checkpoint(
    only INTEGER PRIMARY KEY CHECK(only = 1), position INTEGER NOT NULL,
    sequence INTEGER NOT NULL, event_id TEXT NOT NULL, stream TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;`;

/** SQLite's numbers for a damaged file, and for one that is no database. */
const DAMAGED = [11, 26];

/** Reads and writes the checkpoint; written in the transaction of the rows that it stands for. */
export class CheckpointRow {
  readonly #read: Query<[number, number, string, string, number]>;
  readonly #write: Query<[]>;

  constructor(database: Database) {
    this.#read = new Query(
      database,
      'SELECT position, sequence, event_id, stream, revision FROM views_checkpoint',
    );
    this.#write = new Query(
      database,
      `INSERT INTO views_checkpoint VALUES (1,?,?,?,?,?) ON CONFLICT(only) DO UPDATE SET
       position = excluded.position, sequence = excluded.sequence, event_id = excluded.event_id,
       stream = excluded.stream, revision = excluded.revision`,
    );
  }

  read(): Checkpoint {
    const row = this.#read.first();
    if (row === undefined) return START;
    const [position, sequence, eventId, stream, revision] = row;
    return { position, sequence, eventId, stream, revision };
  }

  write({ position, sequence, eventId, stream, revision }: Checkpoint): void {
    this.#write.run(position, sequence, eventId, stream, revision);
  }
}

/** Writes which versions of which models made this file. */
export function writeModelVersions(database: Database): void {
  const insert = new Query<[]>(database, 'INSERT INTO views_models VALUES (?,?)');
  for (const { name, version } of models) insert.run(name, version);
}

/**
 * Why the views in this database cannot be continued from this log, in words; undefined when they
 * can. A file of up to 256 MiB is read through for damage, which takes at most a second; in a larger
 * one damage shows when it is read, as an error of SQLite.
 */
export async function whyUnusable(
  database: Database,
  log: EventLogReader,
): Promise<string | undefined> {
  let checkpoint: Checkpoint;
  try {
    const versions = new Query<[string, number]>(
      database,
      'SELECT name, version FROM views_models',
    );
    if (!areOurs(versions.all())) return 'they were made by other versions of the read models';
    checkpoint = new CheckpointRow(database).read();
    if (isSmall(database) && !isWhole(database)) return 'their file is damaged';
  } catch (error) {
    const code = sqliteErrorCode(error);
    if (code === undefined) throw error;
    if (DAMAGED.includes(code & 0xff)) return 'their file is damaged';
    // A table that is missing: made by something else, or emptied by hand.
    if (code === 1) return 'their file has another layout';
    throw error;
  }
  return whyNotOfThisLog(checkpoint, log);
}

const READ_THROUGH_BYTES = 256 * 1024 * 1024;

function isSmall(database: Database): boolean {
  const sizes = 'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size';
  const [bytes = 0] = new Query<[number]>(database, sizes).first() ?? [];
  return bytes <= READ_THROUGH_BYTES;
}

function isWhole(database: Database): boolean {
  const [found] = new Query<[string]>(database, 'PRAGMA quick_check(1)').first() ?? [];
  return found === 'ok';
}

async function whyNotOfThisLog(
  { position, eventId, stream, revision }: Checkpoint,
  log: EventLogReader,
): Promise<string | undefined> {
  if (position === START.position) return undefined;
  const head = await log.head();
  if (Number(head.position) < position) {
    return `they stand at position ${position}, beyond the log's end at ${head.position}`;
  }
  const [event] = await log.readStream(stream, { from: revision, limit: 1 });
  if (event?.id === eventId && event.position === toPosition(position)) return undefined;
  return `the log holds another event at position ${position} than they were made from`;
}

function areOurs(found: [name: string, version: number][]): boolean {
  const versions = new Map(found);
  return (
    versions.size === models.length &&
    models.every(({ name, version }) => versions.get(name) === version)
  );
}
