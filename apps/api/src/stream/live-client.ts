import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { QueryBus } from '@nestjs/cqrs';
import { ListChanges } from '@ledger/application';
import { comparePositions } from '@ledger/event-log';
import type { Change } from '@ledger/read-models';
import { isOperationWanted, isWanted, type Topics } from './topics.js';

/** Bytes that may wait for a client that does not read; then it is let go and may resume. */
export const QUEUE_LIMIT_BYTES = 256 * 1024;
const REPLAY_PAGE = 200;
/** A client that reads nothing for this long during its replay is let go. */
const STALLED_MS = 30_000;
/** How long to wait for changes that were told of and are not in the table. */
const PAUSE_MS = 100;

/** Where a client wants to go on: after a position it has seen, or with what comes from now on. */
export type Resume = { after: string } | { reset: string } | { fresh: true };

type Framed = { change: Change; frame: string };
/** All changes after the position `after`, up to `position`. */
export type FramedBatch = { frames: readonly Framed[]; after: string; position: string };

type ClientParts = { topics: Topics; frameOf: (change: Change) => string; queries: QueryBus };

/**
 * One live stream. It is subscribed from the start but ignores live changes until it has replayed
 * the change table up to its end; what was replayed already is dropped by its position. A batch
 * says after which position it begins: where that lies beyond what the client has seen, changes
 * came into the table without being told, and it is replayed once more. Only data events carry an
 * id: a control event never moves the point from which a client resumes.
 */
export class LiveClient {
  private lastSeen = '0';
  /** How far the views are that went by while this client was still replaying. */
  private passedBy = '0';
  private caughtUp = false;

  constructor(
    readonly response: ServerResponse,
    private readonly parts: ClientParts,
  ) {}

  async begin(resume: Resume, projected: string): Promise<void> {
    this.control('stream.hello', { position: projected, retention: 'unlimited' });
    if ('reset' in resume) this.control('stream.reset', { reason: resume.reset });
    this.lastSeen = 'after' in resume ? resume.after : projected;
    await this.replay();
    if (!this.isGone) this.control('stream.caughtUp', { position: this.lastSeen });
  }

  /** False when this client has missed something: it takes no live changes until it `replay`s. */
  live({ frames, after, position }: FramedBatch): boolean {
    if (!this.caughtUp || comparePositions(after, this.lastSeen) > 0) {
      this.passedBy = position;
      const isMissing = this.caughtUp;
      this.caughtUp = false;
      return !isMissing;
    }
    for (const { change, frame } of frames) {
      if (comparePositions(change.position, this.lastSeen) <= 0) continue;
      this.lastSeen = change.position;
      if (isWanted(change, this.parts.topics)) this.write(frame);
    }
    return true;
  }

  /** Progress of long work is no part of the log: it has no id and needs no place in the order. */
  tellOperation(operation: { id: string }, frame: string): void {
    if (isOperationWanted(operation, this.parts.topics)) this.write(frame);
  }

  /** A comment that keeps proxies from closing the connection; no use where others wait. */
  beat(): void {
    if (this.response.writableLength === 0) this.write(': heartbeat\n\n');
  }

  bye(retryMs: number): void {
    if (this.isGone) return;
    this.caughtUp = false;
    this.response.end(`event: stream.bye\nretry: ${retryMs}\ndata: {"retryMs":${retryMs}}\n\n`);
  }

  /**
   * Everything after `lastSeen`, no faster than the client reads, until nothing is missing. Others
   * have their turn after each page, however little of it this client wants.
   */
  async replay(): Promise<void> {
    while (!this.isGone) {
      const changes = await this.parts.queries.execute(
        new ListChanges({ after: this.lastSeen, limit: REPLAY_PAGE }),
      );
      if (changes.length === 0) {
        this.caughtUp = !this.isGone && comparePositions(this.passedBy, this.lastSeen) <= 0;
        if (this.caughtUp) return;
        await wait(PAUSE_MS);
      }
      for (const change of changes) {
        if (this.isGone) return;
        this.lastSeen = change.position;
        if (!isWanted(change, this.parts.topics)) continue;
        this.write(this.parts.frameOf(change));
        if (this.response.writableNeedDrain) await this.drained();
      }
      await turn();
    }
  }

  private get isGone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
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
    if (this.isGone) return;
    this.response.write(frame);
    if (this.response.writableLength > QUEUE_LIMIT_BYTES) this.response.destroy();
  }
}
