import type { Actor, JsonObject, NewEvent, Source } from '@ledger/event-log';
import { Random } from './random.js';

/** An event and where it goes: `stream` stands at `revision` - 1 before it, or not at all. */
export type Told = {
  stream: string;
  revision: number;
  event: NewEvent & { metadata: { recordedAt: string } };
};

/** A stream under way; `next` is the revision of its next event. */
export type Stream = { name: string; next: number };

/** What was said, and what the envelope adds to it. */
export type Saying = {
  type: string;
  data: JsonObject;
  actor: Actor;
  source: Source;
  reason?: string;
  evidence?: string[];
};

/** Puts what is said into events: ids, times and digests come from the seed, never from the machine. */
export class Teller {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** `at` is UTC milliseconds. */
  tell(stream: Stream, said: Saying, at: number): Told {
    const { reason, evidence } = said;
    const revision = stream.next;
    stream.next += 1;
    const event: Told['event'] = {
      id: this.#id(at),
      type: said.type,
      data: said.data,
      metadata: {
        schema: 1,
        recordedAt: new Date(at).toISOString(),
        actor: said.actor,
        correlationId: this.#id(at),
        commandId: this.#random.hex(32),
        commandHash: this.#random.hex(64),
        source: said.source,
        synthetic: true,
      },
    };
    if (reason !== undefined) event.metadata.reason = reason;
    if (evidence !== undefined) event.metadata.evidence = evidence;
    return { stream: stream.name, revision, event };
  }

  /** Digests of documents that do not exist. */
  digests(count: number): string[] {
    return Array.from({ length: count }, () => this.#random.hex(64));
  }

  /** The form of UUID version 7 (RFC 9562): its first 48 bits are the time. */
  #id(at: number): string {
    const time = at.toString(16).padStart(12, '0');
    const digits = this.#random.hex(20);
    const variant = '89ab'.charAt(this.#random.bits() & 3);
    return (
      `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-` +
      `${variant}${digits.slice(3, 6)}-${digits.slice(6, 18)}`
    );
  }
}
