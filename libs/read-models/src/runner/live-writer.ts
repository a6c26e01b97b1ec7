import { existsSync } from 'node:fs';
import type { LedgerEvent } from '@ledger/event-log';
import { openDatabase, type Database } from '@ledger/sqlite';
import type { Fact } from '../facts.js';
import { ProjectionFault } from '../fault.js';
import { SegmentCache } from '../segments/segment-cache.js';
import { toPosition } from '../tables/positions.js';
import { PlaceRow, type ModelRow } from './checkpoint.js';
import { Fold, type OnParked } from './fold.js';
import { factsAfter } from './in-order.js';
import { besides } from './place.js';

/** How far views have taken the log in: its last event's position, and its number from 0. */
export type Standing = { position: string; sequence: number };

/** The writing connection on the views in force. One batch is one transaction. */
export class LiveWriter {
  readonly #database: Database;
  readonly #fold: Fold;
  readonly #cache: SegmentCache;

  constructor(
    readonly file: string,
    onParked?: OnParked,
  ) {
    this.#database = openDatabase(file);
    try {
      // A power cut may lose the last batches with their checkpoint; they are projected again. The
      // last block of every series is written over and over: the cache has room for those pages,
      // and they go from the journal into the file only now and then.
      this.#database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = -32000;
        PRAGMA wal_autocheckpoint = 4000;`);
      this.#fold = new Fold(this.#database, 'live', { ...(onParked && { onParked }) });
      this.#fold.unpark();
      this.#cache = openCacheOf(this.#database, file);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get standing(): Standing {
    const { position, sequence } = this.#fold.checkpoint;
    return { position: toPosition(position), sequence };
  }

  /** How each model fares. */
  get models(): ModelRow[] {
    return this.#fold.rows;
  }

  /** The position after which events are wanted: before the standing where a model lags behind. */
  get needed(): string {
    return toPosition(this.#fold.needed);
  }

  /**
   * Rows and checkpoint of a batch, or nothing of it: undefined when `mayWrite`, asked while nobody
   * else can write, says no, and when somebody else has written since; this writer is of no use
   * then. Answers those events that the views had not taken in before. After an error only `close`
   * may follow.
   */
  write(events: LedgerEvent[], mayWrite = (): boolean => true): Fact[] | undefined {
    const before = this.#fold.checkpoint.position;
    const facts = factsAfter(this.#fold.needed, events);
    const first = this.#fold.needed + 1;
    const factAt = (position: number): Fact =>
      facts[position - first] ?? this.#cache.factAt(position);
    // The cache goes ahead: whoever sees a row in the views finds its event there.
    const slices = this.#cache.append(facts);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      if (!mayWrite() || !this.#fold.isCurrent) {
        this.#database.exec('ROLLBACK');
        return undefined;
      }
      for (const slice of slices) this.#fold.take(slice, factAt);
      const last = facts.at(-1);
      if (last !== undefined) this.#fold.reach(last);
      this.#fold.flush();
      this.#database.exec('COMMIT');
      return facts.filter(({ position }) => Number(position) > before);
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#cache.close();
    this.#database.close();
  }
}

/** The segment cache that views name. Throws `VIEWS_MISSING` when it is gone. */
export function openCacheOf(views: Database, viewsDatabase: string): SegmentCache {
  const named = new PlaceRow(views).read();
  const file = besides(viewsDatabase, named?.segments ?? '');
  if (named === undefined || !existsSync(file)) {
    throw new ProjectionFault('VIEWS_MISSING', `${file} is missing.`);
  }
  return SegmentCache.open(file);
}
