import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricDefinition, Value, ValidTime } from '@ledger/domain';
import {
  MemoryEventLog,
  type EventLogReader,
  type LedgerEvent,
  type Metadata,
} from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import { asFact, type AnyEvent, type Fact } from './facts.js';
import { models } from './models.js';
import { openViews } from './open-views.js';
import { CheckpointRow, ModelRows } from './runner/checkpoint.js';
import { openCacheOf } from './runner/live-writer.js';
import { databaseInForce } from './runner/place.js';
import { Projector, type ProjectorOptions } from './runner/projector.js';
import { rebuildViews } from './runner/rebuild.js';
import { modelStanding } from './runner/standing.js';
import type { Views } from './views.js';

// The article's figures of 26 August 2021, and a ledger in memory to enter them into.

const published = Date.parse('2021-08-26T03:02:00.000Z');
const clerk = { id: 'clerk', unit: 'district-reform-office', role: 'reporter' };
const article = { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' };

/** A log in memory whose clock steps by a second each event, and whose event ids are counted. */
export class Ledger {
  readonly log: MemoryEventLog;
  readonly #revisions = new Map<string, number>();
  #said = 0;

  constructor() {
    this.log = new MemoryEventLog({ clock: () => published + this.#said * 1_000 });
  }

  /** The id of the next event. */
  get nextId(): string {
    return `00000000-0000-4000-8000-${String(this.#said).padStart(12, '0')}`;
  }

  get position(): string {
    return String(this.#said);
  }

  async say(event: AnyEvent, also: Partial<Metadata> = {}): Promise<LedgerEvent> {
    const stream = streamOf(event);
    const revision = this.#revisions.get(stream);
    const metadata = {
      schema: 1,
      actor: clerk,
      correlationId: `correlation-${this.#said}`,
      commandId: `command-${this.#said}`,
      commandHash: 'a'.repeat(64),
      source: article,
      ...also,
    };
    const { type, data } = event;
    const appended = await this.log.append(stream, revision ?? 'none', [
      { id: this.nextId, type, data, metadata },
    ]);
    this.#said += 1;
    this.#revisions.set(stream, appended.revision);
    const [told] = appended.events;
    if (told === undefined) throw new Error('The log answered no event.');
    return told;
  }

  async sayAll(events: AnyEvent[]): Promise<void> {
    for (const event of events) await this.say(event);
  }
}

/** The event as the models get it, from a ledger of its own. */
export async function factOf(event: AnyEvent, also: Partial<Metadata> = {}): Promise<Fact> {
  return asFact(await new Ledger().say(event, also));
}

function streamOf({ data }: AnyEvent): string {
  if ('metric' in data) return `metric-${data.metric}`;
  if ('milestone' in data) return `milestone-${data.milestone}`;
  if ('unit' in data) return `unit-${data.unit}`;
  if ('projection' in data) return `projection-${data.projection}`;
  return `reform-${data.reform}`;
}

/** A log that answers `readAll` in another way than the one behind it. */
export function through(log: EventLogReader, readAll: EventLogReader['readAll']): EventLogReader {
  return {
    readAll,
    readStream: (stream, options) => log.readStream(stream, options),
    follow: (options) => log.follow(options),
    head: () => log.head(),
    close: () => log.close(),
  };
}

/** A folder for one test, and ways to project a ledger into it and to read it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'ledger-views-'));
  readonly viewsFile = join(this.folder, 'views', 'views.db');
  readonly #open: Views[] = [];

  projector(log: ProjectorOptions['log'], options: Partial<ProjectorOptions> = {}): Projector {
    return new Projector({ log, viewsFile: this.viewsFile, ...options });
  }

  /** Views that have taken in everything. */
  async viewsOf({ log }: Pick<ProjectorOptions, 'log'>): Promise<Views> {
    await this.projector(log).catchUp();
    return this.views();
  }

  /** Views built from the log in one go, under another path. */
  async rebuiltViewsOf({ log }: Pick<ProjectorOptions, 'log'>): Promise<Views> {
    await rebuildViews({ log, viewsFile: this.rebuiltFile });
    return this.views(this.rebuiltFile);
  }

  /** Replaces the views by new ones from the log. */
  async rebuild({ log }: Pick<Ledger, 'log'>): Promise<void> {
    await rebuildViews({ log, viewsFile: this.viewsFile });
  }

  get rebuiltFile(): string {
    return join(this.folder, 'rebuilt', 'views.db');
  }

  views(viewsFile = this.viewsFile): Views {
    const views = openViews(viewsFile);
    this.#open.push(views);
    return views;
  }

  /**
   * Everything that the views hold: the rows of each model, how each stands with its state hash, the
   * checkpoint, and the events as the segment cache has them. Where blocks end is left out.
   */
  rows(viewsFile = this.viewsFile): { [part: string]: unknown } {
    const file = databaseInForce(viewsFile) ?? '';
    const database = openDatabase(file, { readOnly: true });
    const cache = openCacheOf(database, file);
    try {
      const parts = models.map(({ name, rows }): [string, unknown] => [
        name,
        rows(database).map((part) => [...part].map(({ text }) => text)),
      ]);
      return {
        ...Object.fromEntries(parts),
        standing: new ModelRows(database).read().map(modelStanding),
        checkpoint: new CheckpointRow(database).read(),
      };
    } finally {
      cache.close();
      database.close();
    }
  }

  /** The events and their columns as the segment cache of the views holds them. */
  segments(viewsFile = this.viewsFile): unknown[] {
    const file = databaseInForce(viewsFile) ?? '';
    const database = openDatabase(file, { readOnly: true });
    const cache = openCacheOf(database, file);
    const slices = [...cache.slices(0)].map(({ first, events, columns, segmentHash }) => [
      first,
      columns,
      Buffer.from(segmentHash).toString('hex'),
      Array.from({ length: events }, (_, index) => cache.factAt(first + index)),
    ]);
    cache.close();
    database.close();
    return slices;
  }

  remove(): void {
    for (const views of this.#open) views.close();
    rmSync(this.folder, { recursive: true });
  }
}

const definition = (
  stated: Partial<MetricDefinition> & Pick<MetricDefinition, 'kind' | 'names' | 'timeSemantics'>,
): MetricDefinition => ({
  reform: 'land-redevelopment',
  direction: 'rising',
  seriesDimensions: [],
  characteristics: {},
  definition: { zh: '按台账统计。', en: 'Counted from the ledger.' },
  dataSource: { zh: '深圳特区报', en: 'Shenzhen Special Zone Daily' },
  frequency: 'irregular',
  owner: 'district-reform-office',
  participants: [],
  relations: [],
  ...stated,
});

export const landReform = {
  type: 'ReformRegistered',
  data: {
    reform: 'land-redevelopment',
    highlight: 2,
    names: { zh: '土地整备3.0改革', en: 'Land redevelopment 3.0' },
  },
} as const satisfies AnyEvent;

export const signed = {
  type: 'MetricDefined',
  data: {
    metric: 'relocation-agreement-signed-floor-area',
    ...definition({
      kind: 'cumulative',
      names: { zh: '签约建筑面积', en: 'Floor area signed' },
      timeSemantics: 'asOf',
      unit: 'm2',
      basis: 'floorArea',
      place: { highlight: 2, item: 8 },
    }),
  },
} as const satisfies AnyEvent;

export const vacated = {
  type: 'MetricDefined',
  data: {
    metric: 'vacated-premises-handed-over-area',
    ...definition({
      kind: 'cumulative',
      names: { zh: '腾空移交面积', en: 'Vacated premises handed over' },
      timeSemantics: 'asOf',
      unit: 'm2',
      basis: 'floorArea',
      basisInferred: true,
      place: { highlight: 2, item: 9 },
      note: '原文未写明口径',
    }),
  },
} as const satisfies AnyEvent;

export const disputes = {
  type: 'MetricDefined',
  data: {
    metric: 'disputes-resolved',
    ...definition({
      kind: 'flow',
      names: { zh: '化解矛盾纠纷', en: 'Disputes resolved' },
      timeSemantics: 'period',
      unit: 'case',
      reform: 'grassroots-governance',
    }),
  },
} as const satisfies AnyEvent;

export const taskForce = {
  type: 'MilestonePlanned',
  data: {
    milestone: 'task-force-set-up',
    reform: 'land-redevelopment',
    names: { zh: '组建“1+15+15+5”工作专班', en: 'Task force set up' },
    label: { printed: '1+15+15+5' },
    participants: [],
    place: { highlight: 2, item: 3 },
    characteristics: {},
    relations: [],
  },
} as const satisfies AnyEvent;

export const reformOffice = {
  type: 'UnitRegistered',
  data: {
    unit: 'district-reform-office',
    names: { zh: '区改革办', en: 'District reform office' },
    level: 'district',
  },
} as const satisfies AnyEvent;

export const rebuilt = {
  type: 'ReadModelsRebuilt',
  data: {
    projection: 'read-models',
    build: '0a1b2c3d',
    trigger: 'operation',
    position: '141',
    models: [
      {
        name: 'activity',
        version: 1,
        rows: 141,
        hash: 'a'.repeat(64),
        previous: { version: 1, rows: 141, hash: 'a'.repeat(64) },
        verdict: 'equal',
      },
    ],
  },
} satisfies AnyEvent;

export const asOf = (date: string): ValidTime => ({ type: 'asOf', asOf: date });

export const squareMetres = (amount: string, printed: string): Value => ({
  quantity: { amount, unit: 'm2', qualifier: 'exact', resolution: '1000', printed },
});

export const reported = (metric: string, time: ValidTime, value: Value, series = {}) =>
  ({ type: 'ObservationReported', data: { metric, series, time, value } }) satisfies AnyEvent;

/** The correction and the withdrawal of a statement that stands. */
export const corrected = (
  { id, data }: LedgerEvent,
  said: ReturnType<typeof reported>,
  value: Value,
) => {
  const observation = typeof data.observation === 'string' ? data.observation : id;
  const { metric, series, time } = said.data;
  return {
    type: 'ObservationCorrected',
    data: { metric, observation, corrects: id, series, time, value, errorClass: 'typing' },
  } satisfies AnyEvent;
};

export const withdrawn = ({ id, data }: LedgerEvent, said: ReturnType<typeof reported>) => {
  const observation = typeof data.observation === 'string' ? data.observation : id;
  const { metric, series, time } = said.data;
  return {
    type: 'ObservationWithdrawn',
    data: { metric, observation, withdraws: id, series, time },
  } satisfies AnyEvent;
};
