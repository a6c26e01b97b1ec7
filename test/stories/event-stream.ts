import { get, type ClientRequest, type IncomingMessage } from 'node:http';

/** One event of a stream as it came over the wire. */
export type StreamEvent = { id?: string; event: string; data: unknown };

/** A client of the live stream that keeps what it has seen. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  ended = false;
  private text = '';
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly request: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('close', () => {
      this.ended = true;
      this.tell();
    });
  }

  static open(url: string, headers: { [name: string]: string } = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) => {
        resolve(new EventStream(request, response));
      });
      request.on('error', reject);
    });
  }

  /** Names of all events, with the position of those that have one. */
  get seen(): string[] {
    return this.events.map(({ event, id }) => (id === undefined ? event : `${event}@${id}`));
  }

  /** Resolves when an event of this name has come, however often before. */
  async until(event: string, times = 1): Promise<void> {
    await this.untilTrue(() => this.events.filter((one) => one.event === event).length >= times);
  }

  async untilEnded(): Promise<void> {
    await this.untilTrue(() => this.ended);
  }

  close(): void {
    this.request.on('error', () => {});
    this.request.destroy();
  }

  private untilTrue(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  private take(chunk: string): void {
    this.text += chunk;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    this.events.push(...blocks.filter((block) => !block.startsWith(':')).map(asEvent));
    this.tell();
  }

  private tell(): void {
    for (const look of this.waiting) look();
  }
}

function asEvent(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const id = fields.get('id');
  return {
    ...(id !== undefined && { id }),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
