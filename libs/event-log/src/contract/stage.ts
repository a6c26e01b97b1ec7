import type { LedgerEvent, NewEvent } from '../envelope.js';
import type { EventLog } from '../event-log.js';
import type { Clock } from '../recorded-at.js';
import { sampleEvent } from './sample-event.js';

/** How the contract suite gets at an engine. */
export type ContractEngine = {
  /** Opens a new, empty log. */
  open(clock: Clock): Promise<EventLog>;
  /** Opens once more what `open` made last, closed meanwhile. */
  reopen(clock: Clock): Promise<EventLog>;
  /** Removes what `open` made last, closed meanwhile. */
  dispose?(): Promise<void>;
};

const START = Date.parse('2026-11-24T08:00:00.000Z');

/** One test's log and clock, which stands at 08:00 UTC until a test moves it. */
export class Stage {
  /** What the log's clock shows, in milliseconds. */
  now = START;
  #log: EventLog | undefined;

  constructor(private readonly engine: ContractEngine) {}

  get log(): EventLog {
    if (this.#log === undefined) throw new Error('The stage is not set.');
    return this.#log;
  }

  async set(): Promise<void> {
    this.now = START;
    this.#log = await this.engine.open(() => this.now);
  }

  /** Closes the log and opens it again, as a restart does. */
  async restart(): Promise<EventLog> {
    await this.log.close();
    this.#log = await this.engine.reopen(() => this.now);
    return this.#log;
  }

  async clear(): Promise<void> {
    await this.#log?.close();
    this.#log = undefined;
    await this.engine.dispose?.();
  }
}

export const stream = 'metric-vacated-premises-handed-over-area';
export const otherStream = 'reform-market-supervision';

/** An event with a new id; `note` tells it from others. */
export function reported(note = '68.1万平方米', recordedAt?: string): NewEvent {
  return sampleEvent(newId(), note, recordedAt);
}

export function manyReported(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => reported(`第${index}项`));
}

let issued = 0;
/** A UUID of version 7 form, never the same in one process. */
export function newId(): string {
  issued += 1;
  return `00000000-0000-7000-8000-${issued.toString(16).padStart(12, '0')}`;
}

/** The whole log, by pages of the given size. */
export async function everything(log: EventLog, limit = 1_000): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (let after = '0'; ;) {
    const page = await log.readAll({ after, limit });
    const last = page.at(-1);
    if (last === undefined) return events;
    events.push(...page);
    after = last.position;
  }
}

/** Follows until so many events have come, then leaves the loop by `break`. */
export async function firstFollowed(
  log: EventLog,
  options: { after: string; batch: number; count: number },
): Promise<LedgerEvent[]> {
  const { after, batch, count } = options;
  const seen: LedgerEvent[] = [];
  const { signal } = new AbortController();
  for await (const events of log.follow({ after, batch, signal })) {
    seen.push(...events);
    if (seen.length >= count) break;
  }
  return seen;
}

export function notesOf(events: readonly LedgerEvent[]): unknown[] {
  return events.map(({ data }) => data.note);
}

export function idsOf(events: readonly { id: string }[]): string[] {
  return events.map(({ id }) => id);
}
