import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_READER } from '@ledger/application';
import { openLog, openLogReader, readLogAddress, type LogReader } from '@ledger/engines';
import type { EventLog, ExpectedRevision, NewEvent } from '@ledger/event-log';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { openApp } from '../../apps/api/src/app.js';
import { readConfig } from '../../apps/api/src/config.js';
import { loadSeed } from '../../apps/api/src/load-seed.js';
import { logEnvironment, removeLogs } from '../engine-under-test.js';

type Settings = { seed?: 'guangming-2021' | 'none' };

/** The real server on the engine under test, in a folder of its own, listening on a free port. */
export class LedgerUnderTest {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'ledger-story-'));
  private app: NestFastifyApplication | undefined;
  private address = '';

  private constructor(private readonly settings: Settings) {}

  static async open(settings: Settings = {}): Promise<LedgerUnderTest> {
    const ledger = new LedgerUnderTest(settings);
    await ledger.start();
    return ledger;
  }

  get url(): string {
    return this.address;
  }

  get http(): ReturnType<typeof supertest> {
    return supertest(this.address);
  }

  async stop(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async start(): Promise<void> {
    const config = readConfig({
      PORT: '0',
      LEDGER_DATA: this.dataDir,
      LEDGER_SEED: this.settings.seed ?? 'none',
      ...(await logEnvironment(this.dataDir)),
    });
    this.app = await openApp(config);
    await loadSeed(this.app, config);
    await this.app.listen({ port: config.port, host: config.host });
    this.address = await this.app.getUrl();
  }

  async remove(): Promise<void> {
    await this.stop();
    await removeLogs(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The log, read by somebody beside the server. */
  async openLogReader(): Promise<LogReader> {
    const { LEDGER_LOG = 'sqlite' } = await logEnvironment(this.dataDir);
    return openLogReader(readLogAddress(LEDGER_LOG, this.dataDir));
  }

  /** Appends to the log past all decisions, through the server where it runs. */
  async append(stream: string, expected: ExpectedRevision, events: NewEvent[]): Promise<string> {
    if (this.app !== undefined) {
      const served = this.app.get<EventLog>(LOG_READER, { strict: false });
      return (await served.append(stream, expected, events)).position;
    }
    const { LEDGER_LOG = 'sqlite' } = await logEnvironment(this.dataDir);
    const log = await openLog(readLogAddress(LEDGER_LOG, this.dataDir), { thread: false });
    try {
      return (await log.append(stream, expected, events)).position;
    } finally {
      await log.close();
    }
  }

  /** The end of the log: what a refused request must leave where it was. */
  async head(): Promise<string> {
    const answer = await this.http.get('/v1/events?limit=1').expect(200);
    return answer.body.head;
  }

  /** Registers the unit, reform and metric that figures of vacated area belong to. */
  async prepareVacatedArea(): Promise<void> {
    await this.http.post('/v1/units').send(reformOffice).expect(201);
    await this.http.post('/v1/reforms').send(landReform).expect(201);
    const defined = await this.http.post('/v1/metrics').send(vacatedArea).expect(201);
    // Reads that follow may be sooner than the projection.
    const minPosition = defined.headers['ledger-position'];
    await this.http.get(`/v1/metrics/${vacatedArea.id}`).query({ minPosition }).expect(200);
  }
}

export const reformOffice = {
  id: 'district-reform-office',
  names: { zh: '区委改革办', en: 'District Party Committee Reform Office' },
  level: 'district',
};

export const landReform = {
  id: 'line-13-depot-land',
  names: { zh: '13号线车辆段片区土地整备', en: 'Land preparation at the Line 13 depot' },
  highlight: 2,
};

export const vacatedArea = {
  id: 'vacated-premises-handed-over-area',
  reform: 'line-13-depot-land',
  names: { zh: '腾空移交建筑面积', en: 'Vacated premises handed over' },
  kind: 'cumulative',
  unit: 'm2',
  basis: 'floorArea',
  basisInferred: true,
  direction: 'rising',
  timeSemantics: 'asOf',
  definition: { zh: '已腾空并移交的建筑面积', en: 'Floor area vacated and handed over' },
  dataSource: { zh: '深圳特区报', en: 'Shenzhen Special Zone Daily' },
  frequency: 'irregular',
  owner: 'district-reform-office',
  place: { highlight: 2, item: 4 },
};

export const observations = `/v1/metrics/${vacatedArea.id}/observations`;
export const timeline = `/v1/metrics/${vacatedArea.id}/timeline`;

/** A report of vacated area as the article prints it, or as given. */
export function vacated(printed: string, asOf: string): object {
  return { time: { type: 'asOf', asOf }, quantity: { printed } };
}
