// `npm run bench -- long-stream`: writes to a metric with 100,000 observations ÷ to one with 100.
//
// Through the ordinary commands, down to the durable append of the embedded log, each write decided
// on a warm state: a new figure at the end, a late entry between others, a correction of an old
// one. CPU time of the whole process, both streams in random order a round. The short stream is a
// new one each round, so that it stays short. Then the wall time in which a process that knows
// nothing of the long stream folds it, the log's file being in the system's cache.
import { hash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandHash, LedgerWriter, type RequestContext } from '@ledger/application';
import type { MetricRequest } from '@ledger/domain';
import { openLog } from '@ledger/engines';
import type { LedgerEvent, NewEvent } from '@ledger/event-log';
import {
  cpuSeconds,
  figure,
  interleave,
  ratios,
  shuffled,
  spread,
  wallSeconds,
} from './harness.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const LONG = 100_000;
const SHORT = 100;
/** Of each way of writing, a round. */
const WRITES = 90;
const COLD_LOADS = 7;

const actor = { id: 'local', unit: 'office', role: 'reformOffice' };
const text = (word: string) => ({ zh: word, en: word });

const home = join(process.cwd(), 'data');
mkdirSync(home, { recursive: true });
const folder = mkdtempSync(join(home, 'bench-long-stream-'));
const log = await openLog({ engine: 'sqlite', dataDir: folder });
let asked = 0;
/** A cumulative metric with a figure every other day, and what may be said of it next. */
class Metric {
  readonly #late: number[];
  readonly #toCorrect: number[];
  #days: number;

  private constructor(
    readonly id: string,
    private readonly events: readonly string[],
  ) {
    this.#days = events.length;
    const days = [...events.keys()].slice(0, -1);
    this.#late = shuffled(days);
    this.#toCorrect = shuffled(days);
  }

  /** Defined and first reported by command; the others appended as that command would write them. */
  static async grow(writer: LedgerWriter, id: string, observations: number): Promise<Metric> {
    await writer.metrics.write(id, definition(id), context());
    const first = await writer.metrics.write(id, reportOn(id, 0, 0), context());
    const [template] = await log.readStream(first.stream, { from: first.revision, limit: 1 });
    if (template === undefined) throw new Error('The log lacks what was just written.');
    const events = [template.id];
    for (let revision = first.revision; events.length < observations;) {
      const batch: NewEvent[] = [];
      for (
        ;
        batch.length < 1_000 && events.length < observations;
        events.push(batch.at(-1)?.id ?? '')
      )
        batch.push(like(template, events.length));
      ({ revision } = await log.append(first.stream, revision, batch));
    }
    return new Metric(id, events);
  }

