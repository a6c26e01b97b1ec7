import { ReadModelSchema, ReadModelsSchema } from '../../apps/api/src/read-models/schemas.js';
import { EventStream } from './event-stream.js';
import { LedgerUnderTest, observations, reformOffice, timeline, vacated } from './ledger.js';
import { changeViews, newEvent, readModelsWhen, revisionOf } from './read-models.js';

/** Above what the projector takes in at once: the others must not be held up by the one. */
const RENAMINGS = 600;

const isParked = ({ status }: { status: string }): boolean => status === 'parked';

describe('a read model that cannot take an event in', () => {
  let ledger: LedgerUnderTest;
  /** Where the catalogue stands, and the event before which it does. */
  let before: string;
  let poison: string;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    const figure = vacated('63万平方米', '2021-08-26');
    before = (await ledger.http.post(observations).send(figure).expect(201)).body.position;
    await ledger.stop();
    poison = await ledger.append('metric-never-defined', 'none', [revisionOf('never-defined')]);
    const renamings = Array.from({ length: RENAMINGS }, (_, index) =>
      newEvent('UnitRenamed', {
        unit: reformOffice.id,
        names: { zh: `改革办${index}`, en: `Office ${index}` },
      }),
    );
    await ledger.append(`unit-${reformOffice.id}`, 0, renamings);
    await ledger.start();
  });
  afterAll(() => ledger.remove());

  const end = (): Promise<string> => ledger.head();
  const fault = () => ({ position: poison, type: 'MetricDefinitionRevised' });

  it('is told of with the event, the others run, and the server is degraded but ready', async () => {
    const { body } = await ledger.http.get('/v1/read-models').expect(200);

    expect(ReadModelsSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ head: await end(), outdated: false, rebuilt: null });
    expect(body.models).toMatchObject([
      { name: 'activity', status: 'running', position: await end(), lagEvents: 0, lagSeconds: 0 },
      {
        name: 'catalogue',
        status: 'parked',
        position: before,
        sequence: Number(before) - 1,
        lagEvents: Number(await end()) - Number(before),
        fault: fault(),
      },
      { name: 'timeline', status: 'running', position: await end(), lagEvents: 0 },
    ]);
    expect(body.models[1].lagSeconds).toBeGreaterThan(0);
    const ready = await ledger.http.get('/health/ready').expect(200);
    expect(ready.body).toMatchObject({
      status: 'degraded',
      projection: { running: true, position: await end(), lagEvents: 0 },
      models: [
        { name: 'activity', status: 'running' },
        { name: 'catalogue', status: 'parked', problem: expect.stringContaining(poison) },
        { name: 'timeline', status: 'running' },
      ],
    });
    await ledger.http.get('/health/live').expect(200, { status: 'live' });
  });

  it('is certified by the hash that a replay comes to where it stands', async () => {
    const { body: model } = await ledger.http.get('/v1/read-models/catalogue').expect(200);
    const asked = { kind: 'replay', until: before, models: ['catalogue'] };
    const { body: started } = await ledger.http.post('/v1/operations').send(asked).expect(202);
    let operation = started;
    while (operation.result === undefined) {
      operation = (await ledger.http.get(`/v1/operations/${started.id}`).expect(200)).body;
    }

    expect(ReadModelSchema.parse(model)).toEqual(model);
    const [replayed] = operation.result.models;
    const { version, position, rows, hash } = model;
    expect(replayed).toEqual({ name: 'catalogue', version, position, rows, hash });
  });

  it('lets writes, activity, changes and the live stream go on', async () => {
    const stream = await EventStream.open(`${ledger.url}/v1/stream?after=${await end()}`);
    await stream.until('stream.caughtUp');

    const figure = vacated('68.1万平方米', '2021-08-31');
    const { position } = (await ledger.http.post(observations).send(figure).expect(201)).body;
    await stream.until('observation.reported');
    stream.close();
    const activity = await ledger.http.get(`/v1/activity?minPosition=${position}`).expect(200);
    const changes = await ledger.http.get(`/v1/changes?after=${Number(position) - 1}`).expect(200);

    expect(activity.headers['ledger-projected-position']).toBe(position);
    expect(activity.headers['ledger-stale']).toBeUndefined();
    expect(activity.body.items[0].position).toBe(position);
    expect(changes.body.items).toHaveLength(1);
  });

  it.each(['/v1/board', '/v1/metrics', '/v1/units', timeline])(
    'is answered from as of where it stands: %s',
    async (path) => {
      const now = await ledger.http.get(path).expect(200);
      const stale = await ledger.http.get(`${path}?minPosition=${await end()}&allowStale=1`);
      const pinned = await ledger.http.get(`${path}?knownAt=${before}`).expect(200);

      for (const { status, headers, text } of [now, stale]) {
        expect([status, text]).toEqual([200, pinned.text]);
        expect(headers).toMatchObject({
          'ledger-projected-position': before,
          'ledger-stale': 'true',
        });
      }
      expect(now.body.knownAt).toBe(before);
      expect(pinned.headers['ledger-stale']).toBeUndefined();
    },
  );

  it('is not waited for by who asks beyond it', async () => {
    const beyond = await end();
    const metric = timeline.replace('/timeline', '');
    const paths = [
      '/v1/board?',
      '/v1/metrics?',
      '/v1/units?',
      '/v1/milestones?validAt=2021-08-26&',
      '/v1/diff?from=1&',
      '/v1/funnels?metrics=one-metric,another-metric&',
      ...['timeline', 'series', 'vintages', 'why'].map((what) => `${metric}/${what}?`),
    ];
    // A read of the activity waits as long as any may, and comes last.
    const waiting = ledger.http.get(`/v1/activity?minPosition=${Number(beyond) + 1_000}`);
    const asked = paths.map((path) => ledger.http.get(`${path}minPosition=${beyond}`));

    const first = await Promise.race([Promise.all(asked), waiting.then(() => [])]);

    expect(first).toHaveLength(paths.length);
    for (const { status, headers, body } of first) {
      expect(status).toBe(503);
      expect(headers).toMatchObject({ 'ledger-projected-position': before, 'retry-after': '30' });
      expect(body).toMatchObject({
        code: 'MODEL_PARKED',
        model: 'catalogue',
        position: poison,
        eventType: 'MetricDefinitionRevised',
        projected: before,
      });
    }
    expect((await waiting).body.code).toBe('PROJECTION_BEHIND');
  });

  it('is refused at a position or time beyond it, and answered at those before', async () => {
    const events = (await ledger.http.get('/v1/events?limit=1000').expect(200)).body.items;
    const [last] = events.slice(Number(before) - 1);
    const at = async (knownAt: string) => ledger.http.get('/v1/board').query({ knownAt });

    expect((await at(poison)).body.code).toBe('MODEL_PARKED');
    expect((await at(events.at(-1).metadata.recordedAt)).body.code).toBe('MODEL_PARKED');
    expect((await at(String(Number(await end()) + 1))).body.code).toBe('KNOWN_AT_BEYOND_HEAD');
    const past = await at(last.metadata.recordedAt);
    expect([past.status, past.body.knownAt]).toEqual([200, before]);
  });

  it('says what is not there', async () => {
    const unknown = await ledger.http.get('/v1/read-models/board').expect(404);
    const asked = await ledger.http.get('/v1/read-models?name=activity').expect(422);

    expect([unknown.body.code, asked.body.code]).toEqual(['READ_MODEL_UNKNOWN', 'FIELD_UNKNOWN']);
  });

  it('goes on where it stood when a version is started that can take the event in', async () => {
    await ledger.stop();
    await ledger.start();
    const still = await ledger.http.get('/v1/read-models').expect(200);
    expect(still.body.models.map(isParked)).toEqual([false, true, false]);
    await ledger.stop();
    // What the fold missed is there now, as if a mended version had been deployed.
    changeViews(
      ledger,
      `INSERT INTO catalogue SELECT kind, 'never-defined', position, document FROM catalogue
       WHERE kind = 'metric' LIMIT 1`,
    );
    await ledger.start();

    const { body } = await ledger.http.get('/v1/read-models').expect(200);
    const head = await end();
    const board = await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);
    const mended = await ledger.http.get('/v1/metrics/never-defined').expect(200);
    const health = await ledger.http.get('/health/ready').expect(200);

    expect(body.models.map(({ position }: { position: string }) => position)).toEqual([
      head,
      head,
      head,
    ]);
    expect(board.headers['ledger-stale']).toBeUndefined();
    expect(board.body.knownAt).toBe(head);
    expect(mended.body.provenance.position).toBe(poison);
    expect(health.body.status).toBe('ready');
  });

  it('is parked at once when the event comes while the server runs', async () => {
    const stream = await EventStream.open(`${ledger.url}/v1/stream`);
    await stream.until('stream.caughtUp');

    const position = await ledger.append('metric-nor-this', 'none', [revisionOf('nor-this')]);
    await stream.until('metric.definitionRevised');
    stream.close();
    const { models } = await readModelsWhen(ledger, (said) => said.models.some(isParked));

    expect(models.map(({ name, fault: found }) => [name, found?.position])).toEqual([
      ['activity', undefined],
      ['catalogue', position],
      ['timeline', undefined],
    ]);
    const refused = await ledger.http.get(`/v1/board?minPosition=${position}`).expect(503);
    expect(refused.body).toMatchObject({ code: 'MODEL_PARKED', position });
  });
});
