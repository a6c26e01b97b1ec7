import type { Metadata } from '@grpc/grpc-js';

/** `read` and `subscribe` are one RPC on the wire; here they are told apart. */
export type Rpc =
  | 'append'
  | 'batchAppend'
  | 'read'
  | 'subscribe'
  | 'delete'
  | 'tombstone'
  | 'serverFeatures'
  | 'gossip';

export type CallRecord = {
  rpc: Rpc;
  /** Absent for $all and for calls that concern no stream. */
  stream?: string;
  requiresLeader: boolean;
  /** The header as it came; absent when none came. */
  authorization?: string;
  /** Frames of a read or subscription that were handed to the connection. */
  frames: number;
  open: boolean;
};

type ServerCall = {
  metadata: Metadata;
  cancelled: boolean;
  on(event: 'cancelled', then: () => void): unknown;
};

/** So many calls are remembered one by one; long runs only count. */
const remembered = 10_000;

/** Every call the server saw, and which of them still run. */
export class Calls {
  readonly #counts = new Map<Rpc, number>();
  readonly #open = new Set<CallRecord>();
  #seen: CallRecord[] = [];

  /** The latest, in order of arrival. */
  get seen(): readonly CallRecord[] {
    return this.#seen;
  }

  count(rpc: Rpc): number {
    return this.#counts.get(rpc) ?? 0;
  }

  /** Calls that run now: proves that a client left none behind. */
  open(rpc?: Rpc): CallRecord[] {
    return [...this.#open].filter((call) => rpc === undefined || call.rpc === rpc);
  }

  /** Resolves when no such call runs any more; the server learns of an end after the client. */
  async noneOpen(rpc?: Rpc): Promise<void> {
    while (this.open(rpc).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Counts from zero again; what runs stays open. */
  clear(): void {
    this.#counts.clear();
    this.#seen = [];
  }

  /** The library says `cancelled` at the end of every call, however it ended. */
  begin(rpc: Rpc, call: ServerCall, stream?: string): CallRecord {
    const authorization = call.metadata.get('authorization')[0]?.toString();
    const record: CallRecord = {
      rpc,
      ...(stream === undefined ? {} : { stream }),
      requiresLeader: call.metadata.get('requires-leader')[0]?.toString() === 'true',
      ...(authorization === undefined ? {} : { authorization }),
      frames: 0,
      open: !call.cancelled,
    };
    if (record.open) this.#open.add(record);
    call.on('cancelled', () => {
      record.open = false;
      this.#open.delete(record);
    });
    this.#counts.set(rpc, this.count(rpc) + 1);
    this.#seen.push(record);
    if (this.#seen.length > 2 * remembered) this.#seen = this.#seen.slice(-remembered);
    return record;
  }
}