  next(): MetricRequest {
    this.#days += 1;
    return reportOn(this.id, this.#days - 1, 0);
  }

  late(): MetricRequest {
    return reportOn(this.id, taken(this.#late), 1);
  }

  correction(): MetricRequest {
    const day = taken(this.#toCorrect);
    return {
      type: 'CorrectObservation',
      metric: this.id,
      corrects: this.events[day] ?? '',
      value: { quantity: { printed: `${amountOn(day)}.5万平方米` } },
      errorClass: 'typing',
      reason: '抄写错误',
    };
  }
}

/** Ten thousands of square metres; the day between two has the one after the earlier's. */
const amountOn = (day: number): number => 10 + 3 * day;

const dateOf = (day: number, later: 0 | 1): string =>
  new Date(Date.UTC(1450, 0, 1 + 2 * day + later)).toISOString().slice(0, 10);

function reportOn(metric: string, day: number, later: 0 | 1): MetricRequest {
  return {
    type: 'ReportObservation',
    metric,
    series: {},
    time: { type: 'asOf', asOf: dateOf(day, later) },
    value: { quantity: { printed: `${amountOn(day) + later}万平方米` } },
  };
}

/** The same report of another day, under ids of its own. */
function like({ data, metadata }: LedgerEvent, day: number): NewEvent {
  const { recordedAt: _recordedAt, ...said } = metadata;
  const value = {
    quantity: {
      ...(data.value instanceof Object && 'quantity' in data.value
        ? Object(data.value.quantity)
        : {}),
      amount: `${amountOn(day)}0000`,
      printed: `${amountOn(day)}万平方米`,
    },
  };
  const { commandId, commandHash } = context();
  return {
    id: randomUUID(),
    type: 'ObservationReported',
    data: { ...data, time: { type: 'asOf', asOf: dateOf(day, 0) }, value },
    metadata: { ...said, commandId, commandHash },
  };
}

function definition(metric: string): MetricRequest {
  return {
    type: 'DefineMetric',
    metric,
    definition: {
      reform: 'land',
      names: text('腾空交房面积'),
      kind: 'cumulative',
      unit: 'm2',
      basis: 'floorArea',
      direction: 'rising',
      timeSemantics: 'asOf',
      seriesDimensions: [],
      characteristics: {},
      definition: text('腾空并交房的建筑面积'),
      dataSource: text('区更新整备局'),
      frequency: 'irregular',
      owner: 'office',
      participants: [],
      relations: [],
    },
  };
}

function taken(days: number[]): number {
  const day = days.pop();
  if (day === undefined) throw new Error('The metric is too short for so many writes.');
  return day;
}

async function warmWrites(writer: LedgerWriter, long: Metric): Promise<void> {
  await writer.metrics.read(long.id, () => undefined);
  let shorts = 0;
  const toShort = async (write: (metric: Metric) => MetricRequest): Promise<number> => {
    const short = await Metric.grow(writer, `short-${(shorts += 1)}`, SHORT);
    await writer.metrics.read(short.id, () => undefined);
    return microseconds(writer, short, write);
  };
  const ways = {
    end: (metric: Metric) => metric.next(),
    late: (metric: Metric) => metric.late(),
    correction: (metric: Metric) => metric.correction(),
  };
  const of = await interleave(ROUNDS, {
    longEnd: () => microseconds(writer, long, ways.end),
    shortEnd: () => toShort(ways.end),
    longLate: () => microseconds(writer, long, ways.late),
    shortLate: () => toShort(ways.late),
    longCorrection: () => microseconds(writer, long, ways.correction),
    shortCorrection: () => toShort(ways.correction),
  });
  const conditions = { long: LONG, short: SHORT, writesARound: WRITES };
  const report = (name: string, long: number[], short: number[]) => {
    figure({ name: `${name}, long stream`, unit: 'us CPU', ...spread(long), ...conditions });
    figure({
      name: `${name}, long stream ÷ short stream`,
      unit: 'ratio',
      ...spread(ratios(long, short)),
      target: { atMost: 1.2 },
      ...conditions,
    });
  };
  report('a figure at the end', of('longEnd'), of('shortEnd'));
  report('a late entry', of('longLate'), of('shortLate'));
  report('a correction', of('longCorrection'), of('shortCorrection'));
}

async function coldLoads(): Promise<void> {
  const before = heapMegabytes();
  const first = newWriter();
  await first.metrics.read('long', () => undefined);
  const megabytes = heapMegabytes() - before;
  await first.metrics.read('long', () => undefined);
  const milliseconds: number[] = [];
  const cpu: number[] = [];
  for (let turn = 0; turn < COLD_LOADS; turn += 1) {
    const cold = newWriter();
    const load = async () => {
      const seconds = await wallSeconds(() => cold.metrics.read('long', () => undefined));
      milliseconds.push(seconds * 1_000);
    };
    cpu.push((await cpuSeconds(load)) * 1_000);
  }
  figure({
    name: 'cold load of the long stream',
    unit: 'ms',
    ...spread(milliseconds),
    target: { atMost: 1_000 },
    observations: LONG,
  });
  figure({ name: 'CPU of a cold load', unit: 'ms CPU', ...spread(cpu) });
  figure({ name: 'kept of the long stream', unit: 'MB', value: megabytes, rounds: 1 });
}

/** A writer that keeps nothing yet, beside views that have taken in nothing. */
function newWriter(): LedgerWriter {
  const views = { command: () => undefined, projectedPosition: () => '0' };
  return new LedgerWriter({ log, views, clock: Date.now });
}

async function prepare({ units, reforms }: LedgerWriter): Promise<void> {
  const names = text('区委改革办');
  await units.write(
    'office',
    { type: 'RegisterUnit', unit: 'office', names, level: 'district' },
    context(),
  );
  await reforms.write('land', { type: 'RegisterReform', reform: 'land', names }, context());
}

/** CPU microseconds of one write, over a round of them. */
async function microseconds(
  writer: LedgerWriter,
  metric: Metric,
  write: (metric: Metric) => MetricRequest,
): Promise<number> {
  const requests = Array.from({ length: WRITES }, () => write(metric));
  const seconds = await cpuSeconds(async () => {
    for (const request of requests) await writer.metrics.write(metric.id, request, context());
  });
  return (seconds * 1e6) / WRITES;
}

function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

function context(): RequestContext {
  asked += 1;
  const commandId = hash('sha256', `${asked}`).slice(0, 32);
  return {
    actor,
    correlationId: `bench-${asked}`,
    commandId,
    commandHash: commandHash(asked),
    unkeyed: true,
  };
}

try {
  const writer = newWriter();
  await prepare(writer);
  const long = await Metric.grow(writer, 'long', LONG);
  await warmWrites(writer, long);
  await coldLoads();
} finally {
  await log.close();
  rmSync(folder, { recursive: true });
}
