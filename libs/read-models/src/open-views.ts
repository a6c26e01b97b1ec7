import type { LocalDate } from '@ledger/domain';
import type {
  Board,
  Change,
  Difference,
  Funnel,
  MetricView,
  MilestoneView,
  Page,
  ReformView,
  RememberedCommand,
  SeriesOfMetric,
  Timeline,
  Traced,
  UnitView,
} from './answers.js';
import type { SubjectKind } from './facts.js';
import { ProjectionFault } from './fault.js';
import { board } from './models/board/board.js';
import type { Documents } from './models/catalogue/documents.js';
import { inForce, type InForce } from './models/catalogue/in-force.js';
import { isWithin } from './models/catalogue/within.js';
import type { Known as KnownDocument } from './models/catalogue/queries.js';
import { difference } from './models/difference/difference.js';
import { funnel } from './models/funnel/funnel.js';
import { tracedEntries } from './models/lineage/chain.js';
import type { Why } from './models/lineage/answers.js';
import { definitionPositions } from './models/lineage/definitions.js';
import { why } from './models/lineage/why.js';
import { seriesOf } from './models/series/series.js';
import { entriesPage } from './models/series/timeline-page.js';
import type { EntriesRequest } from './models/timeline/queries.js';
import type { Vintages } from './models/vintages/answers.js';
import { vintages } from './models/vintages/vintages.js';
import type { ModelName } from './models.js';
import { NEEDS } from './needs.js';
import { closeReading, markOf, openReading, type Reading } from './reading.js';
import { modelStanding, type ModelStanding } from './runner/standing.js';
import { toKey, toPosition } from './tables/positions.js';
import type {
  DifferenceRequest,
  Known,
  KnownOn,
  MilestonesRequest,
  PageOnRequest,
  PageRequest,
  SeriesRequest,
  TimelineRequest,
  Views,
  VintagesRequest,
  WhyRequest,
} from './views.js';

/**
 * Opens the views for reading, on a connection of its own. Questions that start a request
 * (`projectedPosition`, `changesAfter`, `command`) look whether a rebuild has put other views in
 * force and then go over to them. Those stand no earlier, so whatever a request asks next is
 * answered alike by the old and by the new ones; new ones that cannot be opened leave the old ones
 * to answer. Throws `VIEWS_MISSING` when no projector has made
 * any yet, and `NOT_YET_PROJECTED` from every question whose `knownAt` the views have not reached,
 * because that answer would not stay the same.
 */
export const openViews = (viewsFile: string): Views => new SqliteViews(viewsFile);

class SqliteViews implements Views {
  readonly #viewsFile: string;
  #reading: Reading;
  /** The highest position seen projected, by what an answer needs; beyond it rows are read again. */
  readonly #reached = new Map<readonly ModelName[], number>();

  constructor(viewsFile: string) {
    this.#viewsFile = viewsFile;
    this.#reading = openReading(viewsFile);
  }

