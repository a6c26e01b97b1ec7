import { statSync } from 'node:fs';
import type { LocalDate } from '@ledger/domain';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import type {
  Board,
  Change,
  MetricView,
  MilestoneView,
  Page,
  ReformView,
  RememberedCommand,
  Timeline,
  UnitView,
} from './answers.js';
import type { SubjectKind } from './facts.js';
import { ProjectionFault } from './fault.js';
import { ActivityQueries } from './models/activity/queries.js';
import { board, type BoardQueries } from './models/board/board.js';
import type { Documents } from './models/catalogue/documents.js';
import { CatalogueQueries, type Known as KnownDocument } from './models/catalogue/queries.js';
import { TimelineQueries } from './models/timeline/queries.js';
import { CheckpointRow } from './runner/checkpoint.js';
import { databaseInForce } from './runner/place.js';
import { toKey, toPosition } from './tables/positions.js';
import type { Known, PageRequest, TimelineRequest, Views } from './views.js';

/**
 * Opens the views for reading, on a connection of its own. Questions that start a request
 * (`projectedPosition`, `changesAfter`, `command`) look whether a rebuild has put other views in
 * force and then go over to them. Those stand no earlier, so whatever a request asks next is
 * answered alike by the old and by the new ones. Throws `VIEWS_MISSING` when no projector has made any yet, and
 * `NOT_YET_PROJECTED` from every question whose `knownAt` the views have not reached, because that
 * answer would not stay the same.
 */
export const openViews = (viewsFile: string): Views => new SqliteViews(viewsFile);

/**
 * The questions of the single models, below the answers that `openViews` makes of them, on a
 * connection of its own that the caller closes. For tools and measurements: nothing here checks
 * that `knownAt` was reached. Throws `VIEWS_MISSING`.
 */
export const openQueries = (viewsFile: string): Queries => openReading(viewsFile);

/** Reads of the path of the views before giving up: it may be replaced between two steps. */
const OPENING_TRIES = 3;
const CANNOT_OPEN = 14;

export type Queries = BoardQueries & { database: Database };
type Reading = Queries & { checkpoint: CheckpointRow; mark: string };

class SqliteViews implements Views {
  readonly #viewsFile: string;
  #reading: Reading;
  /** The highest position seen projected; beyond it the checkpoint is read again. */
  #reached = 0;

  constructor(viewsFile: string) {
    this.#viewsFile = viewsFile;
    this.#reading = openReading(viewsFile);
  }

  projectedPosition(): string {
    this.#goOverToNewViews();
    this.#reached = this.#reading.checkpoint.read().position;
    return toPosition(this.#reached);
  }

  positionAt(recordedAt: string): string {
    const instant = Date.parse(recordedAt);
    if (Number.isNaN(instant)) throw new RangeError(`"${recordedAt}" is no point in time.`);
    return toPosition(this.#reading.activity.positionAt(instant));
  }

  board({ knownAt, validAt }: Known & { validAt?: LocalDate }): Board {
    const moment = { knownAt: this.#known(knownAt), ...(validAt !== undefined && { validAt }) };
    return board(this.#reading, moment);
  }

  timeline({ metric, knownAt, ...request }: TimelineRequest): Timeline | undefined {
    const known = this.#known(knownAt);
    const found = this.#reading.catalogue.one('metric', metric, known);
    if (found === undefined) return undefined;
    const { names, kind, unit, breaks } = found.document;
    return {
      metric,
      names,
      kind,
      ...(unit !== undefined && { unit }),
      view: request.view,
      knownAt: toPosition(known),
      breaks: breaks.map(({ validFrom, successor, reason }) => ({
        validFrom,
        ...(successor !== undefined && { successor }),
        reason,
      })),
      entries: this.#reading.timeline.entries({ metric, knownAt: known, ...request }),
    };
  }

  metric({ id, knownAt }: Known & { id: string }): MetricView | undefined {
    return this.#one('metric', id, knownAt);
  }

  metrics(request: PageRequest & { reform?: string; kind?: string }): Page<MetricView> {
    const { reform, kind } = request;
    return this.#page('metric', request, (metric) => {
      return isOrAny(reform, metric.reform) && isOrAny(kind, metric.kind);
    });
  }

  reform({ id, knownAt }: Known & { id: string }): ReformView | undefined {
    return this.#one('reform', id, knownAt);
  }

  reforms(request: PageRequest): Page<ReformView> {
    return this.#page('reform', request);
  }

  milestone({ id, knownAt }: Known & { id: string }): MilestoneView | undefined {
    return this.#one('milestone', id, knownAt);
  }

  milestones(request: PageRequest & { reform?: string }): Page<MilestoneView> {
    const { reform } = request;
    return this.#page('milestone', request, (milestone) => isOrAny(reform, milestone.reform));
  }

  unit({ id, knownAt }: Known & { id: string }): UnitView | undefined {
    return this.#one('unit', id, knownAt);
  }

  units(request: PageRequest): Page<UnitView> {
    return this.#page('unit', request);
  }

  activity(request: PageRequest & { subject?: { kind: string; id: string } }): Page<Change> {
    const { knownAt, after, limit, subject } = request;
    return this.#reading.activity.page({
      knownAt: this.#known(knownAt),
      limit,
      ...(after !== undefined && { after: toKey(after) }),
      ...(subject !== undefined && { subject }),
    });
  }

