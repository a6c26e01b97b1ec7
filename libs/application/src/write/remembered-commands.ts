import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import type { RememberedCommand, Views } from '@ledger/read-models';
import { receiptOf, type Receipt } from './receipt.js';
import { WriteRejected } from './rejection.js';
import type { RequestContext } from './requests.js';

type Known = Pick<
  RememberedCommand,
  'commandHash' | 'stream' | 'firstRevision' | 'lastRevision' | 'position'
>;

const PRUNE_ABOVE = 1_000;

/**
 * Makes a command happen once. What was taken long ago stands in the views, what was taken a moment
 * ago is kept here until the views have it, and what is under way is shared by all who ask.
 */
export class RememberedCommands {
  readonly #underWay = new Map<string, { commandHash: string; receipt: Promise<Receipt> }>();
  readonly #recent = new Map<string, Known>();

  constructor(
    private readonly log: EventLogReader,
    private readonly views: Pick<Views, 'command' | 'projectedPosition'>,
  ) {}

  /** What the ledger knows of this command, if it took it. Another command under its id is refused. */
  find({ commandId, commandHash }: RequestContext): Known | undefined {
    const known = this.#recent.get(commandId) ?? this.views.command(commandId);
    if (known !== undefined && known.commandHash !== commandHash) {
      throw new WriteRejected({ kind: 'keyReused', commandId });
    }
    return known;
  }

  async once(context: RequestContext, execute: () => Promise<Receipt>): Promise<Receipt> {
    const { commandId, commandHash } = context;
    const underWay = this.#underWay.get(commandId);
    if (underWay !== undefined) {
      if (underWay.commandHash !== commandHash)
        throw new WriteRejected({ kind: 'keyReused', commandId });
      return { ...(await underWay.receipt), replayed: true };
    }
    const known = this.find(context);
    if (known !== undefined) return this.#again(known);
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
    if (first === undefined || last === undefined) return;
    this.#recent.set(commandId, {
      commandHash,
      stream: last.stream,
      firstRevision: first.revision,
      lastRevision: last.revision,
      position: last.position,
    });
    if (this.#recent.size > PRUNE_ABOVE) this.#prune();
  }

  async #again(known: Known): Promise<Receipt> {
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
    for (const [commandId, { position }] of this.#recent) {
      if (BigInt(position) > projected) return;
      this.#recent.delete(commandId);
    }
  }
}
