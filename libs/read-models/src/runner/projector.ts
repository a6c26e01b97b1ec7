import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import type { Change } from '../answers.js';
import { changeOf } from '../models/activity/change.js';
import { ProjectionFault } from '../fault.js';
import { whyUnusable } from './checkpoint.js';
import { LiveWriter } from './live-writer.js';
import { databaseInForce, refuseForeignFile, removeOthers } from './place.js';
import { rebuildViews } from './rebuild.js';

/** What a batch changed, in log order; `position` is where the views stand after it. */
export type Batch = { position: string; changes: Change[] };

export type ProjectorOptions = {
  log: EventLogReader;
  viewsFile: string;
  /** Events in one transaction at most, 1 to 1,000; default 256. */
  batch?: number;
  /** After each committed batch. What a rebuild takes in is not announced. */
  onBatch?: (batch: Batch) => void;
  /** Says in a sentence what an operator should know: that and why the views are rebuilt. */
  onNotice?: (text: string) => void;
};

const DEFAULT_BATCH = 256;

/**
 * Keeps the views up with the log. It starts from the views' own checkpoint; views that are
 * missing, damaged, of another version or of another log are rebuilt first. One at a time may
 * write a views file. A plain class: the thread around it is its owner's.
 *
 * Both methods reject with a `ProjectionFault` when an event cannot be taken in (nothing of its
 * batch is written, and nothing after it), or with the error of the log; a new call starts again
 * from the last committed batch.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #batch: number;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#batch = options.batch ?? DEFAULT_BATCH;
  }

  /** Follows the log until `signal` aborts or the log is closed. */
  async run(signal: AbortSignal): Promise<void> {
    let isReplaced = true;
    while (isReplaced && !signal.aborted) {
      const writer = await this.#open(signal);
      if (writer === undefined) return;
      try {
        isReplaced = await this.#followInto(writer, signal);
      } finally {
        writer.close();
      }
    }
  }

  /** Takes in everything that the log holds, and resolves with the position reached. */
  async catchUp(): Promise<string> {
    const writer = await this.#open();
    try {
      for (;;) {
        const after = writer.position;
        const events = await this.#options.log.readAll({ after, limit: this.#batch });
        if (events.length === 0) return after;
        this.#project(writer, events);
      }
    } finally {
      writer.close();
    }
  }

  /** Resolves with true when a rebuild elsewhere has put another database in force. */
  async #followInto(writer: LiveWriter, signal: AbortSignal): Promise<boolean> {
    const { log, viewsFile } = this.#options;
    const batches = log.follow({ after: writer.position, batch: this.#batch, signal });
    for await (const events of batches) {
      if (databaseInForce(viewsFile) !== writer.file) return true;
      this.#project(writer, events);
    }
    return false;
  }

  #project(writer: LiveWriter, events: LedgerEvent[]): void {
    const facts = writer.write(events);
    this.#options.onBatch?.({ position: writer.position, changes: facts.map(changeOf) });
  }

  async #open(): Promise<LiveWriter>;
  async #open(signal: AbortSignal): Promise<LiveWriter | undefined>;
  async #open(signal?: AbortSignal): Promise<LiveWriter | undefined> {
    const { log, viewsFile, onNotice } = this.#options;
    makeFolder(dirname(viewsFile));
    refuseForeignFile(viewsFile);
    removeOthers(viewsFile);
    const why = await this.#whyRebuild();
    if (why !== undefined) {
      onNotice?.(`The views are rebuilt from the log: ${why}.`);
      try {
        await rebuildViews({ log, viewsFile, ...(signal !== undefined && { signal }) });
      } catch (error) {
        if (signal?.aborted === true) return undefined;
        throw error;
      }
    }
    const database = databaseInForce(viewsFile);
    if (database === undefined) throw new Error(`${viewsFile} vanished while it was opened.`);
    return new LiveWriter(database);
  }

  /** Looks on a connection that cannot write, so that it leaves nothing behind when it closes. */
  async #whyRebuild(): Promise<string | undefined> {
    const { log, viewsFile } = this.#options;
    const file = databaseInForce(viewsFile);
    if (file === undefined) return 'there are none';
    let database;
    try {
      database = openDatabase(file, { readOnly: true });
    } catch {
      return 'their file is missing';
    }
    try {
      return await whyUnusable(database, log);
    } finally {
      database.close();
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Object && 'message' in error ? String(error.message) : '';
    throw new ProjectionFault(
      'NOT_A_VIEWS_FILE',
      `${folder} cannot hold the views (${reason}); make it a folder that can be written, ` +
        'or move what stands there away: views are rebuilt from the log.',
    );
  }
}
