// What the writers of the crash test say. Every post says something that no other post says, so
// that an event of the log can be told by its content alone.

/** One write, as it is sent, and sent again under the same key when no answer came. */
export type Post = {
  key: string;
  path: string;
  body: string;
  ifMatch?: string;
  /** What the event must say: `contentOf` the event in the log is this text. */
  content: string;
};

export type Receipt = {
  outcome: string;
  revision: number;
  position: string;
  events: { eventId: string }[];
};

/** One who writes: says what comes next, and hears what became of it before it goes on. */
export interface Author {
  next(): Post;
  heard(receipt: Receipt): void;
}

/** Metrics that several authors report to. */
const SHARED_METRICS = 12;
const FIRST_DAY = Date.UTC(1950, 0, 1);
const DAY_MS = 86_400_000;

/** Counts through a run; `serial` numbers what is said, `days` the days of each shared metric. */
export type Counters = { serial: number; days: Map<string, number> };

const texts = (word: string) => ({ zh: word, en: word });

/** What must stand in the ledger before the authors begin. */
export function preparation(authors: number): Post[] {
  const unit = { id: 'crash-office', names: texts('crash office'), level: 'district' };
  const reform = { id: 'crash-reform', names: texts('crash reform') };
  const shared = Array.from({ length: SHARED_METRICS }, (_, index) => sharedMetric(index));
  const own = Array.from({ length: authors }, (_, index) => index).filter(isAmending);
  return [
    creating('/v1/units', unit, 'unit-crash-office UnitRegistered'),
    creating('/v1/reforms', reform, 'reform-crash-reform ReformRegistered'),
    ...[...shared, ...own.map(ownMetric)].map((id) =>
      creating('/v1/metrics', metricOf(id), `metric-${id} MetricDefined`),
    ),
  ];
}

/** Most authors report; every eighth corrects and withdraws; every sixteenth registers units. */
export function authorOf(index: number, counters: Counters): Author {
  if (index % 16 === 7) return new Registrar(counters);
  return isAmending(index)
    ? new Amender(ownMetric(index), counters)
    : new Reporter(sharedMetric(index % SHARED_METRICS), counters);
}

type Said = {
  stream: string;
  type: string;
  data: { [field: string]: unknown };
  metadata: { reason?: string };
};

/**
 * What an event says, in the words of `Post.content`. Undefined for types that the authors do not
 * write, such as those of the seed.
 */
export function contentOf({ stream, type, data, metadata }: Said): string | undefined {
  const printed = at(data, 'value', 'quantity', 'printed');
  switch (type) {
    case 'ObservationReported':
      return `${stream} ${type} ${at(data, 'time', 'asOf')} ${printed}`;
    case 'ObservationCorrected':
      return `${stream} ${type} ${at(data, 'corrects')} ${printed} ${metadata.reason}`;
    case 'ObservationWithdrawn':
      return `${stream} ${type} ${at(data, 'withdraws')} ${metadata.reason}`;
    case 'UnitRegistered':
    case 'ReformRegistered':
    case 'MetricDefined':
      return `${stream} ${type}`;
    default:
      return undefined;
  }
}

function at(value: unknown, ...path: string[]): string {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return '';
    found = new Map<string, unknown>(Object.entries(found)).get(name);
  }
  return typeof found === 'string' ? found : '';
}

const isAmending = (index: number): boolean => index % 8 === 3;
const sharedMetric = (index: number): string => `crash-${index}`;
const ownMetric = (index: number): string => `crash-own-${index}`;

function metricOf(id: string): object {
  return {
    id,
    reform: 'crash-reform',
    names: texts(id),
    kind: 'stock',
    unit: 'person',
    timeSemantics: 'asOf',
    definition: texts('head count'),
    dataSource: texts('crash test'),
    frequency: 'irregular',
    owner: 'crash-office',
  };
}

function creating(path: string, body: { id?: string }, content: string): Post {
  return { key: `prepare ${content}`, path, body: JSON.stringify(body), content };
}

/** Reports a head count for a day that no other author of the metric reports on. */
class Reporter implements Author {
  constructor(
    private readonly metric: string,
    private readonly counters: Counters,
  ) {}

  next(): Post {
    return report(this.metric, this.counters);
  }

  heard(): void {}
}

function report(metric: string, counters: Counters): Post {
  const serial = (counters.serial += 1);
  const day = counters.days.get(metric) ?? 0;
  counters.days.set(metric, day + 1);
  const asOf = new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
  const printed = `${serial}人`;
  return {
    key: `report ${serial}`,
    path: `/v1/metrics/${metric}/observations`,
    body: JSON.stringify({ time: { type: 'asOf', asOf }, quantity: { printed } }),
    content: `metric-${metric} ObservationReported ${asOf} ${printed}`,
  };
}

/**
 * Reports, corrects and withdraws in turn on a metric of its own, each time naming the revision
 * that it has seen, and the event that it has heard of.
 */
class Amender implements Author {
  #turn = 0;
  /** The metric's definition is its first event. */
  #revision = 0;
  #standing = '';

  constructor(
    private readonly metric: string,
    private readonly counters: Counters,
  ) {}

  next(): Post {
    const verb = ['report', 'correct', 'withdraw'][this.#turn % 3];
    const ifMatch = `"v${this.#revision}"`;
    if (verb === 'report') return { ...report(this.metric, this.counters), ifMatch };
    const serial = (this.counters.serial += 1);
    const printed = `${serial}人`;
    const reason = `reason ${serial}`;
    const about = `metric-${this.metric}`;
    const path = `/v1/metrics/${this.metric}/observations/${this.#standing}:${verb}`;
    if (verb === 'withdraw') {
      const content = `${about} ObservationWithdrawn ${this.#standing} ${reason}`;
      return {
        key: `withdraw ${serial}`,
        path,
        body: JSON.stringify({ reason }),
        ifMatch,
        content,
      };
    }
    const body = { quantity: { printed }, errorClass: 'typing', reason };
    const content = `${about} ObservationCorrected ${this.#standing} ${printed} ${reason}`;
    return { key: `correct ${serial}`, path, body: JSON.stringify(body), ifMatch, content };
  }

  heard({ revision, events }: Receipt): void {
    this.#turn += 1;
    this.#revision = revision;
    this.#standing = events.at(-1)?.eventId ?? '';
  }
}

/** Registers units: writes that create a stream are remembered in another place than others. */
class Registrar implements Author {
  constructor(private readonly counters: Counters) {}

  next(): Post {
    const id = `crash-unit-${(this.counters.serial += 1)}`;
    const unit = { id, names: texts(id), level: 'street' };
    return {
      key: `register ${id}`,
      path: '/v1/units',
      body: JSON.stringify(unit),
      content: `unit-${id} UnitRegistered`,
    };
  }

  heard(): void {}
}
