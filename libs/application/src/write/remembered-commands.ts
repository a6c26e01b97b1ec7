import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import type { Views } from '@ledger/read-models';
import type { TakenCommand } from './aggregate-store.js';
import { receiptOf, type Receipt } from './receipt.js';
import { WriteRejected } from './rejection.js';
import type { RequestContext } from './requests.js';

const PRUNE_ABOVE = 1_000;

type Created = TakenCommand & { position: string };

/**
 * What is known of commands beyond their own streams. A command that goes to an existing stream is
 * recognised there. One that creates a stream names it in its body, so its key may have been used
 * for another: those stand in the views, and here until the views have them. What is under way is
 * shared by all who ask for it.
 */
export class RememberedCommands {
  readonly #underWay = new Map<string, { commandHash: string; receipt: Promise<Receipt> }>();
  readonly #created = new Map<string, Created>();

  constructor(
    private readonly log: EventLogReader,
    private readonly views: Pick<Views, 'command' | 'projectedPosition'>,
  ) {}

  /** A command that the views know. */
  find({ commandId }: RequestContext): TakenCommand | undefined {
    return this.#created.get(commandId) ?? this.views.command(commandId);
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
  remember({ commandId, commandHash }: RequestContext, events: LedgerEvent[]): void {
    const [first] = events;
    const last = events.at(-1);
    if (first?.revision !== 0 || last === undefined) return;
    this.#created.set(commandId, {
      commandHash,
      stream: last.stream,
      firstRevision: first.revision,
      lastRevision: last.revision,
      position: last.position,
    });
    if (this.#created.size > PRUNE_ABOVE) this.#prune();
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

  /** Entries stand in order of their recording, so the first one that is too new ends the work. */
  #prune(): void {
    const projected = BigInt(this.views.projectedPosition());
    for (const [commandId, { position }] of this.#created) {
      if (BigInt(position) > projected) return;
      this.#created.delete(commandId);
    }
  }
}

/** Throws `keyReused` unless this is the command that was taken under this id. */
export function checkSame(taken: { commandHash: string }, context: RequestContext): void {
  if (taken.commandHash === context.commandHash) return;
  throw new WriteRejected({ kind: 'keyReused', commandId: context.commandId });
}
