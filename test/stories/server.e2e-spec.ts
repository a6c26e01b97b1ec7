import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemCodes } from '../../apps/api/src/http/problem-codes.js';
import { LedgerUnderTest, landReform, reformOffice } from './ledger.js';

describe('the server as integrators meet it', () => {
  let ledger: LedgerUnderTest;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
  });
  afterAll(() => ledger.remove());

  describe('/openapi.json', () => {
    type Operation = {
      operationId: string;
      requestBody?: { content: { [type: string]: { schema: object } } };
      responses: { [status: string]: { content?: { [type: string]: { schema: object } } } };
      parameters?: { name: string; in: string }[];
    };
    type Document = {
      openapi: string;
      paths: { [path: string]: { [method: string]: Operation } };
      components: { schemas: { [name: string]: object } };
    };
    let api: Document;

    beforeAll(async () => {
      api = (await ledger.http.get('/openapi.json').expect(200)).body;
    });
    const operations = () =>
      Object.entries(api.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
      );

    it('is OpenAPI 3.1 and lists every route, verbs with their colon', () => {
      expect(api.openapi).toBe('3.1.0');
      const routes = operations().map(({ method, path }) => `${method} ${path}`);
      expect(routes.sort()).toEqual(everyRoute);
    });

    it('names the schema of every body and of every answer', () => {
      const named = /^#\/components\/schemas\/(\w+)$/;
      for (const { path, method, operation } of operations()) {
        const contents = [
          ...Object.values(operation.requestBody?.content ?? {}),
          ...Object.values(operation.responses).flatMap(({ content }) =>
            Object.values(content ?? {}),
          ),
        ];
        if (method === 'post') expect(operation.requestBody).toBeDefined();
        for (const { schema } of contents) {
          const reference = '$ref' in schema ? String(schema.$ref) : JSON.stringify(schema);
          expect([path, reference]).toEqual([path, expect.stringMatching(named)]);
        }
        if (!path.startsWith('/health')) {
          expect(operation.responses['422']?.content).toBeDefined();
        }
      }
    });

    it('has no reference that leads nowhere', () => {
      const references = JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g);
      for (const [, reference = ''] of references) {
        const name = reference.replace('#/components/schemas/', '');
        expect(Object.keys(api.components.schemas)).toContain(name);
      }
    });

    it('describes the live stream as an event stream and errors as problems', () => {
      const stream = api.paths['/v1/stream']?.['get'];
      const report = api.paths['/v1/metrics/{id}/observations']?.['post'];

      expect(Object.keys(stream?.responses['200']?.content ?? {})).toEqual(['text/event-stream']);
      expect(Object.keys(report?.responses['422']?.content ?? {})).toEqual([
        'application/problem+json',
      ]);
    });

    it('lists parameters of path and query', () => {
      const read = api.paths['/v1/metrics/{id}/timeline']?.['get'];
      const names = read?.parameters?.map((parameter) => `${parameter.in} ${parameter.name}`);

      expect(names).toEqual(
        expect.arrayContaining([
          'path id',
          'query knownAt',
          'query minPosition',
          'query validFrom',
          'query view',
        ]),
      );
    });
  });

  describe('custom verbs', () => {
    it('act on the thing before the colon', async () => {
      const renamed = await ledger.http
        .post(`/v1/units/${reformOffice.id}:rename`)
        .send({ names: { zh: '区改革办', en: 'Reform Office' }, reason: '机构更名' })
        .expect(201);
      const advanced = await ledger.http
        .post(`/v1/reforms/${landReform.id}:advanceStage`)
        .send({ to: 'pilot', on: '2021-05-27' })
        .expect(201);
      const assigned = await ledger.http
        .post(`/v1/reforms/${landReform.id}:assignResponsibility`)
        .send({ lead: reformOffice.id, due: '2021-12-31' })
        .expect(201);

      expect(renamed.body.stream).toBe(`unit-${reformOffice.id}`);
      expect(advanced.body.events[0].type).toBe('StageAdvanced');
      expect(assigned.body.revision).toBe(2);
    });

    it('do not take the read of a thing, nor the other way round', async () => {
      await ledger.http.get(`/v1/reforms/${landReform.id}`).expect(200);
      await ledger.http.get(`/v1/reforms/${landReform.id}:advanceStage`).expect(422);
      await ledger.http.post(`/v1/reforms/${landReform.id}`).send({}).expect(404);
      await ledger.http.post(`/v1/reforms/${landReform.id}:unknown`).send({}).expect(404);
      await ledger.http.post('/v1/reforms/:advanceStage').send({}).expect(404);
    });

    it('carry a milestone from plan to reached and back', async () => {
      const milestone = '/v1/milestones/second-batch-released';
      const on = { type: 'date', date: '2021-05-27' };
      await ledger.http
        .post('/v1/milestones')
        .send({
          id: 'second-batch-released',
          reform: landReform.id,
          names: { zh: '第二批示范点成果发布', en: 'Second batch released' },
          label: { printed: '第二批' },
        })
        .expect(201);
      await ledger.http.post(`${milestone}:reportOngoing`).send({ on }).expect(201);
      const bare = await ledger.http.post(`${milestone}:reach`).send({ on }).expect(422);
      const reached = await ledger.http
        .post(`${milestone}:reach`)
        .send({ on, evidence: ['0'.repeat(64)] })
        .expect(201);
      const revokes = reached.body.events[0].eventId;
      await ledger.http
        .post(`${milestone}:revoke`)
        .send({ revokes, reason: '材料有误' })
        .expect(201);

      expect(bare.body.code).toBe('MILESTONE_EVIDENCE_MISSING');
      const position = await ledger.head();
      const view = await ledger.http.get(`${milestone}?minPosition=${position}`).expect(200);
      expect(view.body).toMatchObject({ status: 'revoked', label: { printed: '第二批' } });
      expect(view.headers['etag']).toBe('"v3"');
    });
  });

  it('explains every code that the domain can refuse with, in both languages', async () => {
    const page = await ledger.http.get('/docs/problems').expect(200);

    for (const code of refusalCodes()) {
      expect(Object.keys(problemCodes)).toContain(code);
      expect(page.text).toContain(`<tr id="${code}">`);
    }
  });

  it('serves a page to try the API', async () => {
    const page = await ledger.http.get('/docs').expect(200);
    const script = await ledger.http.get('/docs/swagger-ui-bundle.js').expect(200);

    expect(page.text).toContain('swagger-ui');
    expect(script.headers['content-type']).toContain('javascript');
  });

  it('says whether it lives and whether it is ready, with the lag', async () => {
    const position = await ledger.head();
    await ledger.http.get(`/v1/board?minPosition=${position}`).expect(200);

    const live = await ledger.http.get('/health/live').expect(200);
    const ready = await ledger.http.get('/health/ready').expect(200);

    expect(live.body).toEqual({ status: 'live' });
    expect(ready.body).toEqual({
      status: 'ready',
      log: { open: true, head: position, tamperSignals: [] },
      projection: { running: true, position, lagEvents: 0 },
      models: ['activity', 'catalogue', 'timeline'].map((name) => ({ name, status: 'running' })),
      views: { build: expect.stringMatching(/^[0-9a-f]{8}$/) },
    });
  });

  it('answers for names of this machine only', async () => {
    const rebound = await ledger.http
      .get('/v1/board')
      .set('host', 'ledger.example:3000')
      .expect(421);
    await ledger.http.get('/v1/board').set('host', 'localhost:3000').expect(200);

    expect(rebound.body.code).toBe('HOST_NOT_ALLOWED');
  });

  it('answers HEAD like GET, without a body', async () => {
    const read = await ledger.http.head('/v1/board').expect(200);
    await ledger.http.head('/v1/stream').expect(200);
    await ledger.http.head('/v1/events').set('accept', 'application/x-ndjson').expect(200);

    expect(read.headers['etag']).toMatch(/^"/);
    expect(read.text).toBeFalsy();
  });
});