  projectedPosition(models?: readonly ModelName[]): string {
    this.#goOverToNewViews();
    return toPosition(this.#positionOf(models));
  }

  models(): ModelStanding[] {
    this.#goOverToNewViews();
    return this.#reading.models.read().map(modelStanding);
  }

  parked(models?: readonly ModelName[]): ModelStanding[] {
    const { checkpoint, models: rows } = this.#reading;
    // A parked model stands before the others, which costs less to see than why.
    if (rows.position(models) >= checkpoint.read().position) return [];
    return rows
      .read()
      .filter(({ name, fault }) => fault !== undefined && models?.includes(name) !== false)
      .map(modelStanding);
  }

  positionAt(recordedAt: string): string {
    const instant = Date.parse(recordedAt);
    if (Number.isNaN(instant)) throw new RangeError(`"${recordedAt}" is no point in time.`);
    return toPosition(this.#reading.activity.positionAt(instant));
  }

  board({ knownAt, validAt }: Known & { validAt?: LocalDate }): Board {
    const moment = { knownAt: this.#known(knownAt), ...(validAt !== undefined && { validAt }) };
    return this.#inOneView(() => board(this.#reading, moment));
  }

  timeline({ metric, knownAt, ...request }: TimelineRequest): Timeline | undefined {
    const known = this.#known(knownAt);
    const found = this.#reading.catalogue.one('metric', metric, known);
    if (found === undefined) return undefined;
    const entries = this.#entries({ metric, knownAt: known, ...request });
    return { ...timelineHead(found, request.view, known), entries };
  }

  vintages({ knownAt, asKnownOn, ...request }: VintagesRequest): Vintages | undefined {
    const known = this.#known(knownAt);
    const then = asKnownOn === undefined ? {} : { asKnownOn: toKey(asKnownOn) };
    return this.#inOneView(() => vintages(this.#reading, { ...request, knownAt: known, ...then }));
  }

  why({ knownAt, ...request }: WhyRequest): Why | undefined {
    const known = this.#known(knownAt);
    return this.#inOneView(() => why(this.#reading, { ...request, knownAt: known }));
  }

  timelinePage({
    metric,
    knownAt,
    ...request
  }: TimelineRequest & { after?: string; limit: number }):
    (Timeline & { next: string | null }) | undefined {
    const known = this.#known(knownAt);
    const found = this.#reading.catalogue.one('metric', metric, known);
    if (found === undefined) return undefined;
    const page = this.#inOneView(() =>
      entriesPage(this.#reading, { metric, knownAt: known, ...request }),
    );
    return { ...timelineHead(found, request.view, known), ...page };
  }

  seriesOf({ knownAt, ...request }: SeriesRequest): SeriesOfMetric | undefined {
    const known = this.#known(knownAt);
    return this.#inOneView(() => seriesOf(this.#reading, { knownAt: known, ...request }));
  }

  funnel({ knownAt, ...request }: KnownOn & { metrics: readonly string[] }): Funnel {
    const known = this.#known(knownAt);
    return this.#inOneView(() => funnel(this.#reading, { knownAt: known, ...request }));
  }

  difference({ from, to, ...request }: DifferenceRequest): Difference {
    const moments = { from: this.#known(from), to: this.#known(to) };
    if (moments.from > moments.to) throw new RangeError(`${from} is beyond ${to}.`);
    return this.#inOneView(() => difference(this.#reading, { ...moments, ...request }));
  }

  metric({ id, ...moment }: KnownOn & { id: string }): Traced<MetricView> | undefined {
    return this.#one('metric', id, moment);
  }

  metrics(request: PageOnRequest & { reform?: string; kind?: string }): Page<Traced<MetricView>> {
    const { reform, kind } = request;
    return this.#page('metric', request, (metric) => {
      return isOrAny(reform, metric.reform) && isOrAny(kind, metric.kind);
    });
  }

  reform({ id, ...moment }: KnownOn & { id: string }): Traced<ReformView> | undefined {
    return this.#one('reform', id, moment);
  }

  reforms(request: PageOnRequest): Page<Traced<ReformView>> {
    return this.#page('reform', request);
  }

  milestone({ id, ...moment }: KnownOn & { id: string }): Traced<MilestoneView> | undefined {
    return this.#one('milestone', id, moment);
  }

  milestones(request: MilestonesRequest): Page<Traced<MilestoneView>> {
    const { reform, validFrom, validTo } = request;
    return this.#page('milestone', request, (milestone, latest) => {
      return isOrAny(reform, milestone.reform) && isWithin(latest, { validFrom, validTo });
    });
  }

  unit({ id, ...moment }: KnownOn & { id: string }): Traced<UnitView> | undefined {
    return this.#one('unit', id, moment);
  }

  units(request: PageOnRequest): Page<Traced<UnitView>> {
    return this.#page('unit', request);
  }

  activity(request: PageRequest & { subject?: { kind: string; id: string } }): Page<Change> {
    const { knownAt, after, limit, subject } = request;
    return this.#reading.activity.page({
      knownAt: this.#known(knownAt, NEEDS.activity),
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
    closeReading(this.#reading);
  }

  /** Where the slowest of these models stands. */
  #positionOf(models: readonly ModelName[] | undefined): number {
    return Math.min(
      this.#reading.checkpoint.read().position,
      this.#reading.models.position(models),
    );
  }

