import {
  EVENT_SCHEMA_VERSION,
  shanghaiDate,
  type Aggregate,
  type Decision,
  type DomainEvent,
  type LocalDate,
} from '@ledger/domain';
import type {
  Clock,
  EventLog,
  ExpectedRevision,
  JsonObject,
  LedgerEvent,
  NewEvent,
} from '@ledger/event-log';
import { AggregateStore, type Loaded, type TakenCommand } from './aggregate-store.js';
import type { Circumstances, Lookups } from './complete.js';
import { newId } from './identity.js';
import { receiptOf, type Receipt } from './receipt.js';
import { WriteRejected } from './rejection.js';
import { checkSame, type RememberedCommands } from './remembered-commands.js';
import type { RequestContext } from './requests.js';
import { StreamQueue } from './stream-queue.js';

export type Complete<R, S, C> = (request: R, state: S, circumstances: Circumstances) => Promise<C>;

export type WriterParts = {
  log: EventLog;
  commands: RememberedCommands;
  lookups: Lookups;
  clock: Clock;
};

const ATTEMPTS = 8;

/**
 * Writes to the streams of one aggregate: load, decide, append. Where the caller named no revision,
 * a conflict means that another process was faster: the state is read again and decided anew.
 */
export class AggregateWriter<R extends object, S, C, E extends DomainEvent> {
  readonly #queue = new StreamQueue();
  readonly #store: AggregateStore<S, C, E>;
  #day = { minute: Number.NaN, date: '' };

  constructor(
    private readonly aggregate: Aggregate<S, C, E>,
    private readonly complete: Complete<R, S, C>,
    private readonly parts: WriterParts,
  ) {
    this.#store = new AggregateStore(aggregate, parts.log);
  }

  /** Resolves when the command's events are durable; rejects with `WriteRejected` when refused. */
  write(id: string, request: R, context: RequestContext): Promise<Receipt> {
    const stream = `${this.aggregate.category}-${id}`;
    return this.parts.commands.once(context, () =>
      this.#queue.run(stream, () => this.#decideAndAppend(stream, request, context)),
    );
  }

  /** Whether the ledger took this command; throws when it took another under the same id. */
  async took(id: string, context: RequestContext): Promise<boolean> {
    const stream = `${this.aggregate.category}-${id}`;
    const loaded = await this.#queue.run(stream, () => this.#store.refresh(stream));
    const taken = this.#taken(loaded, context) ?? this.parts.commands.find(context);
    if (taken !== undefined) checkSame(taken, context);
    return taken !== undefined;
  }

  /** Reads the newest state of one aggregate, in turn with the writes to it. */
  read<T>(id: string, look: (state: S) => T): Promise<T> {
    const stream = `${this.aggregate.category}-${id}`;
    return this.#queue.run(stream, async () => look((await this.#store.refresh(stream)).state));
  }

  async #decideAndAppend(stream: string, request: R, context: RequestContext): Promise<Receipt> {
    let loaded = await this.#store.load(stream);
    for (let attempt = 1; ; attempt += 1) {
      const taken = this.#taken(loaded, context);
      if (taken !== undefined) return this.parts.commands.again(taken, context);
      this.#checkExpected(stream, loaded, context);
      const decision = await this.#decide(request, loaded, context);
      if (decision.outcome !== 'accepted') {
        const newest = await this.#store.refresh(stream);
        // A "no" must rest on everything that stands in the log, not on what we had kept.
        if (newest.revision === loaded.revision) {
          return this.#answer(stream, newest.revision, decision, context);
        }
        loaded = newest;
        continue;
      }
      try {
        return await this.#append(stream, loaded.revision, decision.events, request, context);
      } catch (fault) {
        if (!isConflict(fault) || attempt === ATTEMPTS) throw fault;
        loaded = await this.#store.refresh(stream);
      }
    }
  }

  /** A stream that exists knows its own commands; one that does not yet, may be known elsewhere. */
  #taken({ taken, revision }: Loaded<S>, context: RequestContext): TakenCommand | undefined {
    if (revision < 0) return this.parts.commands.find(context);
    return taken.get(context.commandId);
  }

  #checkExpected(stream: string, loaded: Loaded<S>, { expectedRevision }: RequestContext): void {
    const actual: ExpectedRevision = loaded.revision < 0 ? 'none' : loaded.revision;
    if (expectedRevision === undefined || expectedRevision === actual) return;
    throw new WriteRejected({ kind: 'conflict', stream, expected: expectedRevision, actual });
  }

  async #decide(request: R, loaded: Loaded<S>, context: RequestContext): Promise<Decision<E>> {
    const { lookups, clock } = this.parts;
    const located = context.source?.locator !== undefined;
    const circumstances: Circumstances = {
      today: this.#today(clock()),
      evidenced: located || (context.evidence?.length ?? 0) > 0,
      lookups,
    };
    const command = await this.complete(request, loaded.state, circumstances);
    return this.aggregate.decide(command, loaded.state);
  }

  /** Asking the calendar costs more than deciding, so it is asked once a minute. */
  #today(now: number): LocalDate {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#day.minute) {
      this.#day = { minute, date: shanghaiDate(new Date(now).toISOString()) };
    }
    return this.#day.date;
  }

  async #append(
    stream: string,
    revision: number,
    events: E[],
    request: R,
    context: RequestContext,
  ): Promise<Receipt> {
    const fresh = events.map((event) => newEvent(event, request, context));
    const expected = revision < 0 ? 'none' : revision;
    const { events: appended } = await this.parts.log.append(stream, expected, fresh);
    this.#store.advance(stream, appended);
    this.parts.commands.remember(context, appended);
    return receiptOf('recorded', nonEmpty(appended, stream), false);
  }

  async #answer(
    stream: string,
    revision: number,
    decision: Exclude<Decision<E>, { outcome: 'accepted' }>,
    context: RequestContext,
  ): Promise<Receipt> {
    const elsewhere = this.parts.commands.find(context);
    if (elsewhere !== undefined) return this.parts.commands.again(elsewhere, context);
    if (decision.outcome === 'refused') {
      throw new WriteRejected({ kind: 'refused', refusals: decision.refusals });
    }
    const existing = await this.#eventOf(stream, decision.existing);
    // The stream may have gone on since: a caller who goes on from here must name where it stands.
    return { ...receiptOf('unchanged', [existing], false), revision };
  }

  async #eventOf(stream: string, id: string): Promise<LedgerEvent> {
    const limit = 200;
    let from: number | undefined;
    for (;;) {
      const page = await this.parts.log.readStream(stream, {
        direction: 'backwards',
        limit,
        ...(from === undefined ? {} : { from }),
      });
      const found = page.find((event) => event.id === id);
      if (found !== undefined) return found;
      const last = page.at(-1);
      if (last === undefined || last.revision === 0)
        throw new Error(`${stream} has no event ${id}.`);
      from = last.revision - 1;
    }
  }
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
