import { LedgerUnderTest, observations, vacated, vacatedArea } from './ledger.js';

const metric = `/v1/metrics/${vacatedArea.id}`;
const vintages = `${metric}/vintages`;
const why = `${metric}/why`;

type Vintage = {
  validOn: string;
  statements: {
    statement: string;
    position: string;
    knownFrom: { position: string; recordedAt: string };
    knownTo: { position: string; recordedAt: string } | null;
  }[];
};

describe('where the figure of vacated area comes from', () => {
  let ledger: LedgerUnderTest;
  let defined: string;
  let first: { eventId: string; position: string; recordedAt: string };
  let second: { eventId: string; position: string; recordedAt: string };
  let later: { eventId: string; position: string; recordedAt: string };

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    defined = await ledger.head();
    first = await post(observations, vacated('68.1万平方米', '2021-08-26'));
    later = await post(observations, vacated('70.2万平方米', '2021-09-26'));
    const correction = { quantity: { printed: '68.2万平方米' }, errorClass: 'typing' };
    second = await post(
      `${observations}/${first.eventId}:correct`,
      { ...correction, reason: '录入时看错一位' },
      { 'if-match': '"v2"' },
    );
    await ledger.http.get(`/v1/board?minPosition=${second.position}`).expect(200);
  });
  afterAll(() => ledger.remove());

  const post = async (path: string, body: object, headers: { [name: string]: string } = {}) => {
    const answer = await ledger.http.post(path).set(headers).send(body).expect(201);
    return answer.body.events[0];
  };
  const get = async (path: string, query: { [name: string]: string } = {}) =>
    ledger.http.get(path).query(query).expect(200);

  it('says what was said when, and what stood on a day', async () => {
    const day = new Date(Date.parse(second.recordedAt) + 8 * 3_600_000).toISOString().slice(0, 10);

    const { body } = await get(vintages, { asKnownOn: day });

    expect(body).toMatchObject({ metric: vacatedArea.id, unit: 'm2', knownAt: second.position });
    expect(body.asKnownAt).toBe(second.position);
    expect(body.items.map(({ validOn }: Vintage) => validOn)).toEqual(['2021-09-26', '2021-08-26']);
    expect(body.items[1]).toMatchObject({
      statementCount: 2,
      first: { eventId: first.eventId, figure: { quantity: { printed: '68.1万平方米' } } },
      latest: { eventId: second.eventId, figure: { quantity: { printed: '68.2万平方米' } } },
      asKnown: { eventId: second.eventId },
      statements: [
        { statement: 'reported', knownTo: { position: second.position } },
        { statement: 'corrected', reason: '录入时看错一位', errorClass: 'typing', knownTo: null },
      ],
    });
  });

  it('finds by the times of an interval what stood in it', async () => {
    const { body } = await get(vintages, { validAt: '2021-08-31' });
    const [vintage]: Vintage[] = body.items;

    expect(vintage?.statements).toHaveLength(2);
    for (const { position, knownFrom } of vintage?.statements ?? []) {
      const then = await get(vintages, {
        validAt: '2021-08-31',
        asKnownOn: knownFrom.recordedAt,
        knownAt: second.position,
      });
      const exact = await get(why, { validAt: '2021-08-31', knownAt: knownFrom.position });

      expect(BigInt(then.body.asKnownAt)).toBeGreaterThanOrEqual(BigInt(position));
      expect(exact.body.series[0].figure.position).toBe(position);
    }
  });

  it('tells what was known before anything was stated', async () => {
    const before = await get(vintages, { asKnownOn: defined });
    const long = await get(vintages, { asKnownOn: '2021-08-26' });

    expect(before.body.items[0]).toMatchObject({ asKnown: null, asKnownAbsence: 'notYetStated' });
    expect(long.body).toMatchObject({ asKnownAt: '0', items: [{ asKnown: null }, {}] });
  });

  it('names exactly the events that make the figure', async () => {
    const { body } = await get(why, { validAt: '2021-08-31' });

    const [series] = body.series;
    expect(series.positions).toEqual([defined, first.position, second.position]);
    expect(series.passedOver).toMatchObject([
      { position: first.position, because: 'superseded' },
      { position: later.position, because: 'validLater' },
    ]);
    for (const position of series.positions) {
      const after = String(BigInt(position) - 1n);
      const { body: log } = await get('/v1/events', { after, limit: '1' });
      expect(log.items[0].position).toBe(position);
      expect(log.items[0].stream).toBe(`metric-${vacatedArea.id}`);
    }
    expect(series.rules.map(({ code }: { code: string }) => code)).toEqual([
      'LATEST_VALID_TIME',
      'CORRECTION_SUPERSEDES',
      'PRINTED_EXACT',
      'BASIS_INFERRED',
    ]);
    const { body: board } = await get('/v1/board', { validAt: '2021-08-31' });
    const [item] = board.highlights[0].items;
    expect([...item.positions, ...item.values[0].positions]).toEqual(series.positions);
  });

  it('goes on from page to page, pinned to where the first one stood', async () => {
    const one = await get(vintages, { pageSize: '1' });
    const next = /^<(.+)>; rel="next"$/.exec(one.headers['link'] ?? '')?.[1] ?? '';
    const two = await ledger.http.get(next).expect(200);

    expect([one, two].map(({ body }) => body.items.length)).toEqual([1, 1]);
    expect(two.body).toMatchObject({ nextPageToken: null, knownAt: one.body.knownAt });
    expect(two.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    const whole = await get(vintages);
    expect([...one.body.items, ...two.body.items]).toEqual(whole.body.items);
  });

  it('answers for one series, and nothing for one that was never stated', async () => {
    const own = await get(vintages, { series: '{}' });
    const other = await get(vintages, { series: '{"street":"马田"}' });
    const reason = await get(why, { series: '{"street":"马田"}' });

    expect(own.body.items).toHaveLength(2);
    expect(other.body.items).toEqual([]);
    expect(reason.body).toMatchObject({ absence: 'missing', series: [] });
    expect(reason.body.rules.at(-1)).toMatchObject({ code: 'NOTHING_STATED' });
  });

  it.each([vintages, why])('%s may be kept for ever where it is pinned', async (path) => {
    const pinned = await get(path, { knownAt: first.position });
    const now = await get(path);

    expect(pinned.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(now.headers['cache-control']).toBe('private, no-cache');
    const tag = pinned.headers['etag'] ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    const again = ledger.http.get(path).query({ knownAt: first.position });
    await again.set('if-none-match', tag).expect(304);
  });

  it.each([vintages, why])('%s knows no metric that was not defined', async (path) => {
    const unknown = await ledger.http.get(path.replace(vacatedArea.id, 'no-such-metric'));
    const early = await ledger.http.get(path).query({ knownAt: '1' });

    for (const answer of [unknown, early]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'METRIC_NOT_DEFINED']);
    }
  });

  const refused: [path: string, query: string, code: string, parameter: string][] = [
    [vintages, 'validAt=2021-02-30', 'DATE_INVALID', 'validAt'],
    [vintages, 'validFrom=26.8.2021', 'DATE_INVALID', 'validFrom'],
    [vintages, 'validFrom=2021-09-01&validTo=2021-08-01', 'RANGE_REVERSED', 'validTo'],
    [vintages, 'validAt=2021-09-01&validTo=2021-09-01', 'VALID_TIME_AMBIGUOUS', 'validAt'],
    [vintages, 'knownAt=9999999', 'KNOWN_AT_BEYOND_HEAD', 'knownAt'],
    [vintages, 'knownAt=yesterday', 'KNOWN_AT_INVALID', 'knownAt'],
    [vintages, 'asKnownOn=9999999', 'KNOWN_AT_BEYOND_HEAD', 'asKnownOn'],
    [vintages, 'asKnownOn=2999-01-01', 'KNOWN_AT_IN_FUTURE', 'asKnownOn'],
    [vintages, 'asKnownOn=2999-01-01T00:00:00Z', 'KNOWN_AT_IN_FUTURE', 'asKnownOn'],
    [vintages, 'asKnownOn=2021-02-30', 'KNOWN_AT_INVALID', 'asKnownOn'],
    [vintages, 'asKnownOn=', 'KNOWN_AT_INVALID', 'asKnownOn'],
    [vintages, 'series=street', 'SERIES_INVALID', 'series'],
    [vintages, 'series=%7B%22street%22%3A1%7D', 'SERIES_INVALID', 'series'],
    [vintages, 'series=%5B%5D', 'SERIES_INVALID', 'series'],
    [vintages, `series=${'x'.repeat(2_001)}`, 'SIZE_WRONG', 'series'],
    [vintages, 'pageSize=1001', 'SIZE_WRONG', 'pageSize'],
    [vintages, 'pageToken=made-up', 'PAGE_TOKEN_INVALID', 'pageToken'],
    [vintages, 'view=latest', 'FIELD_UNKNOWN', 'view'],
    [why, 'validAt=2021-13-01', 'DATE_INVALID', 'validAt'],
    [why, 'knownAt=9999999', 'KNOWN_AT_BEYOND_HEAD', 'knownAt'],
    [why, 'series=null', 'SERIES_INVALID', 'series'],
    [why, 'validFrom=2021-08-01', 'FIELD_UNKNOWN', 'validFrom'],
  ];
  it.each(refused)('%s refuses %s with %s', async (path, query, code, parameter) => {
    const answer = await ledger.http.get(`${path}?${query}`).set('accept-language', 'en');

    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { code: string }) => error.code)).toContain(code);
    expect(answer.body.errors[0]).toMatchObject({ parameter, hint: expect.any(String) });
  });

  it('refuses a page token that was tampered with', async () => {
    const { body } = await get(vintages, { pageSize: '1' });
    const token = JSON.parse(Buffer.from(body.nextPageToken, 'base64url').toString('utf8'));
    const forged = (after: string) =>
      Buffer.from(JSON.stringify({ ...token, after })).toString('base64url');

    for (const after of ['0.1.1', '0.9999999999999999.1', 'x', '0.0.0', `0.${defined}.1`]) {
      const answer = await ledger.http.get(vintages).query({
        pageSize: '1',
        pageToken: forged(after),
      });
      expect([answer.status, answer.body.code]).toEqual([422, 'POSITION_INVALID']);
    }
  });
});