const everyRoute = [
  'get /health/live',
  'get /health/ready',
  'get /v1/activity',
  'get /v1/board',
  'get /v1/changes',
  'get /v1/diff',
  'get /v1/events',
  'get /v1/funnels',
  'get /v1/metrics',
  'get /v1/metrics/{id}',
  'get /v1/metrics/{id}/series',
  'get /v1/metrics/{id}/timeline',
  'get /v1/metrics/{id}/vintages',
  'get /v1/metrics/{id}/why',
  'get /v1/milestones',
  'get /v1/milestones/{id}',
  'get /v1/operations',
  'get /v1/operations/{id}',
  'get /v1/read-models',
  'get /v1/read-models/{name}',
  'get /v1/reforms',
  'get /v1/reforms/{id}',
  'get /v1/stream',
  'get /v1/streams/{stream}/events',
  'get /v1/units',
  'get /v1/units/{id}',
  'post /v1/metrics',
  'post /v1/metrics/{id}/observations',
  'post /v1/metrics/{id}/observations/{eventId}:correct',
  'post /v1/metrics/{id}/observations/{eventId}:withdraw',
  'post /v1/metrics/{id}:declareBreak',
  'post /v1/metrics/{id}:retire',
  'post /v1/metrics/{id}:reviseDefinition',
  'post /v1/milestones',
  'post /v1/milestones/{id}:reach',
  'post /v1/milestones/{id}:reportOngoing',
  'post /v1/milestones/{id}:revoke',
  'post /v1/operations',
  'post /v1/operations/{id}:cancel',
  'post /v1/reforms',
  'post /v1/reforms/{id}:advanceStage',
  'post /v1/reforms/{id}:assignResponsibility',
  'post /v1/units',
  'post /v1/units/{id}:rename',
];

/** The codes in the sources of libs/domain: the list must not depend on what tests provoke. */
function refusalCodes(): string[] {
  const folder = join(__dirname, '..', '..', 'libs', 'domain', 'src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const codes = sources.flatMap((text) =>
    [...text.matchAll(/\bcode: '([A-Z_]+)'/g)].flatMap(([, code]) => code ?? []),
  );
  expect(codes.length).toBeGreaterThan(40);
  return codes;
}
