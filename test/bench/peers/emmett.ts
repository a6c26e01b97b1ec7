// Emmett's event stores, through the functions that its own guide tells people to use. Names and
// shapes of what is loaded are those of the packages' typings.
import { installPeer } from './packages.js';
import { evolve, nothingSaid, type Append, type PeerEvent, type Standing } from './workload.js';

/** What the bench calls of a store. Versions count events: a stream of two stands at `2n`. */
export interface EmmettStore {
  appendToStream(
    stream: string,
    events: PeerEvent[],
    options: { expectedStreamVersion: bigint },
  ): Promise<unknown>;
  readStream(stream: string): Promise<{ events: PeerEvent[] }>;
  aggregateStream(
    stream: string,
    options: {
      evolve: (state: Standing, event: PeerEvent) => Standing;
      initialState: () => Standing;
    },
  ): Promise<{ state: Standing }>;
}

type SqliteConnection = { querySingle(sql: string): Promise<Record<string, unknown> | null> };
type SqlitePackage = {
  getSQLiteEventStore(options: {
    fileName: string;
    hooks?: {
      onBeforeCommit(events: unknown, context: { connection: SqliteConnection }): Promise<void>;
    };
  }): EmmettStore;
};

type Pool = {
  query(sql: string): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
};
type PgPackage = { default: { Pool: new (options: object) => Pool } };
type PostgresPackage = {
  getPostgreSQLEventStore(
    connectionString: string,
    options: { connectionOptions: { pool: Pool } },
  ): EmmettStore & { schema: { migrate(): Promise<unknown> }; close(): Promise<void> };
};

export type EmmettSqlite = {
  open(file: string): EmmettStore;
  /** What the connection that writes says of itself, within a transaction. */
  settings(file: string): Promise<Record<string, unknown>>;
};

/** Throws `PeerAbsent`. */
export async function loadEmmettSqlite(): Promise<EmmettSqlite> {
  const load = installPeer('emmett-sqlite');
  const { getSQLiteEventStore } = await load<SqlitePackage>('@event-driven-io/emmett-sqlite');
  return {
    open: (fileName) => getSQLiteEventStore({ fileName }),
    settings: async (fileName) => {
      const read: Record<string, unknown> = {};
      const onBeforeCommit = async (_: unknown, context: { connection: SqliteConnection }) => {
        for (const name of ['journal_mode', 'synchronous']) {
          Object.assign(read, await context.connection.querySingle(`PRAGMA ${name}`));
        }
      };
      const store = getSQLiteEventStore({ fileName, hooks: { onBeforeCommit } });
      const event = { type: 'Probed', data: {}, metadata: { messageId: 'probe' } };
      await store.appendToStream('probe-1', [event], { expectedStreamVersion: 0n });
      return read;
    },
  };
}

export type EmmettPostgres = {
  /** Its schema is made before it answers. */
  open(connectionString: string, connections: number): Promise<OpenedPostgres>;
  query(connectionString: string, sql: string): Promise<Record<string, unknown>[]>;
};
export type OpenedPostgres = { store: EmmettStore; close(): Promise<void> };

/** Throws `PeerAbsent`. */
export async function loadEmmettPostgres(): Promise<EmmettPostgres> {
  const load = installPeer('emmett-postgresql');
  const emmett = await load<PostgresPackage>('@event-driven-io/emmett-postgresql');
  const { Pool } = (await load<PgPackage>('pg')).default;
  return {
    open: async (connectionString, connections) => {
      const pool = new Pool({ connectionString, max: connections });
      const store = emmett.getPostgreSQLEventStore(connectionString, {
        connectionOptions: { pool },
      });
      await store.schema.migrate();
      const close = async () => {
        await store.close();
        await pool.end();
      };
      return { store, close };
    },
    query: async (connectionString, sql) => {
      const pool = new Pool({ connectionString, max: 1 });
      try {
        return (await pool.query(sql)).rows;
      } finally {
        await pool.end();
      }
    },
  };
}

export function appendTo(store: EmmettStore, append: Append): Promise<unknown> {
  const { stream, revision, peerEvents } = append;
  return store.appendToStream(stream, peerEvents, { expectedStreamVersion: BigInt(revision) });
}

const MAX_TRIES = 50;

/**
 * The same with SQLite, where a call opens the file anew and may meet the connection that the call
 * before it is still closing: then SQLite says that it is busy, and the caller must ask again.
 * Answers how often it had to.
 */
export async function appendPatiently(store: EmmettStore, append: Append): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await appendTo(store, append);
      return refused;
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isBusy || refused === MAX_TRIES) throw error;
    }
  }
}

export async function readByEmmett(store: EmmettStore, stream: string): Promise<number> {
  return (await store.readStream(stream)).events.length;
}

export async function rehydrateByEmmett(store: EmmettStore, stream: string): Promise<Standing> {
  const { state } = await store.aggregateStream(stream, { evolve, initialState: nothingSaid });
  return state;
}
