import { changeKinds } from './change-kinds.js';

/** What the live stream tells the page. Positions are the ledger's, opaque and in order. */
export type StreamListener = {
  hello(): void;
  caughtUp(): void;
  changed(position: string): void;
  /** The ledger cannot replay from there: read the board again, then open anew. */
  reset(): void;
  /** The stream ended; open again, not before `retryMs` if the server said so. */
  lost(retryMs?: number): void;
};

/**
 * Opens the stream after a position and returns what closes it. The page reconnects by itself
 * with `after=` instead of leaving it to EventSource, whose retries stop for good at the first
 * answer that is no stream (a 503 while the server starts), and which would not say how long the
 * page has been away.
 */
export function openStream(after: string, listener: StreamListener): () => void {
  const source = new EventSource(`/v1/stream?after=${encodeURIComponent(after)}`);
  const end = (then: () => void) => {
    source.close();
    then();
  };
  source.addEventListener('stream.hello', () => listener.hello());
  source.addEventListener('stream.caughtUp', () => listener.caughtUp());
  source.addEventListener('stream.reset', () => end(() => listener.reset()));
  source.addEventListener('stream.bye', (event) => end(() => listener.lost(retryMsOf(event.data))));
  source.addEventListener('error', () => end(() => listener.lost()));
  for (const kind of changeKinds) {
    source.addEventListener(kind, (event) => listener.changed(event.lastEventId));
  }
  return () => source.close();
}

/** `retryMs` of a `stream.bye`, at most a minute. */
export function retryMsOf(data: unknown): number | undefined {
  if (typeof data !== 'string') return undefined;
  const match = /"retryMs"\s*:\s*(\d{1,9})/.exec(data);
  return match === null ? undefined : Math.min(60_000, Number(match[1]));
}
