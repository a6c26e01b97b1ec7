import { setTimeout as pause } from 'node:timers/promises';
import {
  EVENT_SCHEMA_VERSION,
  shanghaiDate,
  type Decision,
  type DomainEvent,
  type LocalDate,
} from '@ledger/domain';
import {
  EventLogError,
  type Clock,
  type EventLog,
  type ExpectedRevision,
  type JsonObject,
  type LedgerEvent,
  type NewEvent,
} from '@ledger/event-log';
import { AggregateStore, type Loaded } from './aggregate-store.js';
import type { Written } from './aggregates.js';
import type { Circumstances, Lookups } from './complete.js';
import { newId } from './identity.js';
import { receiptOf, type Receipt } from './receipt.js';
import { WriteRejected, type RejectionReason } from './rejection.js';
import { checkSame, type RememberedCommands } from './remembered-commands.js';
import type { RequestContext } from './requests.js';
import { StreamQueue } from './stream-queue.js';

export type WriterParts = {
  log: EventLog;
  commands: RememberedCommands;
  lookups: Lookups;
  clock: Clock;
};

export type WriterOf<W> =
  W extends Written<infer R extends object, infer S, infer C, infer E extends DomainEvent>
    ? AggregateWriter<R, S, C, E>
    : never;

/** Decisions on one command before it is given up, because others kept writing to its stream. */
const ATTEMPTS = 32;
const LONGEST_PAUSE_MS = 50;

/** What an attempt comes to; `stale` = the stream does not stand where the caller saw it. */
type Verdict<E> =
  Decision<E> | { outcome: 'stale'; reason: Extract<RejectionReason, { kind: 'conflict' }> };

/**
 * Writes to the streams of one aggregate: load, decide, append. Where the caller named no revision,
 * a conflict means that another process was faster: the state is read again and decided anew.
 */
export class AggregateWriter<R extends object, S, C, E extends DomainEvent> {
  readonly #queue = new StreamQueue();
  readonly #store: AggregateStore<S, C, E>;
  #day = { minute: Number.NaN, date: '' };

  constructor(
    private readonly written: Written<R, S, C, E>,
    private readonly parts: WriterParts,
  ) {
    this.#store = new AggregateStore(written.aggregate, parts.log);
  }

  /**
   * Resolves when the command's events are durable. Rejects with `WriteRejected` when refused, and
   * with an `EventLogError`: `CONFLICT` when others wrote to the stream before each of its attempts.
   */
  write(id: string, request: R, context: RequestContext): Promise<Receipt> {
    const stream = `${this.written.aggregate.category}-${id}`;
    return this.parts.commands.once(context, () =>
      this.#queue.run(stream, () => this.#decideAndAppend(stream, request, context)),
    );
  }

  /** Whether the ledger took this command; throws when it took another under the same id. */
  async took(id: string, context: RequestContext): Promise<boolean> {
    const stream = `${this.written.aggregate.category}-${id}`;
    const loaded = await this.#queue.run(stream, () => this.#store.refresh(stream));
    const taken =
      loaded.taken.get(context.commandId) ?? (await this.parts.commands.search(context));
    if (taken !== undefined) checkSame(taken, context);
    return taken !== undefined;
  }

  /** Reads the newest state of one aggregate, in turn with the writes to it. */
  read<T>(id: string, look: (state: S) => T): Promise<T> {
    const stream = `${this.written.aggregate.category}-${id}`;
    return this.#queue.run(stream, async () => look((await this.#store.refresh(stream)).state));
  }

