import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { ApplicationModule } from '@ledger/application';
import { EventLogError, type EventLog } from '@ledger/event-log';
import { openSqliteEventLog, type SqliteEventLog } from '@ledger/event-log-sqlite';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { requestId, setHttpRules } from '../../apps/api/src/http/http-rules.js';
import { acceptStrictJson } from '../../apps/api/src/http/json-body.js';
import { ProblemFilter } from '../../apps/api/src/http/problem.filter.js';
import { ValidationPipe } from '../../apps/api/src/http/validation.pipe.js';
import { LOCAL_ACTOR, WriteDesk } from '../../apps/api/src/http/write-desk.js';
import { UnitsWriteController } from '../../apps/api/src/write/units.controller.js';
import { reformOffice } from './ledger.js';

@Module({})
class WritingModule {}

/** The writing half of a server, over a log that others write to as well, with views of its own. */
class WritingServer {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly views: Views,
    private readonly address: string,
  ) {}

  static async over(log: EventLog, folder: string): Promise<WritingServer> {
    const viewsFile = join(folder, 'views.db');
    await new Projector({ log, viewsFile }).catchUp();
    const views = openViews(viewsFile);
    const adapter = new FastifyAdapter({ genReqId: requestId, requestIdHeader: false });
    acceptStrictJson(adapter.getInstance());
    setHttpRules(adapter.getInstance());
    const app = await NestFactory.create<NestFastifyApplication>(moduleOver(log, views), adapter, {
      bodyParser: false,
      abortOnError: false,
      logger: false,
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return new WritingServer(app, views, await app.getUrl());
  }

  post(path: string): supertest.Test {
    return supertest(this.address).post(`/v1/units${path}`);
  }

  async close(): Promise<void> {
    await this.app.close();
    this.views.close();
  }
}

function moduleOver(log: EventLog, views: Views): DynamicModule {
  const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };
  return {
    module: WritingModule,
    imports: [ApplicationModule.register({ log, views, clock: Date.now })],
    controllers: [UnitsWriteController],
    providers: [
      WriteDesk,
      { provide: LOCAL_ACTOR, useValue: actor },
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_PIPE, useClass: ValidationPipe },
    ],
  };
}

describe('two servers over one log', () => {
  const office = `/${reformOffice.id}:rename`;
  const renamed = (word: string) => ({ names: { zh: word, en: word }, reason: '机构改革' });
  const street = { ...reformOffice, id: 'fenghuang-street' };
  let folder: string;
  let log: SqliteEventLog;
  let one: WritingServer;
  let other: WritingServer;
  /** What happens around the next appends of the other server. */
  let append: EventLog['append'];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-two-servers-'));
    log = await openSqliteEventLog({ dataDir: folder, thread: false });
    one = await WritingServer.over(log, join(folder, 'one'));
    const shared: EventLog = {
      append: (...asked) => append(...asked),
      readStream: (stream, options) => log.readStream(stream, options),
      readAll: (options) => log.readAll(options),
      follow: (options) => log.follow(options),
      head: () => log.head(),
      close: () => log.close(),
    };
    other = await WritingServer.over(shared, join(folder, 'other'));
    await one.post('').set('idempotency-key', 'office').send(reformOffice).expect(201);
  });
  beforeEach(() => {
    append = (...asked) => log.append(...asked);
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('know each other’s keys before their views do', async () => {
    const answer = await other.post('').set('idempotency-key', 'office').send(street);

    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await log.readStream(`unit-${street.id}`, { limit: 1 })).toEqual([]);
  });

  it('take the ETag that the other one gave', async () => {
    const warm = await other.post(office).send(renamed('改革办甲')).expect(201);
    const ahead = await one.post(office).send(renamed('改革办乙')).expect(201);

    const next = await other
      .post(office)
      .set('if-match', String(ahead.headers['etag']))
      .send(renamed('改革办丙'));
    const stale = await one
      .post(office)
      .set('if-match', String(warm.headers['etag']))
      .send(renamed('改革办丁'));

    expect([next.status, next.headers['etag']]).toEqual([201, '"v3"']);
    expect([stale.status, stale.body.actualRevision]).toEqual([412, 3]);
  });

  it('say when to come back where one never gets its turn, and record nothing then', async () => {
    let times = 0;
    append = async (...asked) => {
      times += 1;
      await one
        .post(office)
        .send(renamed(`改革办${times}`))
        .expect(201);
      return log.append(...asked);
    };

    const answer = await other.post(office).set('accept-language', 'en').send(renamed('改革办末'));

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body).toMatchObject({
      code: 'CONFLICT',
      detail: expect.stringContaining('nothing of this was recorded'),
      errors: [{ hint: expect.stringContaining('Idempotency-Key') }],
    });
    const recorded = await log.readStream('unit-district-reform-office', { limit: 1_000 });
    expect(JSON.stringify(recorded)).not.toContain('改革办末');
  });

  it('find what was written although the answer of the store was lost', async () => {
    append = async (...asked) => {
      await log.append(...asked);
      throw new EventLogError('OUTCOME_UNKNOWN', 'The store did not answer in time.');
    };
    const post = () => other.post(office).set('idempotency-key', 'lost').send(renamed('改革办终'));
    const lost = await post();
    append = (...asked) => log.append(...asked);
    const { position } = await log.head();

    const found = await post();

    expect([lost.status, lost.body.code]).toEqual([503, 'OUTCOME_UNKNOWN']);
    expect([found.status, found.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(found.body.position).toBe(position);
    expect((await log.head()).position).toBe(position);
  });
});
