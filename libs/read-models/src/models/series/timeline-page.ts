import { validOn, type LocalDate } from '@ledger/domain';
import type { TimelineEntry, TimelineView, Traced } from '../../answers.js';
import { ProjectionFault } from '../../fault.js';
import { toKey, toPosition } from '../../tables/positions.js';
import { dayOf } from '../board/board.js';
import { lastOf, tracedEntries } from '../lineage/chain.js';
import { oldestFirst, type SpokenTime } from '../lineage/spoken-times.js';
import { timelineEntry, type ObservationFact } from '../timeline/entry.js';
import { OPEN_END, type StatementsRequest, type TimelineQueries } from '../timeline/queries.js';
import { firstDay } from './first-day.js';
import { withLife, type SeriesQueries } from './series.js';

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
 * `asReported` by position. `latest` reads what the page shows and little more; `asReported` goes
 * through the narrow rows of the metric, which no index has in this order, but reads only the
 * events of the page. Throws `POSITION_INVALID` for an `after` that no page gave out.
 */
export function entriesPage(queries: SeriesQueries, request: EntriesPageRequest): EntriesPage {
  const { timeline } = queries;
  const { entries, next } =
    request.view === 'latest'
      ? pageByValidDay(queries, request)
      : pageByRecording(timeline, request);
  const days = entries.map((entry) => entry.validOn).sort();
  const [validFrom, validTo] = [days[0], days.at(-1)];
  if (validFrom === undefined || validTo === undefined) return { entries: [], next };
  const { metric, knownAt } = request;
  const traced = tracedEntries(timeline, entries, { metric, knownAt, validFrom, validTo });
  return { entries: traced, next };
}

function pageByRecording(
  timeline: TimelineQueries,
  { metric, after, limit, ...range }: EntriesPageRequest,
): BarePage {
  const seen = after === undefined ? 0 : toKey(after);
  const rest = timeline
    .seriesOf(metric)
    .flatMap((series) => withLife(timeline.statements(series, range)))
    .filter(({ position }) => position > seen)
    .sort((left, right) => left.position - right.position);
  const shown = rest.slice(0, limit);
  return {
    entries: shown.map(({ position, live }) => {
      return timelineEntry(timeline.observationAt(position), live);
    }),
    next: rest.length > limit ? toPosition(shown.at(-1)?.position ?? seen) : null,
  };
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
    const first = firstDay(timeline, series, { knownAt, from, to: validTo });
    if (first === undefined) return [];
    const walk = { series, knownAt, from: first, to: validTo, today };
    return [new Line(timeline, oldestFirst(timeline, walk))];
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
