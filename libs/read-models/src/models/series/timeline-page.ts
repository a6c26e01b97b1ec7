import { validOn, type LocalDate } from '@ledger/domain';
import type { TimelineEntry, TimelineView, Traced } from '../../answers.js';
import { ProjectionFault } from '../../fault.js';
import { toKey, toPosition } from '../../tables/positions.js';
import { dayOf } from '../board/board.js';
import { lastOf, tracedEntries } from '../lineage/chain.js';
import { oldestFirst, type SpokenTime } from '../lineage/spoken-times.js';
import { timelineEntry, type ObservationFact } from '../timeline/entry.js';
import { OPEN_END, type StatementsRequest, type TimelineQueries } from '../timeline/queries.js';
import { withLife, type SeriesQueries } from './series.js';
import { spanOf } from './span.js';
import { ofStream } from './stream-page.js';

export type EntriesPageRequest = StatementsRequest & {
  metric: string;
  view: TimelineView;
  /** Where the page before ended: `next` of it. */
  after?: string;
  limit: number;
};
export type EntriesPage = { entries: Traced<TimelineEntry>[]; next: string | null };
type BarePage = { entries: TimelineEntry[]; next: string | null };

/**
 * One page of the entries that the timeline has in this order: `latest` by valid day and position,
 * `asReported` by position. Events are read for the page alone, and narrow rows for the days that it
 * shows; `asReported` in a range of days goes through the rows of that range. Throws
 * `POSITION_INVALID` for an `after` that no page gave out.
 */
export function entriesPage(queries: SeriesQueries, request: EntriesPageRequest): EntriesPage {
  const { timeline } = queries;
  const { entries, next } =
    request.view === 'latest'
      ? pageByValidDay(queries, request)
      : pageByRecording(queries, request);
  const days = entries.map((entry) => entry.validOn).sort();
  const [validFrom, validTo] = [days[0], days.at(-1)];
  if (validFrom === undefined || validTo === undefined) return { entries: [], next };
  const { metric, knownAt } = request;
  const traced = tracedEntries(timeline, entries, { metric, knownAt, validFrom, validTo });
  return { entries: traced, next };
}

/** A range of days says which rows to look at; without one the metric's stream has the order. */
function pageByRecording(queries: SeriesQueries, request: EntriesPageRequest): BarePage {
  const { metric, knownAt, limit, validFrom, validTo } = request;
  const { timeline } = queries;
  const seen = request.after === undefined ? 0 : toKey(request.after);
  const hasRange = validFrom !== undefined || validTo !== undefined;
  const facts = hasRange
    ? ofRange(timeline, request, seen)
    : ofStream(queries.activity, { metric, knownAt, after: seen, limit: limit + 1 });
  const shown = facts.slice(0, limit);
  const days = shown.map(({ data }) => validOn(data.time)).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { entries: [], next: null };
  const range = { knownAt, validFrom: first, validTo: last };
  const live = new Set(
    timeline
      .seriesOf(metric)
      .flatMap((series) => withLife(timeline.statements(series, range)))
      .flatMap((statement) => (statement.live ? [toPosition(statement.position)] : [])),
  );
  return {
    entries: shown.map((fact) => timelineEntry(fact, live.has(fact.position))),
    next: facts.length > limit ? (shown.at(-1)?.position ?? null) : null,
  };
}

function ofRange(
  timeline: TimelineQueries,
  { metric, limit, knownAt, validFrom, validTo }: EntriesPageRequest,
  seen: number,
): ObservationFact[] {
  const range = {
    knownAt,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
  };
  return timeline
    .seriesOf(metric)
    .flatMap((series) => timeline.statements(series, range))
    .map(({ position }) => position)
    .filter((position) => position > seen)
    .sort((left, right) => left - right)
    .slice(0, limit + 1)
    .map((position) => timeline.observationAt(position));
}

type Place = { day: LocalDate; position: number };

/** Every series is in order by itself, so the page is their merge, read only as far as it goes. */
function pageByValidDay(
  { activity, timeline }: SeriesQueries,
  { metric, after, limit, knownAt, validFrom, validTo = OPEN_END }: EntriesPageRequest,
): BarePage {
  const seen = after === undefined ? undefined : readPlace(after);
  const from = [validFrom ?? '', seen?.day ?? ''].sort().at(-1) ?? '';
  const today = dayOf({ activity }, knownAt);
  const lines = timeline.seriesOf(metric).flatMap((series) => {
    const span = spanOf(timeline, series, { knownAt, from, to: validTo, today });
    return span === undefined ? [] : [new Line(timeline, oldestFirst(timeline, span))];
  });
  const entries: TimelineEntry[] = [];
  let last: Place | undefined = seen;
  for (let line = earliest(lines); line?.next !== undefined; line = earliest(lines)) {
    const { fact, place } = line.next;
    if (seen === undefined || isAfter(place, seen)) {
      if (entries.length === limit) return { entries, next: last ? writePlace(last) : null };
      entries.push(timelineEntry(fact, true));
      last = place;
    }
    line.advance();
  }
  return { entries, next: null };
}

type Live = { fact: ObservationFact; place: Place };

/** The live statements of one series by day and position, of which only the next day is read. */
class Line {
  readonly #timeline: TimelineQueries;
  readonly #times: Iterator<SpokenTime>;
  /** What stands on the day that is being handed out, and the first of the day after it. */
  #day: Live[] = [];
  #ahead: Live | undefined;

  constructor(timeline: TimelineQueries, times: Iterator<SpokenTime>) {
    this.#timeline = timeline;
    this.#times = times;
    this.#ahead = this.#read();
    this.#fill();
  }

  get next(): Live | undefined {
    return this.#day[0];
  }

  advance(): void {
    this.#day.shift();
    if (this.#day.length === 0) this.#fill();
  }

  #fill(): void {
    const day = this.#ahead?.place.day;
    while (this.#ahead !== undefined && this.#ahead.place.day === day) {
      this.#day.push(this.#ahead);
      this.#ahead = this.#read();
    }
    this.#day.sort((left, right) => left.place.position - right.place.position);
  }

  /** What stands of the next valid time of which anything does. */
  #read(): Live | undefined {
    for (let time = this.#times.next(); time.done !== true; time = this.#times.next()) {
      const { position, isWithdrawal } = lastOf(time.value);
      if (isWithdrawal) continue;
      const fact = this.#timeline.observationAt(position);
      return { fact, place: { day: validOn(fact.data.time), position } };
    }
    return undefined;
  }
}

function earliest(lines: readonly Line[]): Line | undefined {
  let first: Line | undefined;
  for (const line of lines) {
    if (line.next === undefined) continue;
    if (first?.next === undefined || isAfter(first.next.place, line.next.place)) first = line;
  }
  return first;
}

const isAfter = (place: Place, other: Place): boolean =>
  place.day === other.day ? place.position > other.position : place.day > other.day;

/** Inverse: `readPlace`. */
const writePlace = ({ day, position }: Place): string => `${day}/${position}`;

function readPlace(text: string): Place {
  const [, day, position] = /^(\d{4}-\d{2}-\d{2})\/(\d+)$/.exec(text) ?? [];
  if (day !== undefined && position !== undefined) return { day, position: toKey(position) };
  throw new ProjectionFault('POSITION_INVALID', `"${text}" is no place in a timeline.`, {
    position: text,
  });
}