  async #decideAndAppend(stream: string, request: R, context: RequestContext): Promise<Receipt> {
    const { commands } = this.parts;
    let loaded = await this.#store.load(stream);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { revision } = loaded;
      // A stream that exists knows its own commands; the key of a creation may be used elsewhere.
      const taken =
        revision < 0 ? await commands.search(context) : loaded.taken.get(context.commandId);
      if (taken !== undefined) return commands.again(taken, context);
      const verdict: Verdict<E> =
        staleness(stream, revision, context) ?? (await this.#decide(request, loaded, context));
      if (verdict.outcome === 'accepted') {
        const receipt = await this.#append(stream, revision, verdict.events, request, context);
        if (receipt !== undefined) return receipt;
        if (attempt > 1) await pause(Math.random() * Math.min(2 ** attempt, LONGEST_PAUSE_MS));
        loaded = await this.#store.refresh(stream);
        continue;
      }
      loaded = await this.#store.refresh(stream);
      // A "no" must rest on everything that stands in the log, not on what we had kept.
      if (loaded.revision === revision) return this.#answer(stream, loaded, verdict, context);
    }
    throw outrun(stream, loaded.revision);
  }

  async #decide(request: R, loaded: Loaded<S>, context: RequestContext): Promise<Decision<E>> {
    const { lookups, clock } = this.parts;
    const located = context.source?.locator !== undefined;
    const circumstances: Circumstances = {
      today: this.#today(clock()),
      evidenced: located || (context.evidence?.length ?? 0) > 0,
      lookups,
    };
    const { aggregate, complete } = this.written;
    return aggregate.decide(await complete(request, loaded.state, circumstances), loaded.state);
  }

  /** Asking the calendar costs more than deciding, so it is asked once a minute. */
  #today(now: number): LocalDate {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#day.minute) {
      this.#day = { minute, date: shanghaiDate(new Date(now).toISOString()) };
    }
    return this.#day.date;
  }

  /** Undefined when another was faster. */
  async #append(
    stream: string,
    revision: number,
    events: E[],
    request: R,
    context: RequestContext,
  ): Promise<Receipt | undefined> {
    const fresh = events.map((event) => newEvent(event, request, context));
    let appended: LedgerEvent[];
    try {
      ({ events: appended } = await this.parts.log.append(stream, asExpected(revision), fresh));
    } catch (fault) {
      if (isConflict(fault)) return undefined;
      this.#store.doubt(stream);
      throw fault;
    }
    this.#store.advance(stream, appended);
    this.parts.commands.remember(context, appended);
    return receiptOf('recorded', nonEmpty(appended, stream), false);
  }

  async #answer(
    stream: string,
    loaded: Loaded<S>,
    no: Exclude<Verdict<E>, { outcome: 'accepted' }>,
    context: RequestContext,
  ): Promise<Receipt> {
    const elsewhere = this.parts.commands.find(context);
    if (elsewhere !== undefined) return this.parts.commands.again(elsewhere, context);
    if (no.outcome === 'stale') throw new WriteRejected(no.reason);
    if (no.outcome === 'refused') {
      throw new WriteRejected({ kind: 'refused', refusals: no.refusals });
    }
    const existing = await this.#eventOf(stream, no.existing, loaded);
    // The stream may have gone on since: a caller who goes on from here must name where it stands.
    return { ...receiptOf('unchanged', [existing], false), revision: loaded.revision };
  }

  async #eventOf(stream: string, id: string, { revisions }: Loaded<S>): Promise<LedgerEvent> {
    const from = revisions.get(id);
    const [event] =
      from === undefined ? [] : await this.parts.log.readStream(stream, { from, limit: 1 });
    if (event === undefined) throw new Error(`${stream} has no event ${id}.`);
    return event;
  }
}

/** Undefined when the stream stands where the caller saw it, or the caller named no revision. */
function staleness(
  stream: string,
  revision: number,
  { expectedRevision: expected }: RequestContext,
): Extract<Verdict<never>, { outcome: 'stale' }> | undefined {
  const actual = asExpected(revision);
  if (expected === undefined || expected === actual) return undefined;
  return { outcome: 'stale', reason: { kind: 'conflict', stream, expected, actual } };
}

function asExpected(revision: number): ExpectedRevision {
  return revision < 0 ? 'none' : revision;
}

function outrun(stream: string, revision: number): EventLogError {
  return new EventLogError(
    'CONFLICT',
    `Others wrote to ${stream} before each of ${ATTEMPTS} attempts to write to it; ` +
      'nothing of this was recorded, try again shortly.',
    { stream, actualRevision: asExpected(revision) },
  );
}

function newEvent(event: DomainEvent, request: object, context: RequestContext): NewEvent {
  const { actor, correlationId, causationId, commandId, commandHash } = context;
  const { source, evidence, synthetic } = context;
  return {
    id: newId(),
    type: event.type,
    data: asJson(event.data),
    metadata: {
      schema: EVENT_SCHEMA_VERSION[event.type],
      actor,
      correlationId,
      ...(causationId === undefined ? {} : { causationId }),
      commandId,
      commandHash,
      ...('reason' in request && typeof request.reason === 'string'
        ? { reason: request.reason }
        : {}),
      ...(source === undefined ? {} : { source }),
      ...(evidence === undefined ? {} : { evidence }),
      ...(synthetic === undefined ? {} : { synthetic }),
    },
  };
}

/** Event data are JSON by their types; the log checks every value again before it writes. */
function asJson(data: object): JsonObject {
  return data as JsonObject;
}

function nonEmpty(events: LedgerEvent[], stream: string): [LedgerEvent, ...LedgerEvent[]] {
  const [first, ...rest] = events;
  if (first === undefined)
    throw new Error(`The log answered an append to ${stream} without events.`);
  return [first, ...rest];
}

function isConflict(fault: unknown): boolean {
  return fault instanceof Object && 'code' in fault && fault.code === 'CONFLICT';
}
