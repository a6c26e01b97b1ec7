import { randomUUID } from 'node:crypto';

/** A place in the whole log: both numbers together, as the server counts bytes of its file. */
export type Position = { commit: bigint; prepare: bigint };

export type ContentType = 'application/json' | 'application/octet-stream';

export type ProposedEvent = {
  id: string;
  type: string;
  contentType: ContentType;
  data: Uint8Array;
  metadata: Uint8Array;
};

/** What a test has to say of an event; the rest is filled in. JSON is the default content. */
export type RawEvent = Partial<ProposedEvent> & { type: string; data: Uint8Array };

export type StoredEvent = ProposedEvent & {
  stream: string;
  revision: bigint;
  position: Position;
  /** Units of 100 ns since the UNIX epoch. */
  createdTicks: bigint;
  /** What the event says its position is; differs from the true one only by an attacker. */
  statedPosition: Position;
};

export type Stream = {
  name: string;
  /** In order of revision; holes are the attacker's work. */
  events: StoredEvent[];
  /** -1 when nothing was written. */
  lastRevision: bigint;
  tombstoned: boolean;
};

/** The revision of a tombstone: nothing can follow it. */
export const tombstoneRevision = 2n ** 63n - 1n;

/** The server's "unknown" (it maps -1 to unsigned). */
export const unknownPosition: Position = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };

/** Streams, and one log of all events in commit order with gaps between positions. */
export class CommittedLog {
  readonly all: StoredEvent[] = [];
  readonly streams = new Map<string, Stream>();
  readonly #listeners = new Set<() => void>();
  /** Positions that were given out once and whose event was removed since. */
  readonly #retired = new Set<string>();
  readonly #oneCommitPerAppend: boolean;
  #nextPosition: bigint;

  constructor(firstPosition: bigint, oneCommitPerAppend: boolean) {
    this.#nextPosition = firstPosition;
    this.#oneCommitPerAppend = oneCommitPerAppend;
  }

  /** Writes at least one event behind the others of its stream and returns the last. */
  write(stream: string, events: RawEvent[]): StoredEvent {
    const written = events.map((event) => this.#record(stream, event));
    const last = written.at(-1);
    if (last === undefined) throw new Error('An append without events has no position.');
    if (this.#oneCommitPerAppend) {
      for (const event of written) event.position.commit = this.#nextPosition;
      this.#nextPosition += 48n;
    }
    this.announce();
    return last;
  }

  /** A tombstone ends its stream: it stands at the highest revision there is. */
  writeTombstone(stream: string, event: RawEvent): StoredEvent {
    const tombstone = this.#record(stream, event);
    tombstone.revision = tombstoneRevision;
    const found = this.require(stream);
    found.lastRevision = tombstoneRevision;
    found.tombstoned = true;
    this.announce();
    return tombstone;
  }

  remove(event: StoredEvent): void {
    const { events } = this.require(event.stream);
    events.splice(events.indexOf(event), 1);
    this.all.splice(this.all.indexOf(event), 1);
    this.#retired.add(positionKey(event.position));
  }

  hidePosition(event: StoredEvent): void {
    event.statedPosition = unknownPosition;
  }

  /** Index of the first event at or after the position. */
  indexAt(position: Position): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.all[middle];
      if (event !== undefined && comparePositions(event.position, position) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether this position was ever given out; the origin 0/0 counts. */
  knows(position: Position): boolean {
    if (position.commit === 0n && position.prepare === 0n) return true;
    const event = this.all[this.indexAt(position)];
    if (event !== undefined && comparePositions(event.position, position) === 0) return true;
    return this.#retired.has(positionKey(position));
  }

  require(name: string): Stream {
    const stream = this.streams.get(name);
    if (stream === undefined) throw new Error(`There is no stream ${name}.`);
    return stream;
  }

  eventAt(stream: string, revision: bigint): StoredEvent {
    const event = this.require(stream).events.find((event) => event.revision === revision);
    if (event === undefined) throw new Error(`There is no event ${revision} in ${stream}.`);
    return event;
  }

  /** Calls back after every commit, in the same turn; returns how to stop. */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(): void {
    for (const listener of this.#listeners) listener();
  }

  #record(streamName: string, event: RawEvent): StoredEvent {
    const stream = this.#openStream(streamName);
    stream.lastRevision += 1n;
    const position = { commit: this.#nextPosition, prepare: this.#nextPosition };
    const stored: StoredEvent = {
      id: event.id ?? randomUUID(),
      type: event.type,
      contentType: event.contentType ?? 'application/json',
      data: event.data,
      metadata: event.metadata ?? new Uint8Array(),
      stream: streamName,
      revision: stream.lastRevision,
      position,
      statedPosition: position,
      createdTicks: BigInt(Date.now()) * 10_000n,
    };
    this.#nextPosition += BigInt(64 + Buffer.byteLength(streamName) + sizeOf(stored));
    stream.events.push(stored);
    this.all.push(stored);
    return stored;
  }

  #openStream(name: string): Stream {
    const found = this.streams.get(name);
    if (found !== undefined) return found;
    const stream: Stream = { name, events: [], lastRevision: -1n, tombstoned: false };
    this.streams.set(name, stream);
    return stream;
  }
}

/** Bytes of an event as the server counts them against the limit of an append. */
export function sizeOf(event: ProposedEvent): number {
  return Buffer.byteLength(event.type) + event.data.length + event.metadata.length;
}

export function comparePositions(a: Position, b: Position): number {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1;
  return 0;
}

function positionKey({ commit, prepare }: Position): string {
  return `${commit}/${prepare}`;
}
