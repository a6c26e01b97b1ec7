import { LedgerUnderTest, observations, vacated } from './ledger.js';

describe('the same request again', () => {
  let ledger: LedgerUnderTest;
  const key = 'c8f0f1b2-report-2021-08';
  const body = vacated('68.1万平方米', '2021-08-26');
  let first: { text: string; etag: string | undefined };

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    const answer = await ledger.http
      .post(observations)
      .set('idempotency-key', key)
      .send(body)
      .expect(201);
    first = { text: answer.text, etag: answer.headers['etag'] };
  });
  afterAll(() => ledger.remove());

  const again = () => ledger.http.post(observations).set('idempotency-key', key);

  it('gets the same answer, marked as replayed, and appends nothing', async () => {
    const head = await ledger.head();

    const answer = await again().send(body).expect(201);

    expect(answer.text).toBe(first.text);
    expect(answer.headers['etag']).toBe(first.etag);
    expect(answer.headers['idempotency-replayed']).toBe('true');
    expect(await ledger.head()).toBe(head);
  });

  it('gets it although the keys of the body stand in another order', async () => {
    const { time, quantity } = { time: undefined, quantity: undefined, ...body };

    const answer = await again().send({ quantity, time }).expect(201);

    expect(answer.text).toBe(first.text);
  });

  it('is refused with another body', async () => {
    const head = await ledger.head();

    const answer = await again().send(vacated('70.2万平方米', '2021-09-26')).expect(422);

    expect(answer.body).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      errors: [{ header: 'idempotency-key' }],
    });
    expect(await ledger.head()).toBe(head);
  });

  it('is another request at another address', async () => {
    const answer = await ledger.http
      .post('/v1/units')
      .set('idempotency-key', key)
      .send({
        id: 'district-housing-bureau',
        names: { zh: '区住建局', en: 'Housing' },
        level: 'district',
      })
      .expect(201);

    expect(answer.headers['idempotency-replayed']).toBeUndefined();
  });

  it('is remembered across a restart', async () => {
    await ledger.stop();
    await ledger.start();
    const head = await ledger.head();

    const same = await again().send(body).expect(201);
    const other = await again().send(vacated('70.2万平方米', '2021-09-26')).expect(422);

    expect(same.text).toBe(first.text);
    expect(same.headers['idempotency-replayed']).toBe('true');
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await ledger.head()).toBe(head);
  });

  it('is recorded once when many send it at the same time', async () => {
    const report = vacated('70.2万平方米', '2021-09-26');
    const head = BigInt(await ledger.head());

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        ledger.http.post(observations).set('idempotency-key', 'at-once').send(report),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(
      answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true'),
    ).toHaveLength(19);
    expect(BigInt(await ledger.head())).toBe(head + 1n);
  });

  it('is not remembered when it failed before anything was appended', async () => {
    const failing = ledger.http.post(observations).set('idempotency-key', 'retry-me');
    await failing.send(vacated('七十一万', '2999-01-01')).expect(422);

    const mended = await ledger.http
      .post(observations)
      .set('idempotency-key', 'retry-me')
      .send(vacated('71万平方米', '2021-10-26'));

    expect(mended.status).toBe(201);
  });

  it.each(['', 'a\tb', 'a'.repeat(256), 'clé'])(
    'needs a printable key of at most 255 characters, not "%.20s"',
    async (bad) => {
      const answer = await ledger.http
        .post(observations)
        .set('idempotency-key', bad)
        .send(vacated('72万平方米', '2021-11-26'));

      expect([answer.status, answer.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
    },
  );
});
