import { EventLogError } from '@ledger/event-log';

/** What may wait for the server at a time; beyond it `append` rejects with `OVERLOADED`. */
export type QueueLimits = { events: number; bytes: number; inFlight: number };
const LIMITS: QueueLimits = { events: 20_000, bytes: 32 * 1024 * 1024, inFlight: 16 };

/**
 * Lets so many appends be on their way at a time, one a stream: an append that waits for the one
 * before it in its stream would only be refused by the server. Otherwise first come, first served.
 */
export class SendQueue {
  readonly #limits: QueueLimits;
  /** Appends that wait, by stream; a stream is here while anything of it waits or is on its way. */
  readonly #streams = new Map<string, (() => void)[]>();
  /** Streams of which something waits and nothing is on its way, longest waiting first. */
  readonly #ready: string[] = [];
  #inFlight = 0;
  readonly #held = { events: 0, bytes: 0 };
  #drained: (() => void) | undefined;

  constructor(limits: QueueLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Appends that are on their way now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  async run<T>(
    { stream, events, bytes }: { stream: string; events: number; bytes: number },
    work: () => Promise<T>,
  ): Promise<T> {
    this.#admit(events, bytes);
    try {
      await this.#turn(stream);
      try {
        return await work();
      } finally {
        this.#finish(stream);
      }
    } finally {
      this.#held.events -= events;
      this.#held.bytes -= bytes;
      this.#startNext();
      if (this.#held.events === 0) this.#drained?.();
    }
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async drained(): Promise<void> {
    if (this.#held.events === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #admit(events: number, bytes: number): void {
    const held = this.#held;
    const fits =
      held.events + events <= this.#limits.events && held.bytes + bytes <= this.#limits.bytes;
    if (!fits && held.events > 0) {
      throw new EventLogError(
        'OVERLOADED',
        `${held.events} events wait for the server, more than it takes; try again in a second.`,
      );
    }
    held.events += events;
    held.bytes += bytes;
  }

  #turn(stream: string): Promise<void> {
    return new Promise((start) => {
      const waiting = this.#streams.get(stream);
      if (waiting === undefined) {
        this.#streams.set(stream, [start]);
        this.#ready.push(stream);
      } else {
        waiting.push(start);
      }
      this.#startNext();
    });
  }

  #finish(stream: string): void {
    this.#inFlight -= 1;
    if (this.#streams.get(stream)?.length === 0) this.#streams.delete(stream);
    else this.#ready.push(stream);
  }

  #startNext(): void {
    while (this.#inFlight < this.#limits.inFlight) {
      const stream = this.#ready.shift();
      if (stream === undefined) return;
      this.#inFlight += 1;
      this.#streams.get(stream)?.shift()?.();
    }
  }
}
