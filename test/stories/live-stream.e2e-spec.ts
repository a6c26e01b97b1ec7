import { EventStream } from './event-stream.js';
import { LedgerUnderTest, landReform, observations, vacated, vacatedArea } from './ledger.js';

describe('the live stream', () => {
  let ledger: LedgerUnderTest;
  const open: EventStream[] = [];

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.close();
  });
  afterAll(() => ledger.remove());

  const listen = async (query = '', headers: { [name: string]: string } = {}) => {
    const stream = await EventStream.open(`${ledger.url}/v1/stream${query}`, headers);
    open.push(stream);
    return stream;
  };

  it('greets with the position, says when the client is up to date, and keeps proxies out', async () => {
    const head = await ledger.head();
    await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);

    const stream = await listen();
    await stream.until('stream.caughtUp');

    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.events).toEqual([
      { event: 'stream.hello', data: { position: head, retention: 'unlimited' } },
      { event: 'stream.caughtUp', data: { position: head } },
    ]);
  });

  it('shows a report and its correction to who is connected, and each once to who resumes', async () => {
    const first = await listen();
    await first.until('stream.caughtUp');

    const report = await ledger.http
      .post(observations)
      .send(vacated('70.2万平方米', '2021-09-26'))
      .expect(201);
    const { eventId, position } = report.body.events[0];
    const correction = await ledger.http
      .post(`${observations}/${eventId}:correct`)
      .set('if-match', report.headers['etag'] ?? '')
      .send({
        quantity: { printed: '70.5万平方米' },
        errorClass: 'typing',
        reason: '录入时看错一位',
      })
      .expect(201);
    const corrected = correction.body.events[0].position;
    await first.until('observation.corrected');

    expect(first.seen.slice(2)).toEqual([
      `observation.reported@${position}`,
      `observation.corrected@${corrected}`,
    ]);
    expect(first.events[3]?.data).toMatchObject({
      specversion: '1.0',
      type: 'observation.corrected',
      subject: `metric/${vacatedArea.id}`,
      source: `//reform-ledger.local/v1/streams/metric-${vacatedArea.id}`,
      dataschema: 'urn:reform-ledger:schema:change:1',
      position: corrected,
      data: { reason: '录入时看错一位', data: { corrects: eventId } },
    });

    const before = String(BigInt(position) - 1n);
    for (const resumed of [
      await listen('', { 'last-event-id': before }),
      await listen(`?after=${before}`),
      await listen('?after=0', { 'last-event-id': before }),
    ]) {
      await resumed.until('stream.caughtUp');
      expect(resumed.seen.slice(1, 3)).toEqual([
        `observation.reported@${position}`,
        `observation.corrected@${corrected}`,
      ]);
      expect(resumed.seen).toHaveLength(4);
    }
  });

  it('gives each change once and in order to who joins while others write', async () => {
    const joined: EventStream[] = [];
    const writes = Array.from({ length: 60 }, async (_, index) => {
      if (index % 6 === 0) joined.push(await listen('?after=0'));
      await ledger.http
        .post('/v1/reforms')
        .send({ ...landReform, id: `reform-${index}`, highlight: index })
        .expect(201);
    });
    await Promise.all(writes);
    const late = await listen('?after=0');
    await late.until('stream.caughtUp');
    const head = await ledger.head();
    await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);
    await Promise.all(joined.map((stream) => stream.until('reform.registered', 61)));

    const positions = (stream: EventStream) => stream.events.flatMap(({ id }) => id ?? []);
    const all = Array.from({ length: Number(head) }, (_, index) => String(index + 1));
    for (const stream of [...joined, late]) expect(positions(stream)).toEqual(all);
  });

  it('sends bodies that are identical to those of its poll twin', async () => {
    const stream = await listen('?after=0');
    await stream.until('stream.caughtUp');

    const polled = await ledger.http.get('/v1/changes?after=0&limit=1000').expect(200);

    const streamed = stream.events.flatMap(({ id, data }) => (id === undefined ? [] : [data]));
    expect(JSON.stringify(polled.body.items)).toBe(JSON.stringify(streamed));
    expect(polled.body).toMatchObject({ next: await ledger.head(), more: false });
  });

  it('sends only the topics that were asked for', async () => {
    const stream = await listen(`?after=0&topics=metric:${vacatedArea.id},unit`);
    await stream.until('stream.caughtUp');

    const kinds = new Set(stream.events.map(({ event }) => event));
    expect(kinds).toEqual(
      new Set([
        'stream.hello',
        'unit.registered',
        'metric.defined',
        'observation.reported',
        'observation.corrected',
        'stream.caughtUp',
      ]),
    );
  });

  it('refuses topics that are malformed', async () => {
    const answer = await ledger.http.get('/v1/stream?topics=metrics').expect(422);

    expect(answer.body.errors[0]).toMatchObject({ parameter: 'topics', received: 'metrics' });
  });

  it.each([
    ['999999', 'positionAheadOfLog'],
    ['yesterday', 'positionUnknown'],
  ])('resets who resumes from %s', async (position, reason) => {
    const stream = await listen('', { 'last-event-id': position });
    await stream.until('stream.caughtUp');

    expect(stream.events[1]).toEqual({ event: 'stream.reset', data: { reason } });
    expect(stream.seen).toHaveLength(3);
  });

  it('waits for a position that another server gave out a moment ago', async () => {
    const next = String(BigInt(await ledger.head()) + 1n);
    const resuming = listen('', { 'last-event-id': next });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ledger.http
      .post('/v1/reforms')
      .send({ ...landReform, id: 'heard-of-late', highlight: 1 })
      .expect(201);

    const stream = await resuming;
    await stream.until('stream.caughtUp');

    expect(stream.seen).toEqual(['stream.hello', 'stream.caughtUp']);
    expect(stream.events[1]?.data).toEqual({ position: next });
  });

  it('never moves the resume point by a control event', async () => {
    const stream = await listen('?after=0');
    await stream.until('stream.caughtUp');

    const control = stream.events.filter(({ event }) => event.startsWith('stream.'));
    expect(control.every(({ id }) => id === undefined)).toBe(true);
  });

  it('lets a client go that does not read, and gives it everything once when it resumes', async () => {
    const slow = await listen();
    await slow.until('stream.caughtUp');
    const start = await ledger.head();
    slow.response.pause();

    for (let index = 0; index < 240; index += 8) {
      const batch = Array.from({ length: 8 }, (_, offset) =>
        ledger.http.post('/v1/reforms').send({
          ...landReform,
          id: `long-${index + offset}`,
          summary: { zh: '长'.repeat(18_000), en: 'long' },
        }),
      );
      for (const { status } of await Promise.all(batch)) expect(status).toBe(201);
    }
    const end = await ledger.head();
    await ledger.http.get(`/v1/board?minPosition=${end}`).expect(200);
    slow.response.resume();
    await slow.untilEnded();

    const seen = slow.events.flatMap(({ id }) => id ?? []);
    expect(seen.length).toBeLessThan(240);
    const resumed = await listen('', { 'last-event-id': seen.at(-1) ?? start });
    await resumed.until('stream.caughtUp');
    const all = [...seen, ...resumed.events.flatMap(({ id }) => id ?? [])];
    const expected = Array.from({ length: 240 }, (_, index) => String(Number(start) + 1 + index));
    expect(all).toEqual(expected);
  });

  it('says goodbye before the server stops', async () => {
    const stream = await listen();
    await stream.until('stream.caughtUp');

    await ledger.stop();
    await stream.untilEnded();

    expect(stream.events.at(-1)).toEqual({ event: 'stream.bye', data: { retryMs: 2000 } });
    await ledger.start();
  });
});
