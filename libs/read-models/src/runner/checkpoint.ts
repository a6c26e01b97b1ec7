import type { Database } from '@ledger/sqlite';
import { isModelName, models, type ModelName } from '../models.js';
import { Query } from '../tables/query.js';
import { emptyDigest, RowDigest, type DigestState } from '../tables/row-digest.js';

/** The last event that the views have taken in. */
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

/** The event that a model could not take in, and why. It stands before it until that is mended. */
export type ModelFault = { position: number; eventId: string; type: string; message: string };

/** How far one model has taken the log in, and what its state hash is made of. */
export type ModelRow = {
  name: ModelName;
  version: number;
  layout: number;
  position: number;
  digest: DigestState;
  fault?: ModelFault;
};

/**
 * `views_place` names the segment cache that these views read events from; `rebuilt` is the
 * comparison with the views that they replaced, as JSON, until somebody has put it into the log.
 */
export const CHECKPOINT_TABLES = `
  CREATE TABLE views_models(
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, layout INTEGER NOT NULL,
    position INTEGER NOT NULL, row_count INTEGER NOT NULL, chain BLOB NOT NULL,
    pending BLOB NOT NULL, fault TEXT
  ) STRICT;
  CREATE TABLE views_place(
    only INTEGER PRIMARY KEY CHECK(only = 1), segments TEXT NOT NULL, rebuilt TEXT
  ) STRICT;
  CREATE TABLE views_checkpoint(
    only INTEGER PRIMARY KEY CHECK(only = 1), position INTEGER NOT NULL,
    sequence INTEGER NOT NULL, event_id TEXT NOT NULL, stream TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;`;

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

type Row = [
  name: string,
  version: number,
  layout: number,
  position: number,
  rows: number,
  chain: Uint8Array,
  pending: Uint8Array,
  fault: string | null,
];

/** Reads and writes what is known of each model. */
export class ModelRows {
  readonly #read: Query<Row>;
  readonly #positions: Query<[name: string, position: number]>;
  readonly #write: Query<[]>;

  constructor(database: Database) {
    this.#positions = new Query(database, 'SELECT name, position FROM views_models');
    this.#read = new Query(
      database,
      'SELECT name, version, layout, position, row_count, chain, pending, fault FROM views_models',
    );
    this.#write = new Query(
      database,
      `INSERT INTO views_models VALUES (?,?,?,?,?,?,?,?) ON CONFLICT(name) DO UPDATE SET
       version = excluded.version, layout = excluded.layout, position = excluded.position,
       row_count = excluded.row_count, chain = excluded.chain, pending = excluded.pending,
       fault = excluded.fault`,
    );
  }

  /** The models that this version knows. */
  read(): ModelRow[] {
    return this.#read
      .all()
      .flatMap(([name, version, layout, position, rows, chain, pending, fault]) =>
        isModelName(name)
          ? [
              {
                name,
                version,
                layout,
                position,
                digest: { rows, chain, pending },
                ...(fault !== null && { fault: readFault(fault) }),
              },
            ]
          : [],
      );
  }

  /** Where the slowest model stands, of all or of those named. */
  position(names?: readonly string[]): number {
    const rows = this.#positions.all().filter(([name]) => names?.includes(name) !== false);
    return rows.reduce((least, [, position]) => Math.min(least, position), Infinity);
  }

  write({ name, version, layout, position, digest, fault }: ModelRow): void {
    const { rows, chain, pending } = digest;
    const said = fault === undefined ? null : JSON.stringify(fault);
    this.#write.run(name, version, layout, position, rows, chain, pending, said);
  }
}

/** Inverse of the `JSON.stringify` above. */
const readFault = (text: string): ModelFault => JSON.parse(text);

/** The rows of new views. */
export const freshModelRows = (): ModelRow[] =>
  models.map(({ name, version, layout }) => ({
    name,
    version,
    layout,
    position: START.position,
    digest: emptyDigest(),
  }));

/** SHA-256, hex, over all that the model's rows were at its position. */
export const stateHash = ({ digest }: Pick<ModelRow, 'digest'>): string =>
  new RowDigest(digest).hex();

/** Reads and writes which segment cache these views belong to, and what they replaced. */
export class PlaceRow {
  readonly #read: Query<[segments: string, rebuilt: string | null]>;
  readonly #write: Query<[]>;

  constructor(database: Database) {
    this.#read = new Query(database, 'SELECT segments, rebuilt FROM views_place');
    this.#write = new Query(
      database,
      `INSERT INTO views_place VALUES (1,?,?) ON CONFLICT(only) DO UPDATE SET
       segments = excluded.segments, rebuilt = excluded.rebuilt`,
    );
  }

  read(): { segments: string; rebuilt: string | null } | undefined {
    const row = this.#read.first();
    return row === undefined ? undefined : { segments: row[0], rebuilt: row[1] };
  }

  write(segments: string, rebuilt: string | null): void {
    this.#write.run(segments, rebuilt);
  }
}
