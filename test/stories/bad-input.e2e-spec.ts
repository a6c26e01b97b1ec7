import { LedgerUnderTest, landReform, observations, vacated, vacatedArea } from './ledger.js';

type Case = {
  path: string;
  /** An object is sent as JSON, a text as it is. */
  body: object | string;
  headers?: { [name: string]: string };
  status: number;
  code: string;
  /** The first of `errors`, as far as it matters. */
  error?: object;
};

const august = { type: 'asOf', asOf: '2021-08-26' };
const with_ = (quantity: object) => ({ time: august, quantity });
const raw = (quantity: string) =>
  `{"time":{"type":"asOf","asOf":"2021-08-26"},"quantity":${quantity}}`;

/** Each of these is refused, says where and what to do, and leaves the log where it was. */
const cases: { [title: string]: Case } = {
  'an unknown metric': {
    path: '/v1/metrics/no-such-metric/observations',
    body: vacated('68.1万平方米', '2021-08-26'),
    status: 404,
    code: 'METRIC_NOT_DEFINED',
    error: { parameter: 'id', received: 'no-such-metric' },
  },
  'an unknown reform in a definition': {
    path: '/v1/metrics',
    body: { ...vacatedArea, id: 'another-area', reform: 'no-such-reform' },
    status: 422,
    code: 'REFERENCE_UNKNOWN',
    error: { pointer: '/reform', received: 'no-such-reform' },
  },
  'a unit of another dimension': {
    path: observations,
    body: with_({ printed: '68.1万吨' }),
    status: 422,
    code: 'UNIT_OF_OTHER_DIMENSION',
    error: { pointer: expect.stringMatching(/^\/quantity\//) },
  },
  'an amount that is no exact decimal': {
    path: observations,
    body: with_({ amount: '6.81e5', unit: 'm2' }),
    status: 422,
    code: 'AMOUNT_NOT_DECIMAL',
    error: { pointer: '/quantity/amount', received: '6.81e5' },
  },
  'an amount as a number': {
    path: observations,
    body: with_({ amount: 681000, unit: 'm2' }),
    status: 422,
    code: 'AMOUNT_NOT_A_STRING',
    error: { pointer: '/quantity/amount', received: 681000 },
  },
  'an amount as a number inside value': {
    path: observations,
    body: { time: august, value: { quantity: { amount: 681000, unit: 'm2' } } },
    status: 422,
    code: 'AMOUNT_NOT_A_STRING',
    error: { pointer: '/value/quantity/amount', received: 681000 },
  },
  'a float with lost digits': {
    path: observations,
    body: raw('{"amount":681000.00000000000001,"unit":"m2"}'),
    status: 422,
    code: 'NUMBER_LOST_DIGITS',
    error: { pointer: '/quantity/amount', received: '681000.00000000000001' },
  },
  'a future as-of date': {
    path: observations,
    body: vacated('68.1万平方米', '2999-12-31'),
    status: 422,
    code: 'TIME_IN_FUTURE',
    error: { pointer: '/time/asOf', received: '2999-12-31' },
  },
  'a day that does not exist': {
    path: observations,
    body: vacated('68.1万平方米', '2021-02-30'),
    status: 422,
    code: 'DATE_INVALID',
    error: { pointer: '/time/asOf', received: '2021-02-30' },
  },
  'a day written otherwise': {
    path: observations,
    body: vacated('68.1万平方米', '2021/8/26'),
    status: 422,
    code: 'DATE_INVALID',
    error: { pointer: '/time/asOf', received: '2021/8/26' },
  },
  'a cumulative value that falls': {
    path: observations,
    body: vacated('63万平方米', '2021-09-30'),
    status: 409,
    code: 'CUMULATIVE_FALLS',
    error: { pointer: expect.stringMatching(/^\/quantity/) },
  },
  'a percentage over 100': {
    path: '/v1/metrics/dispute-resolution-rate/observations',
    body: with_({ printed: '100.5%' }),
    status: 422,
    code: 'PERCENT_OUT_OF_RANGE',
    error: { pointer: expect.stringMatching(/^\/quantity/) },
  },
  'a percentage below 0': {
    path: '/v1/metrics/dispute-resolution-rate/observations',
    body: with_({ amount: '-1', unit: 'percent' }),
    status: 422,
    code: 'PERCENT_OUT_OF_RANGE',
    error: { pointer: expect.stringMatching(/^\/quantity/) },
  },
  'a print that cannot be read': {
    path: observations,
    body: with_({ printed: '很多平方米' }),
    status: 422,
    code: 'QUANTITY_UNREADABLE',
    error: { pointer: '/quantity/printed', received: '很多平方米' },
  },
  'no value at all': {
    path: observations,
    body: { time: august },
    status: 422,
    code: 'VALUE_AMBIGUOUS',
  },
  'two values': {
    path: observations,
    body: { ...with_({ printed: '68.1万平方米' }), label: { printed: '68.1万' } },
    status: 422,
    code: 'VALUE_AMBIGUOUS',
  },
  'an entry over 64 KiB': {
    path: observations,
    body: { ...vacated('68.1万平方米', '2021-08-27'), note: '长'.repeat(30_000) },
    status: 413,
    code: 'ENTRY_TOO_LARGE',
  },
  'a body over 1 MiB': {
    path: observations,
    body: { ...vacated('68.1万平方米', '2021-08-27'), note: 'x'.repeat(1024 * 1024) },
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  'malformed JSON': {
    path: observations,
    body: '{"time": {"type":"asOf",}',
    status: 400,
    code: 'JSON_MALFORMED',
  },
  'an empty body': {
    path: observations,
    body: '',
    status: 400,
    code: 'JSON_MALFORMED',
  },
  'JSON that nests too deep': {
    path: observations,
    body: '['.repeat(100_000) + ']'.repeat(100_000),
    status: 400,
    code: 'JSON_TOO_DEEP',
  },
  'an unknown field': {
    path: observations,
    body: { ...vacated('68.1万平方米', '2021-08-27'), quantitiy: 1 },
    status: 422,
    code: 'FIELD_UNKNOWN',
    error: { pointer: '/quantitiy', received: 1 },
  },
  'an unknown field inside': {
    path: observations,
    body: with_({ printed: '68.1万平方米', 'a/b~c': '?' }),
    status: 422,
    code: 'FIELD_UNKNOWN',
    error: { pointer: '/quantity/a~1b~0c' },
  },
  'a missing field': {
    path: '/v1/units',
    body: { id: 'street-office', names: { zh: '街道办', en: 'Street office' } },
    status: 422,
    code: 'FIELD_MISSING',
    error: { pointer: '/level' },
  },
  'a value that is not allowed': {
    path: '/v1/units',
    body: { id: 'street-office', names: { zh: '街道办', en: 'Street office' }, level: 'planet' },
    status: 422,
    code: 'VALUE_NOT_ALLOWED',
    error: { pointer: '/level', received: 'planet' },
  },
  'a form as content type': {
    path: observations,
    body: 'printed=68.1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'MEDIA_TYPE_NOT_SUPPORTED',
  },
  'JSON in another charset': {
    path: observations,
    body: vacated('68.1万平方米', '2021-08-27'),
    headers: { 'content-type': 'application/json; charset=gb18030' },
    status: 415,
    code: 'MEDIA_TYPE_NOT_SUPPORTED',
    error: { header: 'content-type', received: 'gb18030' },
  },
  'an id with forbidden characters': {
    path: '/v1/reforms',
    body: { ...landReform, id: 'Line_13 Depot' },
    status: 422,
    code: 'ID_INVALID',
    error: { pointer: '/id', received: 'Line_13 Depot' },
  },
  'an id with forbidden characters in the path': {
    path: '/v1/metrics/VACATED%20AREA/observations',
    body: vacated('68.1万平方米', '2021-08-27'),
    status: 422,
    code: 'ID_INVALID',
    error: { parameter: 'id', received: 'VACATED AREA' },
  },
  'a lone surrogate': {
    path: observations,
    body: raw('{"printed":"68.1万平方米\\ud800"}'),
    status: 422,
    code: 'TEXT_NOT_CLEAN',
    error: { pointer: '/quantity/printed' },
  },
  'a null character': {
    path: '/v1/reforms',
    body: '{"id":"depot","names":{"zh":"车辆段\\u0000","en":"Depot"}}',
    status: 422,
    code: 'TEXT_NOT_CLEAN',
    error: { pointer: '/names/zh' },
  },
  'a text that is not in NFC': {
    path: '/v1/reforms',
    body: { id: 'depot', names: { zh: '车辆段', en: 'De\u0301pot' } },
    status: 422,
    code: 'TEXT_NOT_CLEAN',
    error: { pointer: '/names/en' },
  },
  'a duplicate key': {
    path: observations,
    body: raw('{"printed":"68.1万平方米","printed":"86.1万平方米"}'),
    status: 400,
    code: 'JSON_DUPLICATE_KEY',
    error: { pointer: '/quantity/printed', received: 'printed' },
  },
  '__proto__ as a key': {
    path: observations,
    body: raw('{"printed":"68.1万平方米","__proto__":{"unit":"t"}}'),
    status: 400,
    code: 'JSON_KEY_FORBIDDEN',
    error: { pointer: '/quantity/__proto__' },
  },
  'an empty reason': {
    path: `/v1/metrics/${vacatedArea.id}:retire`,
    body: { retiredOn: '2021-09-01', reason: '  ' },
    status: 422,
    code: 'REASON_MISSING',
    error: { pointer: '/reason' },
  },
  'another definition of a defined metric': {
    path: '/v1/metrics',
    body: { ...vacatedArea, owner: 'district-reform-office', kind: 'stock' },
    status: 409,
    code: 'METRIC_ALREADY_DEFINED',
    error: { pointer: '/id' },
  },
  'a digest that is none': {
    path: observations,
    body: { ...vacated('68.1万平方米', '2021-08-27'), evidence: ['abc'] },
    status: 422,
    code: 'DIGEST_INVALID',
    error: { pointer: '/evidence/0', received: 'abc' },
  },
  'an address that does not exist': {
    path: '/v1/measures',
    body: {},
    status: 404,
    code: 'ROUTE_NOT_FOUND',
  },
};

describe('bad input', () => {
  let ledger: LedgerUnderTest;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    const { basis: _basis, basisInferred: _inferred, ...definition } = vacatedArea;
    const rate = { ...definition, id: 'dispute-resolution-rate', kind: 'ratio', unit: 'percent' };
    await ledger.http.post('/v1/metrics').send(rate).expect(201);
    await ledger.http.post(observations).send(vacated('68.1万平方米', '2021-08-26')).expect(201);
  });
  afterAll(() => ledger.remove());

  it.each(Object.entries(cases))('%s is refused and leaves no trace', async (_title, asked) => {
    const head = await ledger.head();

    const answer = await ledger.http
      .post(asked.path)
      .set({ 'content-type': 'application/json', 'accept-language': 'en', ...asked.headers })
      .send(typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body));

    expect([answer.status, answer.body.code]).toEqual([asked.status, asked.code]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: `/docs/problems#${asked.code}`,
      title: expect.any(String),
      status: asked.status,
      detail: expect.any(String),
      instance: asked.path,
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.body.errors[0]).toMatchObject({
      code: asked.code,
      message: expect.any(String),
      hint: expect.any(String),
      ...asked.error,
    });
    expect(await ledger.head()).toBe(head);
  });

  it.each(['null', '"text"', '[]', '5'])('a body that is %s is no object', async (body) => {
    const answer = await ledger.http
      .post('/v1/units')
      .set('content-type', 'application/json')
      .send(body)
      .expect(422);

    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: '', code: 'TYPE_WRONG', received: JSON.parse(body) }),
    ]);
  });

  it.each(['/v1/metrics/%E0%A4%A', '/v1/metrics/%ff'])(
    'an address like %s is a problem too',
    async (path) => {
      const answer = await ledger.http.get(path).expect(400);

      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.body.code).toBe('REQUEST_MALFORMED');
    },
  );

  it('a day of a query that does not exist', async () => {
    const answer = await ledger.http.get('/v1/board?validAt=2021-02-30').expect(422);

    expect(answer.body.errors[0]).toMatchObject({ parameter: 'validAt', code: 'DATE_INVALID' });
  });

  it('lists all that is wrong with one body', async () => {
    const answer = await ledger.http
      .post('/v1/units')
      .send({ id: 'Bad Id', names: { zh: '局' }, level: 'planet', extra: true })
      .expect(422);

    const places = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(new Set(places)).toEqual(new Set(['/id', '/names/en', '/level', '/extra']));
  });

  it.each([
    ['zh-CN,zh;q=0.9', 'zh-CN', /[\u4e00-\u9fff]/],
    ['en-GB', 'en', /^[\x20-\x7e]+$/],
    ['fr', 'zh-CN', /[\u4e00-\u9fff]/],
  ])('speaks the language of Accept-Language %s', async (asked, given, letters) => {
    const answer = await ledger.http
      .post('/v1/units')
      .set('accept-language', asked)
      .send({ id: 'x' })
      .expect(422);

    expect(answer.headers['content-language']).toBe(given);
    expect(answer.body.title).toMatch(letters);
    expect(answer.body.detail).toMatch(letters);
    expect(answer.body.errors[0].hint).toMatch(letters);
  });

  it('takes a request id that is short and printable, and no other', async () => {
    const good = await ledger.http
      .get('/v1/nothing')
      .set('x-request-id', 'desk-7/2021')
      .expect(404);
    const bad = await ledger.http.get('/v1/nothing').set('x-request-id', 'a b').expect(404);

    expect(good.body.requestId).toBe('desk-7/2021');
    expect(good.headers['x-request-id']).toBe('desk-7/2021');
    expect(bad.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cuts what it repeats of a long value', async () => {
    const answer = await ledger.http
      .post('/v1/units')
      .send({ id: 'x'.repeat(5_000), names: { zh: '局', en: 'Office' }, level: 'street' })
      .expect(422);

    expect(answer.body.errors[0].received.length).toBeLessThan(300);
  });
});
