import { checkCommit, type ExpectedRevision } from './commit-check.js';
import {
  CommittedLog,
  sizeOf,
  tombstoneRevision,
  unknownPosition,
  type Position,
  type ProposedEvent,
  type RawEvent,
  type StoredEvent,
  type Stream,
} from './committed-log.js';
import { isSoftDelete, readStreamMetadata, visibleEvents } from './stream-metadata.js';

export type AppendOutcome =
  | { kind: 'success'; revision: bigint; position: Position }
  | { kind: 'wrongExpectedRevision'; current: bigint | 'none' }
  | { kind: 'streamDeleted' }
  | { kind: 'tooLarge'; maxAppendSize: number };

export type StoreOptions = {
  /** Position of the first record; beyond 2^53 it catches readers that count in doubles. */
  firstPosition?: bigint;
  /** True: the events of one append share the commit position, as in explicit transactions. */
  oneCommitPerAppend?: boolean;
  /** Bytes of type, data and metadata together; default 1 MiB, the server's. */
  maxAppendSize?: number;
  /** System events at the head of $all, as in every real database; default true. */
  systemEvents?: boolean;
};

/**
 * The database behind the protocol: one log with gaps between positions, streams with revisions,
 * and the commit rules of the real server. It outlives the server that shows it.
 */
export class EventStoreModel {
  readonly maxAppendSize: number;
  readonly #committed: CommittedLog;

  constructor(options: StoreOptions = {}) {
    const { firstPosition = 1_243n, oneCommitPerAppend = false, systemEvents = true } = options;
    this.maxAppendSize = options.maxAppendSize ?? 1024 * 1024;
    this.#committed = new CommittedLog(firstPosition, oneCommitPerAppend);
    if (systemEvents) this.#writeSystemEvents();
  }

  /** All or nothing; the rules are those of `checkCommit`. */
  append(name: string, expected: ExpectedRevision, events: ProposedEvent[]): AppendOutcome {
    const size = events.reduce((sum, event) => sum + sizeOf(event), 0);
    if (size > this.maxAppendSize) return { kind: 'tooLarge', maxAppendSize: this.maxAppendSize };
    const stream = this.stream(name);
    const softDeleted = this.isSoftDeleted(name);
    const decision = checkCommit({
      stream,
      expected,
      ids: events.map(({ id }) => id),
      softDeleted,
      hasMetadata: this.stream(`$$${name}`) !== undefined,
    });
    if (decision.kind === 'deleted') return { kind: 'streamDeleted' };
    if (decision.kind === 'wrong') {
      return { kind: 'wrongExpectedRevision', current: stream?.lastRevision ?? 'none' };
    }
    if (decision.kind === 'repeated') {
      const original = stream?.events.find(({ revision }) => revision === decision.lastRevision);
      const position = original?.position ?? unknownPosition;
      return { kind: 'success', revision: decision.lastRevision, position };
    }
    if (softDeleted) this.setMetadata(name, { $tb: Number((stream?.lastRevision ?? -1n) + 1n) });
    const { revision, position } = this.appendRaw(name, ...events);
    return { kind: 'success', revision, position };
  }

  stream(name: string): Stream | undefined {
    return this.#committed.streams.get(name);
  }

  /** What a read of the stream may show, after truncation; undefined when there is no stream. */
  visible(name: string): StoredEvent[] | undefined {
    const stream = this.stream(name);
    const metadata = readStreamMetadata(this.stream(`$$${name}`));
    if (stream === undefined || isSoftDelete(metadata)) return undefined;
    return visibleEvents(stream, metadata);
  }

  isTombstoned(name: string): boolean {
    return this.stream(name)?.tombstoned ?? false;
  }

  isSoftDeleted(name: string): boolean {
    return isSoftDelete(readStreamMetadata(this.stream(`$$${name}`)));
  }

  /** The whole log in commit order; truncation and deletion hide nothing here. */
  get log(): readonly StoredEvent[] {
    return this.#committed.all;
  }

  /** Index in the log of the first event at or after the position. */
  indexAt(position: Position): number {
    return this.#committed.indexAt(position);
  }

  /** Whether the server ever gave this position out; readers must not invent one. */
  knows(position: Position): boolean {
    return this.#committed.knows(position);
  }

  /** Calls back after every commit, in the same turn; returns how to stop. */
  onCommit(listener: () => void): () => void {
    return this.#committed.onCommit(listener);
  }

  // The attacker's door: what somebody with the database in hand could do behind the ledger.

  /** Writes events without any check and returns the last: raw bytes, system names, used ids. */
  appendRaw(stream: string, ...events: RawEvent[]): StoredEvent {
    return this.#committed.write(stream, events);
  }

  appendLink(stream: string, target: { stream: string; revision: bigint }): StoredEvent {
    const data = Buffer.from(`${target.revision}@${target.stream}`);
    return this.appendRaw(stream, { type: '$>', contentType: 'application/octet-stream', data });
  }

  /** `$tb`, `$maxCount`, `$maxAge` hide events from reads of the stream; `$acl` hides nothing. */
  setMetadata(stream: string, metadata: Record<string, unknown>): StoredEvent {
    return this.appendRaw(`$$${stream}`, json('$metadata', JSON.stringify(metadata)));
  }

  /** As the server does it: a truncation mark beyond every revision; nothing is erased. */
  softDelete(stream: string): StoredEvent {
    return this.appendRaw(`$$${stream}`, json('$metadata', `{"$tb":${tombstoneRevision}}`));
  }

  tombstone(stream: string): StoredEvent {
    return this.#committed.writeTombstone(stream, json('$streamDeleted', '{}'));
  }

  alterData(stream: string, revision: bigint, data: Uint8Array): void {
    this.#committed.eventAt(stream, revision).data = data;
  }

  alterMetadata(stream: string, revision: bigint, metadata: Uint8Array): void {
    this.#committed.eventAt(stream, revision).metadata = metadata;
  }

  /** From now on this event says that it does not know its position. */
  hidePosition(stream: string, revision: bigint): void {
    this.#committed.hidePosition(this.#committed.eventAt(stream, revision));
  }

  /** As a scavenge would: the event is gone from its stream and from $all. */
  removeEvent(stream: string, revision: bigint): void {
    this.#committed.remove(this.#committed.eventAt(stream, revision));
  }

  /** Exchanges what two events say; revisions and positions stay where they are. */
  swap(stream: string, first: bigint, second: bigint): void {
    const one = this.#committed.eventAt(stream, first);
    const other = this.#committed.eventAt(stream, second);
    const contentOfOne = contentOf(one);
    Object.assign(one, contentOf(other));
    Object.assign(other, contentOfOne);
  }

  #writeSystemEvents(): void {
    const statistics = '$stats-127.0.0.1:2113';
    this.setMetadata(statistics, { $maxAge: 86_400 });
    this.appendRaw(statistics, json('$statsCollected', '{"proc-threadsCount":24}'));
    this.appendRaw('$users', json('$User', '"$admin"'));
    this.appendRaw('$settings', json('$update', '{"$userStreamAcl":{"$r":"$all","$w":"$all"}}'));
    this.appendRaw(statistics, json('$statsCollected', '{"proc-threadsCount":25}'));
  }
}

function json(type: string, text: string): RawEvent {
  return { type, contentType: 'application/json', data: Buffer.from(text) };
}

function contentOf({ id, type, contentType, data, metadata, createdTicks }: StoredEvent) {
  return { id, type, contentType, data, metadata, createdTicks };
}
