import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest from 'supertest';
import { EventStoreServer } from '../eventstore-server/server.js';
import { startServer, type RunningServer } from '../server.js';
import { EventStream } from '../stories/event-stream.js';
import {
  landReform,
  observations,
  reformOffice,
  timeline,
  vacated,
  vacatedArea,
} from '../stories/ledger.js';
import { until } from './stage.js';

/** Two processes of the built product on one EventStoreDB, each with its own views. */
describe('Two servers of one ledger', () => {
  let store: EventStoreServer;
  let folder: string;
  let one: RunningServer;
  let two: RunningServer;

  const start = (name: string, seed = 'none') =>
    startServer({ dataDir: join(folder, name), seed, env: { LEDGER_LOG: store.url } });

  beforeEach(async () => {
    store = await EventStoreServer.start();
    folder = mkdtempSync(join(tmpdir(), 'ledger-processes-'));
    [one, two] = await Promise.all([start('one'), start('two')]);
    await supertest(one.url).post('/v1/units').send(reformOffice).expect(201);
    await supertest(one.url).post('/v1/reforms').send(landReform).expect(201);
    await supertest(one.url).post('/v1/metrics').send(vacatedArea).expect(201);
  }, 60_000);
  afterEach(async () => {
    await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')]);
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const positionOf = async (server: RunningServer): Promise<string> => {
    const { body } = await supertest(server.url).get('/health/ready');
    return body.projection.position;
  };
  const level = (position: string) =>
    until(async () => (await positionOf(one)) === position && (await positionOf(two)) === position);

  it('answer alike, and each shows live what the other recorded', async () => {
    const stream = await EventStream.open(`${two.url}/v1/stream?after=3`);
    const asked = vacated('68.1万平方米', '2021-08-26');
    const { body: receipt } = await supertest(one.url).post(observations).send(asked).expect(201);

    await stream.until('observation.reported');
    stream.close();
    expect(stream.seen).toContain(`observation.reported@${receipt.position}`);
    await level(receipt.position);
    const pages = ['/v1/board', timeline, '/v1/events', '/v1/changes'];
    for (const page of pages) {
      const [here, there] = await Promise.all([
        supertest(one.url).get(page).expect(200),
        supertest(two.url).get(page).expect(200),
      ]);
      expect(there.text).toBe(here.text);
    }
  }, 60_000);

  it('know a repeat whichever of them took the first request', async () => {
    const asked = vacated('68.1万平方米', '2021-08-26');
    const post = (server: RunningServer) =>
      supertest(server.url).post(observations).set('Idempotency-Key', 'vacated').send(asked);

    const answers = await Promise.all([one, two, one, two].map((server) => post(server)));

    const events = answers.map(({ body }) => body.events[0].eventId);
    expect(new Set(events).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.position))).toEqual(new Set(['4']));
  }, 60_000);

  it('take a correction at one of what the other has just recorded', async () => {
    const recorded = await supertest(one.url)
      .post(observations)
      .send(vacated('68.1万平方米', '2021-08-26'))
      .expect(201);
    // The second server has the stream warm, at an older revision.
    await supertest(two.url).post(observations).send(vacated('70万平方米', '2021-09-30'));
    const again = await supertest(one.url)
      .post(observations)
      .send(vacated('71万平方米', '2021-10-31'))
      .expect(201);

    await supertest(two.url)
      .post(`${observations}/${recorded.body.events[0].eventId}:correct`)
      .set('If-Match', again.headers['etag'] ?? '')
      .send({
        reason: '两处地块重复计入',
        errorClass: 'calculation',
        quantity: { printed: '67.8万平方米' },
      })
      .expect(201);
  }, 60_000);

  it('load the data set once although both start with it', async () => {
    await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')]);
    await store.stop();
    store = await EventStoreServer.start();
    [one, two] = await Promise.all([
      start('three', 'guangming-2021'),
      start('four', 'guangming-2021'),
    ]);

    const { body } = await supertest(one.url).get('/v1/events?limit=1').expect(200);
    await level(body.head);
    const [here, there] = await Promise.all([
      supertest(one.url).get('/v1/board').expect(200),
      supertest(two.url).get('/v1/board').expect(200),
    ]);
    expect(there.text).toBe(here.text);
    expect(body.head).toBe('283');
  }, 60_000);

  it('lose nothing when one of them is killed under load, and it comes back level', async () => {
    const post = async (server: RunningServer, day: number): Promise<string | undefined> => {
      const asOf = new Date(Date.UTC(1990, 0, 1 + day)).toISOString().slice(0, 10);
      try {
        const answer = await fetch(`${server.url}${observations}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': `day-${day}` },
          body: JSON.stringify(vacated(`${day + 1}平方米`, asOf)),
        });
        const receipt: { events?: { eventId: string }[] } = JSON.parse(await answer.text());
        return answer.status === 201 ? receipt.events?.[0]?.eventId : undefined;
      } catch {
        return undefined;
      }
    };
    const posting = Promise.all(
      Array.from({ length: 60 }, (_, day) => post(day % 2 === 0 ? one : two, day)),
    );
    await new Promise((resolve) => setTimeout(resolve, 120));
    await two.end('SIGKILL');
    const acknowledged = (await posting).filter((id) => id !== undefined);
    two = await start('two');

    // Everything is asked again under its key, at the other server.
    for (let day = 0; day < 60; day += 1) await post(day % 2 === 0 ? two : one, day);
    const { body } = await supertest(one.url).get('/v1/events?limit=1').expect(200);
    await level(body.head);
    const lines = (await (await fetch(`${two.url}/v1/events`, ndjson)).text()).trim().split('\n');
    const ids = lines.map((line): string => JSON.parse(line).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(body.head).toBe(String(3 + 60));
  }, 60_000);
});

const ndjson = { headers: { accept: 'application/x-ndjson' } };
