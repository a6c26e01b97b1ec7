import { Agent, request } from 'node:http';
import { EventStream } from '../stories/event-stream.js';
import type { Author, Post, Receipt } from './posts.js';
import { pause } from './servers.js';

/** No write takes this long, on however slow a disk: who waits longer waits for a hung server. */
const ANSWER_MS = 20_000;

export type Answer = { status: number; type: string; text: string; replayed: boolean };

/** A write that was answered as recorded, as its client knows it. */
export type Acknowledged = { post: Post; eventId: string; position: string; replayed: boolean };
/** A write whose client does not know what became of it. */
export type Unanswered = { author: Author; post: Post };

/** Connections to one server; kept open between requests, as clients under load do. */
export class Connections {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(readonly url: string) {}

  /** Rejects when the connection broke, or no answer came in time. */
  post({ path, body, key, ifMatch }: Post): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': key,
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    };
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers, agent: this.#agent, timeout: ANSWER_MS };
      const asked = request(`${this.url}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          const replayed = response.headers['idempotency-replayed'] === 'true';
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, type: answered['content-type'] ?? '', text, replayed });
        });
      });
      asked.once('timeout', () => asked.destroy(new Error(`No answer in ${ANSWER_MS} ms.`)));
      asked.once('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The receipt of an answer that says "recorded"; undefined for every other answer. */
export function receiptOf({ status, text }: Answer): Receipt | undefined {
  if (status !== 201) return undefined;
  const receipt: Receipt = JSON.parse(text);
  return receipt.outcome === 'recorded' && receipt.events.length === 1 ? receipt : undefined;
}

export function acknowledged(post: Post, answer: Answer, receipt: Receipt): Acknowledged {
  const { position } = receipt;
  const eventId = receipt.events[0]?.eventId ?? '';
  return { post, eventId, position, replayed: answer.replayed };
}

/** Everything that the authors wrote at one server until it was gone. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly unanswered: Unanswered[] = [];
  /** Answers that asked to try again later; their writes are among the unanswered. */
  readonly refused: Answer[] = [];
  /** Answers that no write of ours should get. */
  readonly unexpected: string[] = [];
  #stopping = false;
  readonly #ends: Promise<void>[];

  constructor(connections: Connections, authors: readonly Author[]) {
    this.#ends = authors.map((author) => this.#write(connections, author));
  }

  /** Resolves true when so many writes were answered; false when no answer came for long. */
  async reaches(answers: number): Promise<boolean> {
    let [last, since] = [-1, performance.now()];
    while (this.acknowledged.length < answers) {
      if (this.unexpected.length > 0) return true;
      if (this.acknowledged.length > last) {
        [last, since] = [this.acknowledged.length, performance.now()];
      }
      if (performance.now() - since > ANSWER_MS) return false;
      await pause(2);
    }
    return true;
  }

  /** Lets the authors finish what they are about; resolves when they have. */
  async ended(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#ends);
  }

  /** Resolves when every author was refused or has lost its server, which may be never. */
  async givenUp(): Promise<void> {
    await Promise.all(this.#ends);
  }

  async #write(connections: Connections, author: Author): Promise<void> {
    while (!this.#stopping) {
      const post = author.next();
      let answer: Answer;
      try {
        answer = await connections.post(post);
      } catch {
        this.unanswered.push({ author, post });
        return;
      }
      const receipt = receiptOf(answer);
      if (receipt === undefined) {
        this.unanswered.push({ author, post });
        if (answer.status === 503) this.refused.push(answer);
        else this.unexpected.push(`${post.content}: ${answer.text}`);
        return;
      }
      this.acknowledged.push(acknowledged(post, answer, receipt));
      author.heard(receipt);
    }
  }
}

/** A change as a follower saw it. */
export type Seen = { id: string; position: string };

/**
 * A client of the live stream that loses its server again and again and goes on after the last
 * change that it has seen. `topics` narrows what it wants.
 */
export class Follower {
  #stream: EventStream | undefined;
  readonly #before: Seen[] = [];
  #last: string;

  /** `after` is the position that it has seen already. */
  constructor(
    after: string,
    private readonly topics?: string,
  ) {
    this.#last = after;
  }

  /** Opens the stream after the last change seen. Does nothing when the server is gone. */
  async resume(url: string): Promise<void> {
    this.leave();
    const query = this.topics === undefined ? '' : `?topics=${this.topics}`;
    try {
      this.#stream = await EventStream.open(`${url}/v1/stream${query}`, {
        'last-event-id': this.#last,
      });
    } catch {
      this.#stream = undefined;
    }
  }

  leave(): void {
    if (this.#stream === undefined) return;
    this.#stream.close();
    this.#before.push(...changesIn(this.#stream));
    this.#last = this.#before.at(-1)?.position ?? this.#last;
    this.#stream = undefined;
  }

  /** Every change that came, in the order in which it came. */
  get seen(): Seen[] {
    return this.#stream === undefined
      ? this.#before
      : [...this.#before, ...changesIn(this.#stream)];
  }

  /** Whether the server said that it cannot go on from where this follower was. */
  get wasReset(): boolean {
    return this.#stream?.events.some(({ event }) => event === 'stream.reset') === true;
  }

  /** Waits until so many changes came, or until nothing has come for a while. */
  async sees(changes: number, patienceMs = 10_000): Promise<void> {
    let [last, since] = [-1, performance.now()];
    for (;;) {
      const { length } = this.seen;
      if (length >= changes) return;
      if (length > last) [last, since] = [length, performance.now()];
      if (performance.now() - since > patienceMs) return;
      await pause(10);
    }
  }

  /** Forgets what it saw, but not where it had come to. */
  forget(): void {
    const seen = this.seen;
    this.#last = seen.at(-1)?.position ?? this.#last;
    this.#before.length = 0;
    if (this.#stream !== undefined) this.#stream.events.length = 0;
  }
}

function changesIn(stream: EventStream): Seen[] {
  return stream.events.flatMap(({ id, data }) =>
    id === undefined ? [] : [{ position: id, id: eventIdIn(data) }],
  );
}

function eventIdIn(data: unknown): string {
  const hasId = typeof data === 'object' && data !== null && 'id' in data;
  return hasId ? String(data.id) : '';
}