  /**
   * One transaction around the many reads of one answer: each by itself would lock and unlock its
   * file, which costs three times the reading.
   */
  #inOneView<Answer>(read: () => Answer): Answer {
    const { database, segments } = this.#reading;
    database.exec('BEGIN');
    segments.database.exec('BEGIN');
    try {
      return read();
    } finally {
      segments.database.exec('COMMIT');
      database.exec('COMMIT');
    }
  }

  #entries(request: EntriesRequest): Timeline['entries'] {
    const { timeline } = this.#reading;
    return this.#inOneView(() => tracedEntries(timeline, timeline.entries(request), request));
  }

  #one<K extends SubjectKind>(
    kind: K,
    id: string,
    { knownAt, validAt }: KnownOn,
  ): View<K> | undefined {
    const known = this.#known(knownAt, NEEDS.catalogue);
    const found = this.#reading.catalogue.one(kind, id, known);
    if (found === undefined) return undefined;
    return this.#view(
      kind,
      inForce(this.#reading, kind, found, { knownAt: known, validAt }),
      known,
    );
  }

  #page<K extends SubjectKind>(
    kind: K,
    { knownAt, after, limit, validAt }: PageOnRequest,
    fits: (document: Documents[K], latest: Documents[K]) => boolean = () => true,
  ): Page<View<K>> {
    const known = this.#known(knownAt, NEEDS.catalogue);
    const items: View<K>[] = [];
    for (const latest of this.#reading.catalogue.all(kind, after ?? '', known, limit + 1)) {
      const found = inForce(this.#reading, kind, latest, { knownAt: known, validAt });
      if (!fits(found.document, latest.document)) continue;
      if (items.length === limit) {
        return { items, next: items.at(-1)?.id ?? null, knownAt: toPosition(known) };
      }
      items.push(this.#view(kind, found, known));
    }
    return { items, next: null, knownAt: toPosition(known) };
  }

  /** The revision is that of the subject's stream: observations count too. */
  #view<K extends SubjectKind>(kind: K, found: InForce<K>, knownAt: number): View<K> {
    const { id, document } = found;
    const revision = this.#reading.activity.revisionOf({ kind, id }, knownAt);
    const positions = definitionPositions(this.#reading, kind, found);
    return { id, revision, ...document, positions };
  }

  /** Refuses what the models that an answer is made of have not reached. */
  #known(knownAt: string, needs: readonly ModelName[] = NEEDS.figures): number {
    const key = toKey(knownAt);
    let reached = this.#reached.get(needs) ?? 0;
    if (key > reached) {
      reached = this.#positionOf(needs);
      this.#reached.set(needs, reached);
    }
    if (key <= reached) return key;
    throw new ProjectionFault(
      'NOT_YET_PROJECTED',
      `The views stand at position ${reached}; what was known at ${knownAt} is not settled.`,
      { position: knownAt },
    );
  }

  #goOverToNewViews(): void {
    const mark = markOf(this.#viewsFile);
    if (mark === undefined || mark === this.#reading.mark) return;
    const old = this.#reading;
    try {
      this.#reading = openReading(this.#viewsFile);
    } catch {
      // Whatever it is, the old ones can still be read, and the next request tries again.
      return;
    }
    this.#reached.clear();
    closeReading(old);
  }
}

/** What a timeline says of its metric, before its entries. */
function timelineHead(
  { id, document }: KnownDocument<'metric'>,
  view: TimelineRequest['view'],
  knownAt: number,
): Omit<Timeline, 'entries'> {
  const { names, kind, unit, breaks } = document;
  return {
    metric: id,
    names,
    kind,
    ...(unit !== undefined && { unit }),
    view,
    knownAt: toPosition(knownAt),
    breaks: breaks.map(({ validFrom, successor, reason }) => ({
      validFrom,
      ...(successor !== undefined && { successor }),
      reason,
    })),
  };
}

type View<K extends SubjectKind> = Traced<{ id: string; revision: number } & Documents[K]>;

const isOrAny = (wanted: string | undefined, value: string): boolean =>
  wanted === undefined || wanted === value;
