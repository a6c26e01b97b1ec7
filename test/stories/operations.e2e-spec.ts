import { MOST_QUEUED } from '@ledger/application';
import { OperationSchema } from '../../apps/api/src/operations/operation-body.js';
import { EventStream } from './event-stream.js';
import { LedgerUnderTest, reformOffice } from './ledger.js';

const path = '/v1/operations';

describe('long work', () => {
  let ledger: LedgerUnderTest;
  let stream: EventStream | undefined;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open({ seed: 'guangming-2021' });
    await ledger.http.get(`/v1/board?minPosition=${await ledger.head()}`).expect(200);
  });
  afterEach(async () => {
    stream?.close();
    stream = undefined;
    await idle();
  });
  afterAll(() => ledger.remove());

  const start = (body: object, key?: string) => {
    const request = ledger.http.post(path).send(body);
    return key === undefined ? request : request.set('idempotency-key', key);
  };
  const get = async (id: string) => (await ledger.http.get(`${path}/${id}`).expect(200)).body;
  const list = async () => (await ledger.http.get(path).expect(200)).body.items;
  const isOver = ({ state }: { state: string }): boolean => !['queued', 'running'].includes(state);
  const idle = async (): Promise<void> => {
    while (!(await list()).every(isOver)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const ended = async (id: string) => {
    for (;;) {
      const operation = await get(id);
      if (isOver(operation)) return operation;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const replay = async (body: object = {}) => {
    const { body: operation } = await start({ kind: 'replay', ...body }).expect(202);
    return ended(operation.id);
  };

  describe('that is started', () => {
    it('is told by 202 where it can be followed', async () => {
      const answer = await start({ kind: 'replay', until: '100' }).expect(202);

      const { id } = answer.body;
      expect(answer.headers).toMatchObject({
        location: `${path}/${id}`,
        'cache-control': 'no-store',
      });
      expect(answer.body).toMatchObject({
        kind: 'replay',
        request: { until: '100', untilPosition: '100' },
        startedBy: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
      });
      expect(['queued', 'running']).toContain(answer.body.state);
      expect(await ended(id)).toMatchObject({ id, state: 'succeeded' });
    });

    it('says at its end what came out, in the documented shape, and ends at done = total', async () => {
      const operation = await replay({ until: '100', models: ['catalogue', 'timeline'] });

      expect(OperationSchema.parse(operation)).toEqual(operation);
      const { progress, result } = operation;
      expect(progress.done).toBe(progress.total);
      expect(progress.total).toBeGreaterThan(0);
      expect(progress.etaSeconds).toBe(0);
      expect(result).toMatchObject({
        position: '100',
        models: [{ name: 'catalogue' }, { name: 'timeline' }],
      });
    });

    it('folds to the same hashes every time, and to others at another position', async () => {
      const head = await ledger.head();
      const [first, second, earlier] = [
        await replay(),
        await replay(),
        await replay({ until: '200' }),
      ];

      expect(first.result.position).toBe(head);
      expect(second.result).toEqual(first.result);
      expect(earlier.result.models[0].hash).not.toBe(first.result.models[0].hash);
    });

    it('folds up to what was known at a time, as any read does', async () => {
      const { body } = await ledger.http.get('/v1/events?limit=150').expect(200);
      const { recordedAt } = body.items[140].metadata;
      const known = body.items.filter(
        (event: { metadata: { recordedAt: string } }) => event.metadata.recordedAt <= recordedAt,
      );

      const operation = await replay({ until: recordedAt });

      const { position } = known.at(-1);
      expect(operation.request).toEqual({ until: recordedAt, untilPosition: position });
      expect(operation.result.position).toBe(position);
    });

    it('rebuilds the views under those who read, who see the same', async () => {
      const head = await ledger.head();
      const board = `/v1/board?knownAt=${head}`;
      const before = await ledger.http.get(board).expect(200);
      const { body: started } = await start({
        kind: 'rebuild',
        explanation: '换盘后重建',
      }).expect(202);

      const operation = await ended(started.id);

      expect(operation).toMatchObject({
        state: 'succeeded',
        request: { explanation: '换盘后重建' },
        result: { position: head },
      });
      expect(OperationSchema.parse(operation)).toEqual(operation);
      const after = await ledger.http.get(board).expect(200);
      expect(after.text).toBe(before.text);
      const { body } = await ledger.http
        .post('/v1/units')
        .send({ ...reformOffice, id: 'after-the-rebuild' })
        .expect(201);
      await ledger.http.get(`/v1/units/after-the-rebuild?minPosition=${body.position}`).expect(200);
    });

    it('is checked and not begun with validateOnly', async () => {
      const before = await list();

      const answer = await ledger.http
        .post(`${path}?validateOnly=true`)
        .send({ kind: 'replay', until: '7' })
        .expect(200);
      await ledger.http
        .post(`${path}?validateOnly=true`)
        .send({ kind: 'replay', until: 'yesterday' })
        .expect(422);

      expect(answer.body).toEqual({
        validateOnly: true,
        kind: 'replay',
        request: { until: '7', untilPosition: '7' },
      });
      expect(await list()).toEqual(before);
    });

    it('is one operation for one idempotency key, and refused for another body', async () => {
      const first = await start({ kind: 'replay', until: '5' }, 'key-1').expect(202);
      const again = await start({ until: '5', kind: 'replay' }, 'key-1').expect(202);
      const other = await start({ kind: 'replay', until: '6' }, 'key-1').expect(422);
      await ended(first.body.id);
      const late = await start({ kind: 'replay', until: '5' }, 'key-1').expect(202);

      expect(again.body.id).toBe(first.body.id);
      expect(again.headers).toMatchObject({
        'idempotency-replayed': 'true',
        location: `${path}/${first.body.id}`,
      });
      expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(late.body).toMatchObject({ id: first.body.id, state: 'succeeded' });
      expect(first.headers).not.toHaveProperty('idempotency-replayed');
    });

    it('waits its turn, and is refused when too much waits', async () => {
      const answers = await Promise.all(
        Array.from({ length: MOST_QUEUED + 4 }, () => start({ kind: 'rebuild' })),
      );

      const taken = answers.filter(({ status }) => status === 202);
      const refused = answers.filter(({ status }) => status === 503);
      expect(refused.length).toBeGreaterThan(0);
      expect(taken.length + refused.length).toBe(answers.length);
      for (const { body, headers } of refused) {
        expect(body.code).toBe('OPERATIONS_FULL');
        expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      }
      const running = (await list()).filter(({ state }: { state: string }) => state === 'running');
      expect(running).toHaveLength(1);
      for (const { body } of taken) {
        await ledger.http.post(`${path}/${body.id}:cancel`).expect(200);
      }
    });
  });

  describe('on the live stream', () => {
    const listen = async (query: string): Promise<EventStream> => {
      stream = await EventStream.open(`${ledger.url}/v1/stream${query}`);
      await stream.until('stream.caughtUp');
      return stream;
    };
    const told = (of: EventStream) =>
      of.events.flatMap((event) =>
        event.event === 'operation.progress' ? [OperationSchema.parse(event.data)] : [],
      );
    const untilOver = async (of: EventStream): Promise<void> => {
      for (let times = 1; told(of).filter(isOver).length === 0; times += 1) {
        await of.until('operation.progress', times);
      }
    };

    it.each(['', '?topics=operations', '?topics=metric,operations'])(
      'is told from its start to its end, with the body of its poll twin (%s)',
      async (query) => {
        const heard = await listen(query);
        const { body } = await start({ kind: 'replay' }).expect(202);
        await untilOver(heard);

        const states = told(heard).map(({ state }) => state);
        expect(states[0]).toBe('running');
        expect(states.at(-1)).toBe('succeeded');
        expect(heard.events.at(-1)?.data).toEqual(await get(body.id));
      },
    );

    it('carries no id, so it never moves the point from which a client resumes', async () => {
      const heard = await listen('?topics=operations');
      await start({ kind: 'replay' }).expect(202);
      await untilOver(heard);

      expect(heard.events.filter(({ id }) => id !== undefined)).toEqual([]);
    });

    it('is told only to those who want it', async () => {
      const { body: first } = await start({ kind: 'rebuild' }).expect(202);
      await start({ kind: 'rebuild' }).expect(202);
      const { body: second } = await start({ kind: 'replay' }).expect(202);
      const of = await EventStream.open(`${ledger.url}/v1/stream?topics=operation:${second.id}`);
      const others = await EventStream.open(`${ledger.url}/v1/stream?topics=metric`);
      try {
        await others.until('stream.caughtUp');
        await untilOver(of);
        expect(await ended(first.id)).toMatchObject({ state: 'succeeded' });
        expect(new Set(told(of).map(({ id }) => id))).toEqual(new Set([second.id]));
        expect(told(others)).toEqual([]);
      } finally {
        of.close();
        others.close();
      }
    });

    it.each(['operation', 'operations:x', 'operation:1'])('knows no topic %s', async (topic) => {
      await ledger.http.get(`/v1/stream?topics=${topic}`).expect(422);
    });
  });

  describe('that is cancelled', () => {
    it('never begins when it waits, and stays as it ended when it has ended', async () => {
      const [first, second] = await Promise.all([
        start({ kind: 'rebuild' }).expect(202),
        start({ kind: 'replay' }).expect(202),
      ]);
      const waiting = [first, second].find(({ body }) => body.state === 'queued');
      const id = waiting?.body.id ?? '';
      const cancelled = await ledger.http.post(`${path}/${id}:cancel`).send({}).expect(200);
      expect(cancelled.body).toMatchObject({ id, state: 'cancelled' });
      expect(cancelled.body).not.toHaveProperty('startedAt');

      await idle();
      const over = await list();
      for (const operation of over) {
        const answer = await ledger.http.post(`${path}/${operation.id}:cancel`).expect(200);
        expect(answer.body).toEqual(operation);
      }
    });
  });

  describe('that cannot be', () => {
    it.each<[string, object, string, string]>([
      ['no kind', {}, 'FIELD_MISSING', '/kind'],
      ['an unknown kind', { kind: 'erase' }, 'VALUE_NOT_ALLOWED', '/kind'],
      ['an unknown field', { kind: 'replay', from: '1' }, 'FIELD_UNKNOWN', '/from'],
      ['a field of another kind', { kind: 'rebuild', until: '1' }, 'FIELD_UNKNOWN', '/until'],
      ['a number', { kind: 'replay', until: 7 }, 'TYPE_WRONG', '/until'],
      ['no point in time', { kind: 'replay', until: 'June' }, 'KNOWN_AT_INVALID', '/until'],
      ['beyond the log', { kind: 'replay', until: '99999' }, 'KNOWN_AT_BEYOND_HEAD', '/until'],
      [
        'the future',
        { kind: 'replay', until: '2999-01-01T00:00:00Z' },
        'KNOWN_AT_IN_FUTURE',
        '/until',
      ],
      ['no model', { kind: 'replay', models: [] }, 'SIZE_WRONG', '/models'],
      ['an unknown model', { kind: 'replay', models: ['board'] }, 'VALUE_NOT_ALLOWED', '/models/0'],
      [
        'an empty explanation',
        { kind: 'rebuild', explanation: ' ' },
        'TEXT_MISSING',
        '/explanation',
      ],
    ])('is refused with its place: %s', async (_, body, code, pointer) => {
      const before = await list();

      const answer = await start(body).expect(422);

      expect(answer.body).toMatchObject({ code, errors: [{ code, pointer }] });
      expect(await list()).toEqual(before);
    });

    it('is refused for parameters, keys and bodies that are none', async () => {
      const body = { kind: 'replay' };
      await ledger.http.post(`${path}?validateOnly=perhaps`).send(body).expect(422);
      await ledger.http.post(`${path}?dryRun=true`).send(body).expect(422);
      await start(body, 'k'.repeat(256)).expect(400);
      await ledger.http.post(path).expect(400);
      await ledger.http.get(`${path}?pageSize=1`).expect(422);
    });

    it('is not found under an id that nobody gave out', async () => {
      for (const answer of [
        await ledger.http.get(`${path}/none`),
        await ledger.http.post(`${path}/none:cancel`),
      ]) {
        expect(answer.status).toBe(404);
        expect(answer.body.code).toBe('OPERATION_UNKNOWN');
      }
      await ledger.http.get(`${path}/No%20Id`).expect(422);
      const { body } = await start({ kind: 'replay', until: '1' }).expect(202);
      await ledger.http.post(`${path}/${body.id}:cancel`).send({ now: true }).expect(422);
      await ledger.http.post(`${path}/${body.id}:pause`).expect(404);
    });
  });

  it('is listed newest first, and forgotten by a restart', async () => {
    const { id } = await replay({ until: '1' });
    expect((await list())[0].id).toBe(id);

    await ledger.stop();
    await ledger.start();

    expect(await list()).toEqual([]);
    await ledger.http.get(`${path}/${id}`).expect(404);
  });
});
