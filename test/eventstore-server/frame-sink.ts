import type { ServerWritableStream } from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CallRecord } from './calls.js';
import type { Ending } from './faults.js';
import type { Host } from './host.js';

type Call = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

/** Writes frames no faster than the client takes them, and ends the call in every way there is. */
export class FrameSink {
  /** True while a frame waits for the client. */
  blocked = false;
  #over = false;
  #wake: () => void = () => {};
  readonly #host: Host;
  readonly #call: Call;
  readonly #record: CallRecord;

  constructor(host: Host, call: Call, record: CallRecord) {
    this.#host = host;
    this.#call = call;
    this.#record = record;
    call.on('cancelled', () => this.#close());
    if (call.cancelled) this.#over = true;
  }

  /** True when nothing more may be written. */
  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the next frame may follow: true, or false when the call is over. */
  async send(frame: streams.ReadResp): Promise<boolean> {
    if (this.#over) return false;
    this.#record.frames += 1;
    if (this.#call.write(frame)) return true;
    this.blocked = true;
    await this.#until((wake) => this.#call.once('drain', wake));
    this.blocked = false;
    return !this.#over;
  }

  /** Waits for the signal or for the end of the call, whichever comes first. */
  async #until(signal: (wake: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal(resolve);
    });
  }

  /** Waits until `subscribe` calls back or the call is over. */
  async waitFor(subscribe: (wake: () => void) => void): Promise<void> {
    if (!this.#over) await this.#until(subscribe);
  }

  /** Frames that wait are still delivered before a status; silence and a reset deliver none. */
  finish(ending: Ending): void {
    if (this.#over) return;
    this.#close();
    if (ending === 'silent') return;
    if (ending === 'reset') this.#host.reset(this.#call);
    else if (ending === 'end') this.#call.end();
    else this.#call.emit('error', ending);
  }

  #close(): void {
    this.#over = true;
    this.#wake();
  }
}
