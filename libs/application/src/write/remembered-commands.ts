import { comparePositions, EventLogError } from '@ledger/event-log';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { NEEDS, type Views } from '@ledger/read-models';
import type { TakenCommand } from './aggregate-store.js';
import { receiptOf, type Receipt } from './receipt.js';
import { WriteRejected } from './rejection.js';
import type { RequestContext } from './requests.js';

const PRUNE_ABOVE = 1_000;
/** What one search reads of the log at most; a later one goes on from there. */
const SEARCH = { page: 1_000, pages: 100 };

type Created = TakenCommand & { position: string };

/**
 * What is known of commands beyond their own streams. A command that goes to an existing stream is
 * recognised there. One that creates a stream names it in its body, so its key may have been used
 * for another: those stand in the views, and here until the views have them: this process's own at
 * once, and those of others as soon as it searches. What is under way is shared by all who ask for
 * it.
 */
export class RememberedCommands {
  readonly #underWay = new Map<string, { commandHash: string; receipt: Promise<Receipt> }>();
  readonly #created = new Map<string, Created>();
  #pruneAbove = PRUNE_ABOVE;
  /** `#created` holds every creation that stands in the log after `from` and up to `to`. */
  #read = { from: '0', to: '0' };
  #reading: Promise<void> = Promise.resolve();
  #nextReading: Promise<void> | undefined;

  constructor(
    private readonly log: EventLogReader,
    private readonly views: Pick<Views, 'command' | 'projectedPosition'>,
    private readonly most = SEARCH,
  ) {}

  /** A command that the views know, or this process. */
  find({ commandId }: RequestContext): TakenCommand | undefined {
    return this.#created.get(commandId) ?? this.views.command(commandId);
  }

  /**
   * A command that the views know, or that stands in the log beyond them, whoever wrote it. Rejects
   * with `UNAVAILABLE` when the views are too far behind to tell.
   */
  async search(context: RequestContext): Promise<TakenCommand | undefined> {
    const known = this.find(context);
    if (known !== undefined || context.unkeyed === true) return known;
    await this.#readOn();
    return this.find(context);
  }

  /** Two that ask for the same command at the same time get the same receipt. */
  async once(context: RequestContext, execute: () => Promise<Receipt>): Promise<Receipt> {
    const { commandId, commandHash } = context;
    const underWay = this.#underWay.get(commandId);
    if (underWay !== undefined) {
      checkSame(underWay, context);
      return { ...(await underWay.receipt), replayed: true };
    }
    const receipt = execute();
    this.#underWay.set(commandId, { commandHash, receipt });
    try {
      return await receipt;
    } finally {
      this.#underWay.delete(commandId);
    }
  }

  /** To be called with the events of a command as soon as they are durable. */
  remember(context: RequestContext, events: LedgerEvent[]): void {
    if (context.unkeyed !== true) this.#note(events);
  }

  /** The first receipt again, or a rejection when another command came under the same id. */
  async again(known: TakenCommand, context: RequestContext): Promise<Receipt> {
    checkSame(known, context);
    const { stream, firstRevision, lastRevision } = known;
    const limit = lastRevision - firstRevision + 1;
    const [first, ...rest] = await this.log.readStream(stream, { from: firstRevision, limit });
    if (first === undefined)
      throw new Error(`The log lacks ${stream} at revision ${firstRevision}.`);
    return receiptOf('recorded', [first, ...rest], true);
  }

  /** Only the event that creates a stream, and those of its command that follow it. */
  #note(events: LedgerEvent[]): void {
    for (const { stream, revision, position, metadata } of events) {
      const { commandId, commandHash } = metadata;
      const first = this.#created.get(commandId);
      if (revision !== 0 && first?.stream !== stream) continue;
      const firstRevision = first?.firstRevision ?? revision;
      const lastRevision = Math.max(revision, first?.lastRevision ?? revision);
      const known = { commandHash, stream, firstRevision, lastRevision, position };
      this.#created.set(commandId, known);
    }
    if (this.#created.size > this.#pruneAbove) this.#prune();
  }

  /**
   * Reads what the log holds beyond the views and beyond what was read before. A reading under way
   * may have begun before the newest event was there, so all who ask meanwhile share the next one.
   */
  #readOn(): Promise<void> {
    const begin = (): Promise<void> => {
      this.#nextReading = undefined;
      this.#reading = this.#readTail();
      return this.#reading;
    };
    this.#nextReading ??= this.#reading.then(begin, begin);
    return this.#nextReading;
  }

  async #readTail(): Promise<void> {
    const projected = this.#projected();
    const { from, to } = this.#read;
    const goesOn = comparePositions(from, projected) <= 0 && comparePositions(projected, to) <= 0;
    if (!goesOn) this.#read = { from: projected, to: projected };
    const { page: limit, pages } = this.most;
    for (let page = 1; page <= pages; page += 1) {
      const events = await this.log.readAll({ after: this.#read.to, limit });
      this.#note(events);
      this.#read.to = events.at(-1)?.position ?? this.#read.to;
      if (events.length < limit) return;
    }
    throw new EventLogError(
      'UNAVAILABLE',
      `The views are more than ${pages * limit} events behind the log, so it cannot be told ` +
        'yet whether this key was used before; nothing was recorded.',
    );
  }

  /** What the views know by now need not be remembered here. */
  #prune(): void {
    const projected = this.#projected();
    for (const [commandId, { position }] of this.#created) {
      if (comparePositions(position, projected) <= 0) this.#created.delete(commandId);
    }
    this.#pruneAbove = Math.max(PRUNE_ABOVE, 2 * this.#created.size);
    if (comparePositions(projected, this.#read.from) > 0) this.#read.from = projected;
  }

  /** Commands stand in the activity: other models may be parked. */
  #projected(): string {
    return this.views.projectedPosition(NEEDS.activity);
  }
}

/** Throws `keyReused` unless this is the command that was taken under this id. */
export function checkSame(taken: { commandHash: string }, context: RequestContext): void {
  if (taken.commandHash === context.commandHash) return;
  throw new WriteRejected({ kind: 'keyReused', commandId: context.commandId });
}