  changesAfter(position: string, limit: number): Change[] {
    this.#goOverToNewViews();
    return this.#reading.activity.changesAfter(toKey(position), limit);
  }

  command(commandId: string): RememberedCommand | undefined {
    this.#goOverToNewViews();
    return this.#reading.activity.command(commandId);
  }

  close(): void {
    if (this.#reading.database.isOpen) this.#reading.database.close();
  }

  #one<K extends SubjectKind>(kind: K, id: string, knownAt: string): View<K> | undefined {
    const known = this.#known(knownAt);
    const found = this.#reading.catalogue.one(kind, id, known);
    return found === undefined ? undefined : this.#view(kind, found, known);
  }

  #page<K extends SubjectKind>(
    kind: K,
    { knownAt, after, limit }: PageRequest,
    fits: (document: Documents[K]) => boolean = () => true,
  ): Page<View<K>> {
    const known = this.#known(knownAt);
    const items: View<K>[] = [];
    for (const found of this.#reading.catalogue.all(kind, after ?? '', known, limit + 1)) {
      if (!fits(found.document)) continue;
      if (items.length === limit) {
        return { items, next: items.at(-1)?.id ?? null, knownAt: toPosition(known) };
      }
      items.push(this.#view(kind, found, known));
    }
    return { items, next: null, knownAt: toPosition(known) };
  }

  /** The revision is that of the subject's stream: observations count too. */
  #view<K extends SubjectKind>(
    kind: K,
    { id, document }: KnownDocument<K>,
    knownAt: number,
  ): View<K> {
    const revision = this.#reading.activity.revisionOf({ kind, id }, knownAt);
    return { id, revision, ...document };
  }

  #known(knownAt: string): number {
    const key = toKey(knownAt);
    if (key > this.#reached) this.#reached = this.#reading.checkpoint.read().position;
    if (key <= this.#reached) return key;
    throw new ProjectionFault(
      'NOT_YET_PROJECTED',
      `The views stand at position ${this.#reached}; what was known at ${knownAt} is not settled.`,
      { position: knownAt },
    );
  }

  #goOverToNewViews(): void {
    const mark = markOf(this.#viewsFile);
    if (mark === undefined || mark === this.#reading.mark) return;
    const old = this.#reading.database;
    this.#reading = openReading(this.#viewsFile);
    this.#reached = 0;
    old.close();
  }
}

type View<K extends SubjectKind> = { id: string; revision: number } & Documents[K];

const isOrAny = (wanted: string | undefined, value: string): boolean =>
  wanted === undefined || wanted === value;

function openReading(viewsFile: string): Reading {
  for (let attempt = 1; ; attempt += 1) {
    const mark = markOf(viewsFile) ?? '';
    const file = databaseInForce(viewsFile);
    try {
      if (file !== undefined) return readingOf(openDatabase(file, { readOnly: true }), mark);
    } catch (error) {
      const code = sqliteErrorCode(error);
      if (code === undefined || (code & 0xff) !== CANNOT_OPEN) throw error;
    }
    if (attempt < OPENING_TRIES) continue;
    throw new ProjectionFault('VIEWS_MISSING', `There are no views at ${viewsFile} yet.`);
  }
}

function readingOf(database: Database, mark: string): Reading {
  const activity = new ActivityQueries(database);
  return {
    database,
    mark,
    checkpoint: new CheckpointRow(database),
    activity,
    catalogue: new CatalogueQueries(database),
    timeline: new TimelineQueries(database, activity),
  };
}

/** Tells a replaced file from the one before it, for the price of one `stat`. */
function markOf(viewsFile: string): string | undefined {
  const stat = statSync(viewsFile, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.ino}:${stat.mtimeMs}`;
}
