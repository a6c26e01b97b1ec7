import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { openDatabase, sqliteErrorCode } from '@ledger/sqlite';
import type { Change } from '../answers.js';
import { ProjectionFault } from '../fault.js';
import { changeOf } from '../models/activity/change.js';
import { asOnlyBuilder, tidy } from './building-site.js';
import { whyUnusable } from './checkpoint.js';
import { LiveWriter, type Standing } from './live-writer.js';
import { databaseInForce, preparePlace } from './place.js';
import { buildViews } from './rebuild.js';

/**
 * What the views took in: `changes` are all changes after the position `after`, in log order, and
 * `position` and `sequence` say where the views stand now. Whoever has not seen everything up to
 * `after` has missed something and finds it in the views. That happens when views were built anew
 * meanwhile: a batch without changes then says how far they reach.
 */
export type Batch = Standing & { after: string; changes: Change[] };

export type ProjectorOptions = {
  log: EventLogReader;
  viewsFile: string;
  /** Events in one transaction at most, 1 to 1,000; default 256. */
  batch?: number;
  /** After each committed batch, and after views were built that reach beyond the last one. */
  onBatch?: (batch: Batch) => void;
  /** Says in a sentence what an operator should know: that and why the views are rebuilt. */
  onNotice?: (text: string) => void;
};

const DEFAULT_BATCH = 256;
/** How often a projector without work looks whether its views still are those in force. */
const LOOK_MS = 250;

/**
 * Keeps the views up with the log. It starts from the views' own checkpoint; views that are
 * missing, damaged, of another version or of another log are rebuilt first. One at a time may
 * write a views file. Where a rebuild elsewhere puts others in force, it goes on from those. A
 * plain class: the thread around it is its owner's.
 *
 * Both methods let others on their thread have their turn after each batch, and reject with a
 * `ProjectionFault` when an event cannot be taken in (nothing of its batch is written, and nothing
 * after it), or with the error of the log; a new call starts again from the last committed batch.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #batch: number;
  /** The position up to which `onBatch` has been told; undefined before the views were opened. */
  #told: string | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#batch = options.batch ?? DEFAULT_BATCH;
  }

  /** Follows the log until `signal` aborts or the log is closed. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      let isReplaced = true;
      while (isReplaced && !signal.aborted) {
        isReplaced = await this.#withWriter((writer) => this.#followInto(writer, signal), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Takes in everything that the log holds, and resolves with where the views then stand. Rejects
   * also with the signal's reason.
   */
  async catchUp(signal?: AbortSignal): Promise<Standing> {
    let reached: Standing | undefined;
    while (reached === undefined) {
      reached = await this.#withWriter((writer) => this.#readInto(writer, signal), signal);
    }
    return reached;
  }

  async #withWriter<Result>(
    work: (writer: LiveWriter) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    let writer: LiveWriter | undefined;
    try {
      writer = await this.#open(signal);
      this.#tellOfRebuilt(writer);
      return await work(writer);
    } catch (error) {
      throw unwritable(error, this.#options.viewsFile) ?? error;
    } finally {
      writer?.close();
    }
  }

  /** Resolves with true when other views were put in force. */
  async #followInto(writer: LiveWriter, signal: AbortSignal): Promise<boolean> {
    const replaced = new AbortController();
    const look = setInterval(() => {
      if (!this.#isInForce(writer)) replaced.abort();
    }, LOOK_MS);
    try {
      const batches = this.#options.log.follow({
        after: writer.standing.position,
        batch: this.#batch,
        signal: AbortSignal.any([signal, replaced.signal]),
      });
      for await (const events of batches) {
        if (!this.#project(writer, events)) return true;
        await turn();
      }
      return replaced.signal.aborted;
    } finally {
      clearInterval(look);
    }
  }

  /** Resolves with undefined when other views were put in force. */
  async #readInto(writer: LiveWriter, signal?: AbortSignal): Promise<Standing | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const after = writer.standing.position;
      const events = await this.#options.log.readAll({ after, limit: this.#batch });
      if (events.length === 0) return writer.standing;
      if (!this.#project(writer, events)) return undefined;
      await turn();
    }
  }

  /** False, and nothing done, when other views were put in force. */
  #project(writer: LiveWriter, events: LedgerEvent[]): boolean {
    const after = writer.standing.position;
    const facts = writer.write(events, () => this.#isInForce(writer));
    if (facts === undefined) return false;
    this.#tell({ after, ...writer.standing, changes: facts.map(changeOf) });
    return true;
  }

  #tellOfRebuilt({ standing }: LiveWriter): void {
    this.#told ??= standing.position;
    if (Number(this.#told) >= Number(standing.position)) return;
    this.#tell({ after: standing.position, ...standing, changes: [] });
  }

  #tell(batch: Batch): void {
    this.#told = batch.position;
    this.#options.onBatch?.(batch);
  }

  /** A path that cannot be read counts as no: opening it again says why. */
  #isInForce({ file }: LiveWriter): boolean {
    try {
      return databaseInForce(this.#options.viewsFile) === file;
    } catch {
      return false;
    }
  }

  async #open(signal?: AbortSignal): Promise<LiveWriter> {
    const { viewsFile } = this.#options;
    preparePlace(viewsFile);
    tidy(viewsFile);
    if ((await this.#whyRebuild()) !== undefined) {
      await asOnlyBuilder(viewsFile, () => this.#rebuildIfNeeded(signal), signal);
    }
    const database = databaseInForce(viewsFile);
    if (database === undefined || !existsSync(database)) {
      throw new ProjectionFault('VIEWS_MISSING', `${viewsFile} vanished while it was opened.`);
    }
    return new LiveWriter(database);
  }

  /** Another builder may have been faster. */
  async #rebuildIfNeeded(signal?: AbortSignal): Promise<void> {
    const { log, viewsFile, onNotice } = this.#options;
    const why = await this.#whyRebuild();
    if (why === undefined) return;
    onNotice?.(`The views are rebuilt from the log: ${why}.`);
    await buildViews({ log, viewsFile, ...(signal !== undefined && { signal }) });
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

/** SQLite's numbers for a file that may only be read, and for a disk without room. */
const UNWRITABLE = [8, 13];

/** The log is only read here, so an error of writing is one of the views. */
function unwritable(error: unknown, viewsFile: string): ProjectionFault | undefined {
  const code = sqliteErrorCode(error);
  if (code === undefined || !UNWRITABLE.includes(code & 0xff)) return undefined;
  const reason = error instanceof Object && 'message' in error ? String(error.message) : '';
  return new ProjectionFault(
    'VIEWS_UNWRITABLE',
    `The views in ${dirname(viewsFile)} cannot be written (${reason}); make room on their disk, or ` +
      'give the data directory another place. The log is whole.',
    {},
    { cause: error },
  );
}
