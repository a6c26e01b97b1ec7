// Events for the benches of the read models: the shape and the words of real ones, of several
// hundred metrics by turns, so that neither streams nor ids come in the order of any index.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { MetricDefinition, ObservationReported, ReformRegistered } from '@ledger/domain';
import {
  encodeEntry,
  readStoredEntry,
  type EventLogReader,
  type NewEvent,
} from '@ledger/event-log';

/** An event and where it goes. */
export type Told = { stream: string; revision: number; event: NewEvent };

const FIRST_DAY = Date.parse('2015-01-01');
const DAY_MS = 86_400_000;
/** Of a hundred statements, so many are corrections, withdrawals, and late entries. */
const CORRECTIONS = 5;
const WITHDRAWALS = 1;
const LATE = 10;

const reform = 'land-redevelopment-3-0';
const streets = ['光明', '公明', '新湖', '凤凰', '玉塘', '马田'];
const notes = ['旧工业区腾退移交，按建筑面积计', '数据由街道填报、区更新整备局核实', undefined];

export const metricId = (number: number): string => `vacated-premises-area-parcel-${number}`;

/** The last statement of a metric, while it stands. */
type Standing = { id: string; observation: string; said: ObservationReported['data'] };

/**
 * A history of `metrics` definitions and then statements, `events` in all: day after day every
 * metric has one, in another order each day. About 5 in 100 statements are corrections, 1 in 100
 * withdrawals, and 10 in 100 reports speak of an earlier day.
 */
export function* history(events: number, metrics: number): Generator<Told> {
  const standing: (Standing | undefined)[] = [];
  const order = Array.from({ length: metrics }, (_, metric) => metric);
  yield { stream: `reform-${reform}`, revision: 0, event: newEvent(registered()) };
  for (let told = 1; told < events; told += 1) {
    const turn = (told - 1) % metrics;
    if (turn === 0) shuffle(order);
    const metric = order[turn] ?? 0;
    const id = randomUUID();
    const revision = Math.floor((told - 1) / metrics);
    const event = revision === 0 ? defined(metric) : statement(metric, revision, id, standing);
    yield { stream: `metric-${metricId(metric)}`, revision, event: newEvent(event, id) };
  }
}

/** A log of this history that makes its events up as it is read. */
export const historyLog = (events: number, metrics: number): EventLogReader =>
  logOf(history(events, metrics), events);

/**
 * A log that can be read once and in order: for read models larger than a bench should keep in
 * memory or append first.
 */
export function logOf(events: Iterable<Told>, count: number): EventLogReader {
  const told = events[Symbol.iterator]();
  const startedAt = Date.parse('2021-08-26T03:02:00Z');
  let sequence = -1;
  const isoAt = (place: number) => new Date(startedAt + place * 50).toISOString();
  return {
    readAll: async ({ limit }) => {
      const page = [];
      while (page.length < limit) {
        const next = told.next();
        if (next.done === true) break;
        sequence += 1;
        const { stream, revision, event } = next.value;
        const metadata = { ...event.metadata, recordedAt: isoAt(sequence) };
        const entry = encodeEntry({ ...event, stream, revision, metadata });
        page.push(readStoredEntry(entry, { position: String(sequence + 1), sequence }));
      }
      return page;
    },
    head: async () => ({
      position: String(count),
      sequence: count - 1,
      recordedAt: isoAt(count - 1),
    }),
    readStream: () => Promise.reject(new Error('This log has no streams to read.')),
    follow: () => {
      throw new Error('This log cannot be followed.');
    },
    close: async () => {},
  };
}

function statement(
  metric: number,
  revision: number,
  id: string,
  standing: (Standing | undefined)[],
): Pick<NewEvent, 'type' | 'data'> {
  const last = standing[metric];
  const chance = Math.random() * 100;
  if (last !== undefined && chance < WITHDRAWALS) {
    standing[metric] = undefined;
    const { series, time } = last.said;
    const { observation, id: withdraws } = last;
    const data = { metric: metricId(metric), observation, withdraws, series, time };
    return { type: 'ObservationWithdrawn', data };
  }
  if (last !== undefined && chance < WITHDRAWALS + CORRECTIONS) {
    const said = { ...last.said, value: figure(revision) };
    const { note: _note, ...corrected } = said;
    const { observation, id: corrects } = last;
    standing[metric] = { id, observation, said };
    return {
      type: 'ObservationCorrected',
      data: { ...corrected, observation, corrects, errorClass: 'typing' },
    };
  }
  const late = chance > 100 - LATE ? Math.floor(Math.random() * revision) : 0;
  const note = notes[revision % notes.length];
  const said: ObservationReported['data'] = {
    metric: metricId(metric),
    series: {},
    time: { type: 'asOf', asOf: day(revision - late), phrase: '截至目前' },
    value: figure(revision),
    ...(note !== undefined && { note }),
  };
  standing[metric] = { id, observation: id, said };
  return { type: 'ObservationReported', data: said };
}

function figure(revision: number): ObservationReported['data']['value'] {
  const tenths = revision * 10 + Math.floor(Math.random() * 10);
  return {
    quantity: {
      amount: String(tenths * 1_000),
      unit: 'm2',
      qualifier: 'exact',
      resolution: '1000',
      printed: `${tenths / 10}万平方米`,
      basis: 'floorArea',
    },
  };
}

function defined(metric: number): Pick<NewEvent, 'type' | 'data'> {
  const street = streets[metric % streets.length] ?? '';
  const definition: MetricDefinition = {
    reform,
    names: { zh: `${street}街道第${metric}号地块腾空面积`, en: `Area vacated, parcel ${metric}` },
    kind: 'cumulative',
    unit: 'm2',
    basis: 'floorArea',
    direction: 'rising',
    timeSemantics: 'asOf',
    seriesDimensions: [],
    characteristics: {},
    definition: { zh: '按移交台账统计的建筑面积。', en: 'Floor area by the handover ledger.' },
    dataSource: { zh: '区更新整备局移交台账', en: 'Handover ledger of the renewal bureau' },
    frequency: 'monthly',
    owner: 'district-reform-office',
    participants: [],
    place: { highlight: metric % 13, item: Math.floor(metric / 13) },
    relations: [],
  };
  return { type: 'MetricDefined', data: { metric: metricId(metric), ...definition } };
}

function registered(): ReformRegistered {
  const names = { zh: '土地整备3.0改革', en: 'Land redevelopment 3.0' };
  return { type: 'ReformRegistered', data: { reform, names, highlight: 2 } };
}

function newEvent({ type, data }: Pick<NewEvent, 'type' | 'data'>, id = randomUUID()): NewEvent {
  const commandId = randomUUID();
  return {
    id,
    type,
    data,
    metadata: {
      schema: 1,
      actor: { id: 'clerk-17', role: 'reporter', unit: 'district-reform-office' },
      correlationId: randomUUID(),
      commandId,
      commandHash: createHash('sha256').update(randomBytes(16)).digest('hex'),
      source: { kind: 'workbook', id: workbook, locator: { sheet: '腾空移交', cell: cell() } },
    },
  };
}

function shuffle(order: number[]): void {
  for (let place = order.length - 1; place > 0; place -= 1) {
    const other = Math.floor(Math.random() * (place + 1));
    [order[place], order[other]] = [order[other] ?? 0, order[place] ?? 0];
  }
}

/** Every fact names where it stands in the file it came from. */
const workbook = 'land-renewal-2021-08.xlsx';
const cell = (): string => `C${2 + Math.floor(Math.random() * 400)}`;

export const day = (number: number): string =>
  new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10);
