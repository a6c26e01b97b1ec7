import { shallowRef } from 'vue';
import { fetchBoard } from '../board/board-client.js';
import type { Problem } from '../board/board-client.js';
import { changedItems } from '../board/changes.js';
import type { Board } from '../board-types.js';
import { currentLanguage } from '../text/language.js';
import { boardParams, isFrozen } from '../view/view-query.js';
import type { ViewQuery } from '../view/view-query.js';
import { Announcer } from './announcer.js';
import { coalesce } from './coalesce.js';
import { connectionAfter, initialConnection, retryDelayMs } from './connection.js';
import type { ConnectionEvent } from './connection.js';
import { openStream } from './ledger-stream.js';
import { watchSilence } from './silence.js';
import { fetchTamperSignals } from './tamper-signals.js';

/** A burst of changes becomes one request of the board. */
const coalesceMs = 200;
/** How often the store's health is asked for, at most. */
const tamperMs = 60_000;
/** How long a changed figure stays marked. */
const markedMs = 1_800;

/**
 * Keeps one board on the page: reads it, follows the stream while the page is visible and the view
 * is the present, reads it again on any change, and says how it stands. Fields are reactive.
 */
export class BoardSession {
  readonly board = shallowRef<Board>();
  readonly problem = shallowRef<Problem>();
  readonly connection = shallowRef(initialConnection);
  /** Ids of items that changed in the last two seconds. */
  readonly marked = shallowRef<ReadonlySet<string>>(new Set());
  /** Ids of items whose change is to be spoken now. */
  readonly announced = shallowRef<string[]>([]);

  /** What was found in the log's store that the ledger did not write. */
  readonly tamperSignals = shallowRef<string[]>([]);

  private view: ViewQuery = {};
  private askedTamperAt = -Infinity;
  /** The newest position that the stream named and the board has not reached yet. */
  private awaited: string | undefined;
  private failedReads = 0;
  private closeStream: (() => void) | undefined;
  private reading = new AbortController();
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly refresh = coalesce(() => this.read(), coalesceMs);
  private readonly announcer = new Announcer((ids) => (this.announced.value = ids));

  /** Shows a view. The board of another one goes at once: no figure stands under a wrong date. */
  async show(view: ViewQuery): Promise<void> {
    this.stop();
    if (view !== this.view) {
      this.board.value = undefined;
      this.problem.value = undefined;
      this.awaited = undefined;
    }
    this.view = view;
    this.note(isFrozen(view) ? { type: 'frozen' } : { type: 'opening' });
    await this.read();
    this.follow();
  }

  /** After a failure: at once, whatever the waiting time was. */
  async retry(): Promise<void> {
    await this.show(this.view);
  }

  /** The page is visible again, or the network is back. */
  resume(): void {
    if (isFrozen(this.view)) return;
    if (this.board.value === undefined) void this.retry();
    else this.follow();
  }

  /** The page is hidden: no stream, no timers, no requests. */
  pause(): void {
    if (isFrozen(this.view)) return;
    this.stop();
    this.note({ type: 'paused' });
  }

  /** The browser says that the network is gone; it does not always say so. */
  disconnected(): void {
    if (!isFrozen(this.view) && !document.hidden) this.lose();
  }

  stop(): void {
    this.closeStream?.();
    this.closeStream = undefined;
    this.refresh.cancel();
    this.announcer.stop();
    this.reading.abort();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.marked.value = new Set();
  }

  private follow(): void {
    const board = this.board.value;
    // Without a board there is no position to follow from; its retry is already under way.
    if (board === undefined || isFrozen(this.view) || document.hidden) return;
    if (this.closeStream === undefined) this.open(this.awaited ?? board.knownAt);
  }

  private open(after: string): void {
    this.note({ type: 'opening' });
    const silence = watchSilence(() => this.lose());
    const close = openStream(after, {
      hello: () => this.note({ type: 'hello' }),
      caughtUp: () => this.note({ type: 'caughtUp' }),
      changed: (position) => {
        silence.broken();
        if (position !== '') this.awaited = position;
        this.note({ type: 'changeKnown', at: Date.now() });
        this.refresh.request();
      },
      reset: () => {
        this.lose();
        this.awaited = undefined;
        this.refresh.request();
      },
      lost: (retryMs) => this.lose(retryMs),
    });
    this.closeStream = () => {
      silence.stop();
      close();
    };
  }

  private lose(retryMs?: number): void {
    this.closeStream?.();
    this.closeStream = undefined;
    this.note({ type: 'lost', at: Date.now() });
    const wait = retryDelayMs(this.connection.value.attempts, Math.random());
    this.later(Math.max(wait, retryMs ?? 0), () => this.follow());
  }

  private async read(): Promise<void> {
    this.reading.abort();
    const reading = new AbortController();
    this.reading = reading;
    const awaited = this.awaited;
    const params = boardParams(this.view);
    if (awaited !== undefined) params['minPosition'] = awaited;
    const answer = await fetchBoard(params, currentLanguage.value, reading.signal).catch(
      () => null,
    );
    if (answer === null || reading.signal.aborted) return;
    if ('problem' in answer) {
      this.failed(answer.problem);
      return;
    }
    this.failedReads = 0;
    this.problem.value = undefined;
    if (this.awaited === awaited) this.awaited = undefined;
    this.take(answer.board);
    void this.askTamperSignals();
    this.note({ type: 'boardRead', at: Date.now(), current: this.awaited === undefined });
  }

  private failed(problem: Problem): void {
    this.problem.value = problem;
    this.failedReads += 1;
    // A frozen view waits for its reader; a live one tries again by itself.
    if (isFrozen(this.view)) return;
    if (this.board.value === undefined) this.note({ type: 'lost', at: Date.now() });
    const wait = problem.retryAfterMs ?? retryDelayMs(this.failedReads, Math.random());
    this.later(wait, () => void this.read().then(() => this.follow()));
  }

  private take(board: Board): void {
    const before = this.board.value;
    this.board.value = board;
    const following = this.closeStream !== undefined;
    if (before === undefined || !following) return;
    const ids = changedItems(before, board);
    if (ids.length === 0) return;
    this.marked.value = new Set([...this.marked.value, ...ids]);
    this.announcer.changed(ids);
    this.later(markedMs, () => {
      this.marked.value = new Set([...this.marked.value].filter((id) => !ids.includes(id)));
    });
  }

  private async askTamperSignals(): Promise<void> {
    if (Date.now() - this.askedTamperAt < tamperMs) return;
    this.askedTamperAt = Date.now();
    this.tamperSignals.value = (await fetchTamperSignals()) ?? this.tamperSignals.value;
  }

  private note(event: ConnectionEvent): void {
    this.connection.value = connectionAfter(this.connection.value, event);
  }

  private later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, delayMs);
    this.timers.add(timer);
  }
}
