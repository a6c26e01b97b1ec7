import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { QueryBus } from '@nestjs/cqrs';
import { ListChanges } from '@ledger/application';
import { comparePositions } from '@ledger/event-log';
import type { Change } from '@ledger/read-models';
import { isWanted, type Topics } from './topics.js';

/** Bytes that may wait for a client that does not read; then it is let go and may resume. */
export const QUEUE_LIMIT_BYTES = 256 * 1024;
const REPLAY_PAGE = 200;
/** A client that reads nothing for this long during its replay is let go. */
const STALLED_MS = 30_000;

/** Where a client wants to go on: after a position it has seen, or with what comes from now on. */
export type Resume = { after: string } | { reset: string } | { fresh: true };

export type Framed = { change: Change; frame: string };

type ClientParts = { topics: Topics; frameOf: (change: Change) => string; queries: QueryBus };

/**
 * One live stream. It is subscribed from the start but ignores live changes until it has replayed
 * the change table up to its end; a live change is always in that table, so none is missed, and
 * what was replayed already is dropped by its position. Only data events carry an id: a control
 * event never moves the point from which a client resumes.
 */
export class LiveClient {
  private lastSeen = '0';
  /** The newest change that went by while this client was still replaying. */
  private passedBy = '0';
  private caughtUp = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly parts: ClientParts,
  ) {}

  async begin(resume: Resume, projected: string): Promise<void> {
    this.control('stream.hello', { position: projected, retention: 'unlimited' });
    if ('reset' in resume) this.control('stream.reset', { reason: resume.reset });
    this.lastSeen = 'after' in resume ? resume.after : projected;
    await this.replay();
    if (this.response.destroyed) return;
    this.caughtUp = true;
    this.control('stream.caughtUp', { position: this.lastSeen });
  }

  live(changes: readonly Framed[]): void {
    if (!this.caughtUp) {
      this.passedBy = changes.at(-1)?.change.position ?? this.passedBy;
      return;
    }
    for (const { change, frame } of changes) {
      if (comparePositions(change.position, this.lastSeen) <= 0) continue;
      this.lastSeen = change.position;
      if (isWanted(change, this.parts.topics)) this.write(frame);
    }
  }

  /** A comment that keeps proxies from closing the connection; no use where others wait. */
  beat(): void {
    if (this.response.writableLength === 0) this.write(': heartbeat\n\n');
  }

  bye(retryMs: number): void {
    if (this.response.destroyed) return;
    this.caughtUp = false;
    this.response.end(`event: stream.bye\nretry: ${retryMs}\ndata: {"retryMs":${retryMs}}\n\n`);
  }

  /** Everything after `lastSeen`, no faster than the client reads, until nothing is missing. */
  private async replay(): Promise<void> {
    for (;;) {
      const changes = await this.parts.queries.execute(
        new ListChanges({ after: this.lastSeen, limit: REPLAY_PAGE }),
      );
      if (this.response.destroyed) return;
      if (changes.length === 0 && comparePositions(this.passedBy, this.lastSeen) <= 0) return;
      for (const change of changes) {
        this.lastSeen = change.position;
        if (!isWanted(change, this.parts.topics)) continue;
        this.write(this.parts.frameOf(change));
        if (this.response.writableNeedDrain) await this.drained();
        if (this.response.destroyed) return;
      }
    }
  }

  /** Resolves when the client has read what waits for it; closes one that does not read. */
  private async drained(): Promise<void> {
    const closed = new AbortController();
    const onClose = (): void => closed.abort();
    this.response.once('close', onClose);
    try {
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(STALLED_MS)]);
      await once(this.response, 'drain', { signal });
    } catch {
      this.response.destroy();
    } finally {
      this.response.off('close', onClose);
    }
  }

  private control(event: string, data: object): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private write(frame: string): void {
    if (this.response.destroyed || this.response.writableEnded) return;
    this.response.write(frame);
    if (this.response.writableLength > QUEUE_LIMIT_BYTES) this.response.destroy();
  }
}
