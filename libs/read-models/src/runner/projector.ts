import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { sqliteErrorCode } from '@ledger/sqlite';
import type { Change } from '../answers.js';
import { ProjectionFault } from '../fault.js';
import { changeOf } from '../models/activity/change.js';
import { asOnlyBuilder, tidy } from './building-site.js';
import type { ModelRow } from './checkpoint.js';
import { parkedFault } from './fold.js';
import { isDamage } from '../segments/layout.js';
import { ailmentOf, type Ailment } from './health.js';
import { LiveWriter, type Standing } from './live-writer.js';
import { buildOf, databaseInForce, preparePlace } from './place.js';
import { buildViews } from './rebuild.js';
import { modelStanding, type ModelStanding } from './standing.js';

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
  /** Events in one transaction at most, 1 to 1,000; default 1,000, and 4,000 while catching up. */
  batch?: number;
  /** After each committed batch, and after views were built that reach beyond the last one. */
  onBatch?: (batch: Batch) => void;
  /** Says in a sentence what an operator should know: that and why the views are rebuilt. */
  onNotice?: (text: string) => void;
  /** A model could not take an event in: it stands still before it, and the others go on. */
  onParked?: (fault: ProjectionFault) => void;
  /**
   * The views were made by other versions of the folds: they go on being read and written, and
   * somebody should rebuild them.
   */
  onOutdated?: (why: string) => void;
  /**
   * Views were opened, at each start and where others were put in force. `build` names their
   * database, in eight hex digits.
   */
  onOpened?: (build: string) => void;
};

const DEFAULT_BATCH = 1_000;
/** Events in one transaction while views catch up. */
const CATCH_UP_EVENTS = 4_000;
/** How often a projector without work looks whether its views still are those in force. */
const LOOK_MS = 250;

/**
 * Keeps the views up with the log. It starts from the views' own checkpoint; views that are
 * missing, damaged, of another layout or of another log are rebuilt first. One at a time may
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
  #writer: LiveWriter | undefined;
  #models: readonly ModelRow[] = [];

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#batch = options.batch ?? DEFAULT_BATCH;
  }

  /** How each model stands, by the last committed batch; empty before the views were opened. */
  get models(): ModelStanding[] {
    return (this.#writer?.models ?? this.#models).map(modelStanding);
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

  /** Views whose segment cache turns out to be damaged are rebuilt, and the work begins anew. */
  async #withWriter<Result>(
    work: (writer: LiveWriter) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    try {
      return await this.#withOneWriter(work, signal);
    } catch (error) {
      if (!isDamage(error)) throw unwritable(error, this.#options.viewsFile) ?? error;
      await this.#renew(error, signal);
      return await this.#withOneWriter(work, signal);
    }
  }

  async #withOneWriter<Result>(
    work: (writer: LiveWriter) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    let writer: LiveWriter | undefined;
    try {
      writer = await this.#open(signal);
      this.#writer = writer;
      this.#options.onOpened?.(buildOf(writer.file));
      this.#tellOfRebuilt(writer);
      return await work(writer);
    } finally {
      this.#models = writer?.models ?? this.#models;
      this.#writer = undefined;
      writer?.close();
    }
  }

  /** Resolves with true when other views were put in force. */
  async #followInto(writer: LiveWriter, signal: AbortSignal): Promise<boolean> {
    // A model that was parked tries again from where it stands; the others want what is new.
    const isBehind = writer.needed !== writer.standing.position;
    if (isBehind && (await this.#readInto(writer, signal)) === undefined) return true;
    const replaced = new AbortController();
    const look = setInterval(() => {
      if (!this.#isInForce(writer)) replaced.abort();
    }, LOOK_MS);
    try {
      const batches = this.#options.log.follow({
        after: writer.needed,
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
      const events = await this.#pages(writer.needed);
      if (events.length === 0) return writer.standing;
      if (!this.#project(writer, events)) return undefined;
      await turn();
    }
  }

  /**
   * What comes next. Where much is missing, several pages go into one transaction: the last block of
   * a series is then written once for all of them.
   */
  async #pages(after: string): Promise<LedgerEvent[]> {
    const limit = this.#batch;
    const events = await this.#options.log.readAll({ after, limit });
    const most = this.#options.batch === undefined ? CATCH_UP_EVENTS : 0;
    for (let page = events; page.length === limit && events.length < most;) {
      page = await this.#options.log.readAll({ after: events.at(-1)?.position ?? after, limit });
      events.push(...page);
    }
    return events;
  }

  /** False, and nothing done, when other views were put in force. */
  #project(writer: LiveWriter, events: LedgerEvent[]): boolean {
    let after = writer.standing.position;
    const facts = writer.write(events, () => this.#isInForce(writer));
    if (facts === undefined) return false;
    for (let told = 0; told < facts.length; told += this.#batch) {
      const changes = facts.slice(told, told + this.#batch).map(changeOf);
      const { position, sequence } = changes.at(-1) ?? writer.standing;
      this.#tell({ after, position, sequence, changes });
      after = position;
    }
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
    const ailment = await this.#ailment();
    if (ailment !== undefined && ailment.kind !== 'outdated') {
      await asOnlyBuilder(viewsFile, () => this.#rebuildIfNeeded(signal), signal);
    } else if (ailment !== undefined) {
      this.#options.onOutdated?.(ailment.why);
    }
    const database = databaseInForce(viewsFile);
    if (database === undefined || !existsSync(database)) {
      throw new ProjectionFault('VIEWS_MISSING', `${viewsFile} vanished while it was opened.`);
    }
    return new LiveWriter(database, (row) => this.#options.onParked?.(parkedFault(row)));
  }

  /** Another builder may have been faster. */
  async #rebuildIfNeeded(signal?: AbortSignal): Promise<void> {
    const { log, viewsFile, onNotice } = this.#options;
    const ailment = await this.#ailment();
    if (ailment === undefined || ailment.kind === 'outdated') return;
    onNotice?.(`The views are rebuilt from the log: ${ailment.why}.`);
    const abort = signal === undefined ? {} : { signal };
    await buildViews({ log, viewsFile, trigger: 'boot', ...abort });
  }

  async #renew(damage: unknown, signal?: AbortSignal): Promise<void> {
    const { log, viewsFile, onNotice } = this.#options;
    const why = damage instanceof Error ? damage.message : String(damage);
    onNotice?.(`The views and their segment cache are made anew from the log. ${why}`);
    const options = { log, viewsFile, trigger: 'boot', fresh: true } as const;
    const build = () => buildViews({ ...options, ...(signal && { signal }) });
    await asOnlyBuilder(viewsFile, build, signal);
  }

  async #ailment(): Promise<Ailment | undefined> {
    const { log, viewsFile } = this.#options;
    const file = databaseInForce(viewsFile);
    if (file === undefined) return { kind: 'unusable', why: 'there are none' };
    return ailmentOf(file, log);
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
