import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  sampleEvent,
  type EventLogReader,
  type LedgerEvent,
  type NewEvent,
} from '@ledger/event-log';
import {
  openEventStoreLog,
  TIMINGS,
  type EventStoreEventLog,
  type Timings,
} from '@ledger/event-log-eventstore';
import { EventStoreServer, type ServerOptions } from '../eventstore-server/server.js';

/** Every wait is short, so that a fault costs a test little. */
export const short: Timings = {
  ...TIMINGS,
  append: 200,
  settle: 150,
  budget: 4_000,
  idle: 300,
  echo: 100,
  open: 300,
  watchdog: 200,
  backoff: { first: 10, longest: 100 },
  close: 500,
};

export const stream = 'metric-vacated-premises-handed-over-area';

export function reported(note = '68.1万平方米', id: string = randomUUID()): NewEvent {
  return sampleEvent(id, note);
}

/** A server and the engines on it, each with a data directory of its own, as processes have. */
export class EngineStage {
  readonly notices: string[] = [];
  #server: EventStoreServer;
  readonly #engines: { log: EventStoreEventLog; dataDir: string }[] = [];

  private constructor(server: EventStoreServer) {
    this.#server = server;
  }

  static async set(options: ServerOptions = {}): Promise<EngineStage> {
    return new EngineStage(await EventStoreServer.start(options));
  }

  get server(): EventStoreServer {
    return this.#server;
  }

  /** Opens an engine; with the data directory of an earlier one it is a restart. */
  async open(
    options: {
      dataDir?: string;
      timings?: Partial<Timings>;
      url?: string;
      clock?: () => number;
    } = {},
  ): Promise<EventStoreEventLog> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'ledger-esdb-'));
    const log = await openEventStoreLog({
      url: options.url ?? this.#server.url,
      dataDir,
      timings: { ...short, ...options.timings },
      onNotice: (text) => this.notices.push(text),
      ...(options.clock !== undefined && { clock: options.clock }),
    });
    this.#engines.push({ log, dataDir });
    return log;
  }

  dataDirOf(log: EventStoreEventLog): string {
    const found = this.#engines.find((engine) => engine.log === log);
    if (found === undefined) throw new Error('This engine is not of this stage.');
    return found.dataDir;
  }

  async restart(log: EventStoreEventLog): Promise<EventStoreEventLog> {
    await log.close();
    return this.open({ dataDir: this.dataDirOf(log) });
  }

  /** The server goes away as a process does, with its data kept. */
  async serverGoes(): Promise<void> {
    await this.#server.stop();
  }

  /** At the same address; with another store it is another database. */
  async serverComesBack(store = this.#server.store): Promise<void> {
    const { port } = this.#server;
    this.#server = await EventStoreServer.start({ store, port });
  }

  async clear(): Promise<void> {
    for (const { log, dataDir } of this.#engines) {
      await log.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
    await this.#server.stop();
  }
}

export async function everything(log: EventLogReader, limit = 1_000): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (;;) {
    const page = await log.readAll({ after: events.at(-1)?.position ?? '0', limit });
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** Follows until so many events have come. */
export async function followed(log: EventLogReader, count: number): Promise<LedgerEvent[]> {
  const seen: LedgerEvent[] = [];
  const { signal } = new AbortController();
  for await (const events of log.follow({ after: '0', batch: 50, signal })) {
    seen.push(...events);
    if (seen.length >= count) break;
  }
  return seen;
}

export function positionsOf(events: readonly LedgerEvent[]): number[] {
  return events.map(({ position }) => Number(position));
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Waits for the condition; the test's own time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
