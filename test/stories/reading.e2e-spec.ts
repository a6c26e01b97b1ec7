import { LedgerUnderTest, observations, reformOffice, timeline, vacated } from './ledger.js';

type Page = { items: { id: string }[]; nextPageToken: string | null; knownAt: string };

describe('reading at a point', () => {
  let ledger: LedgerUnderTest;
  let beforeUnits: string;

  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    beforeUnits = await ledger.head();
    for (let index = 0; index < 12; index += 1) {
      const unit = { ...reformOffice, id: `street-${String(index).padStart(2, '0')}` };
      await ledger.http.post('/v1/units').send(unit).expect(201);
    }
    await ledger.http.get(`/v1/board?minPosition=${await ledger.head()}`).expect(200);
  });
  afterAll(() => ledger.remove());

  describe('pages', () => {
    const everyPage = async (path: string): Promise<Page[]> => {
      const pages: Page[] = [];
      for (let next: string | null = path; next !== null;) {
        const answer = await ledger.http.get(next).expect(200);
        pages.push(answer.body);
        const link = /^<(.+)>; rel="next"$/.exec(answer.headers['link'] ?? '');
        expect(link !== null).toBe(answer.body.nextPageToken !== null);
        next = link?.[1] ?? null;
      }
      return pages;
    };

    it('follow the link to the end, each thing once', async () => {
      const pages = await everyPage('/v1/units?pageSize=5');

      expect(pages.map(({ items }) => items.length)).toEqual([5, 5, 3]);
      const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(new Set(ids).size).toBe(13);
      expect(ids).toEqual([...ids].sort());
    });

    it('stay where the list began although others register meanwhile', async () => {
      const first = await ledger.http.get('/v1/units?pageSize=5').expect(200);
      const write = await ledger.http
        .post('/v1/units')
        .send({ ...reformOffice, id: 'zz-registered-meanwhile' })
        .expect(201);
      await ledger.http.get(`/v1/units?minPosition=${write.body.position}`).expect(200);

      const rest = await everyPage(`/v1/units?pageSize=50&pageToken=${first.body.nextPageToken}`);

      const ids = rest.flatMap(({ items }) => items.map(({ id }) => id));
      expect(ids).toHaveLength(8);
      expect(ids).not.toContain('zz-registered-meanwhile');
      expect(rest[0]?.knownAt).toBe(first.body.knownAt);
    });

    it('refuse a token with another filter, at another address, or made up', async () => {
      const { body } = await ledger.http.get('/v1/metrics?pageSize=1&kind=cumulative');
      const units = await ledger.http.get('/v1/units?pageSize=5').expect(200);
      const token = units.body.nextPageToken;
      expect(body.items).toHaveLength(1);

      const other = await ledger.http.get(`/v1/units?pageToken=${token}&knownAt=3`).expect(422);
      const elsewhere = await ledger.http.get(`/v1/reforms?pageToken=${token}`).expect(422);
      const madeUp = await ledger.http.get('/v1/units?pageToken=eyJ2IjoxfQ').expect(422);

      expect(other.body.code).toBe('PAGE_TOKEN_OTHER_QUERY');
      expect(elsewhere.body.code).toBe('PAGE_TOKEN_OTHER_QUERY');
      expect(madeUp.body).toMatchObject({
        code: 'PAGE_TOKEN_INVALID',
        errors: [{ parameter: 'pageToken', received: 'eyJ2IjoxfQ' }],
      });
    });

    it.each(['0', '1001', 'ten', '1.5'])('refuse a page size of %s', async (size) => {
      const answer = await ledger.http.get(`/v1/units?pageSize=${size}`).expect(422);

      expect(answer.body.errors[0]).toMatchObject({ parameter: 'pageSize', received: size });
    });

    it('list what changed, newest first, of one thing or of all', async () => {
      const all = await everyPage('/v1/activity?pageSize=7');
      const office = await ledger.http
        .get('/v1/activity?subject=unit:district-reform-office')
        .expect(200);

      const positions = all.flatMap(({ items }) =>
        items.map((item) => Number('position' in item ? item.position : NaN)),
      );
      expect(positions).toEqual([...positions].sort((left, right) => right - left));
      expect(positions).toHaveLength(Number(await ledger.head()));
      expect(office.body.items).toHaveLength(1);
      expect(office.body.items[0]).toMatchObject({ kind: 'unit.registered' });
    });
  });

  describe('knownAt', () => {
    it('answers what was known at a position', async () => {
      const then = await ledger.http.get(`/v1/units?knownAt=${beforeUnits}`).expect(200);

      expect(then.body.items.map(({ id }: { id: string }) => id)).toEqual([reformOffice.id]);
      expect(then.body.knownAt).toBe(beforeUnits);
    });

    it('answers what was known at a time, in any offset, with the same bytes', async () => {
      const activity = await ledger.http.get('/v1/activity?pageSize=1000').expect(200);
      const event = activity.body.items.find(
        ({ position }: { position: string }) => position === beforeUnits,
      );
      const moment: string = event.recordedAt;
      const shanghai = new Date(Date.parse(moment) + 8 * 3_600_000)
        .toISOString()
        .replace('Z', '+08:00');

      const utc = await ledger.http.get('/v1/board').query({ knownAt: moment }).expect(200);
      const local = await ledger.http.get('/v1/board').query({ knownAt: shanghai }).expect(200);

      expect(BigInt(utc.body.knownAt)).toBeGreaterThanOrEqual(BigInt(beforeUnits));
      expect(local.text).toBe(utc.text);
    });

    it('is not kept for ever while the moment is only just past', async () => {
      const now = new Date(Date.now() - 1).toISOString();

      const fresh = await ledger.http.get('/v1/board').query({ knownAt: now }).expect(200);
      const old = await ledger.http.get('/v1/board?knownAt=2021-08-26T11:02:00Z').expect(200);

      expect(fresh.headers['cache-control']).toBe('private, no-cache');
      expect(old.headers['cache-control']).toBe('private, max-age=31536000, immutable');
      expect(old.body).toMatchObject({ knownAt: '0', highlights: [] });
    });

    it.each([
      ['9999999', 'KNOWN_AT_BEYOND_HEAD'],
      ['2999-01-01T00:00:00Z', 'KNOWN_AT_IN_FUTURE'],
      ['2021-08-26', 'KNOWN_AT_INVALID'],
      ['2021-13-26T00:00:00Z', 'KNOWN_AT_INVALID'],
      ['-1', 'KNOWN_AT_INVALID'],
      ['01', 'KNOWN_AT_INVALID'],
    ])('refuses %s', async (knownAt, code) => {
      const answer = await ledger.http.get('/v1/board').query({ knownAt }).expect(422);

      expect(answer.body).toMatchObject({
        code,
        errors: [{ parameter: 'knownAt', received: knownAt }],
      });
    });

    it('answers 404 for what was not known yet', async () => {
      const answer = await ledger.http.get('/v1/units/street-01?knownAt=1').expect(404);

      expect(answer.body).toMatchObject({ code: 'UNIT_NOT_REGISTERED' });
    });
  });

  describe('minPosition', () => {
    it('lets every writer read what it wrote', async () => {
      for (let day = 1; day <= 20; day += 1) {
        const asOf = `2021-09-${String(day).padStart(2, '0')}`;
        const write = await ledger.http.post(observations).send(vacated('70万平方米', asOf));
        const position = write.headers['ledger-position'] ?? '';

        const byQuery = await ledger.http.get(`${timeline}?minPosition=${position}`).expect(200);
        const byHeader = await ledger.http.get(timeline).set('ledger-min-position', position);

        expect(byQuery.body.entries).toHaveLength(day);
        expect(byHeader.text).toBe(byQuery.text);
      }
    });

    it('answers 503 with Retry-After when it is not reached in time, or older with allowStale', async () => {
      const beyond = String(BigInt(await ledger.head()) + 1_000n);

      const [refused, stale] = await Promise.all([
        ledger.http.get(`/v1/board?minPosition=${beyond}`),
        ledger.http.get(`/v1/board?minPosition=${beyond}&allowStale=1`),
      ]);

      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toBe('1');
      expect(refused.body.code).toBe('PROJECTION_BEHIND');
      expect(stale.status).toBe(200);
      expect(stale.headers['ledger-stale']).toBe('true');
      expect(stale.headers['ledger-projected-position']).toBe(await ledger.head());
    });
  });

  describe('caching', () => {
    it('answers 304 at the head until something changes', async () => {
      const first = await ledger.http.get('/v1/board').expect(200);
      const tag = first.headers['etag'] ?? '';
      await ledger.http.get('/v1/board').set('if-none-match', tag).expect(304);

      const write = await ledger.http
        .post('/v1/units')
        .send({ ...reformOffice, id: 'housing-bureau' })
        .expect(201);
      const path = `/v1/board?minPosition=${write.body.position}`;
      const second = await ledger.http.get(path).set('if-none-match', tag).expect(200);

      expect(second.headers['etag']).not.toBe(tag);
    });

    it('gives a strong tag to what never changes', async () => {
      const answer = await ledger.http.get('/v1/board?knownAt=3').expect(200);

      expect(answer.headers['etag']).toMatch(/^"[\w-]+"$/);
      await ledger.http
        .get('/v1/board?knownAt=3')
        .set('if-none-match', answer.headers['etag'] ?? '')
        .expect(304);
    });
  });

  it('refuses a range that ends before it starts, and unknown parameters', async () => {
    const range = await ledger.http.get(`${timeline}?validFrom=2021-09-01&validTo=2021-08-01`);
    const unknown = await ledger.http.get('/v1/board?validat=2021-08-01');

    expect([range.status, range.body.code]).toEqual([422, 'RANGE_REVERSED']);
    expect([unknown.status, unknown.body.code]).toEqual([422, 'FIELD_UNKNOWN']);
    expect(unknown.body.errors[0]).toMatchObject({ parameter: 'validat' });
  });

  it('filters a timeline by valid time', async () => {
    const answer = await ledger.http
      .get(`${timeline}?validFrom=2021-09-05&validTo=2021-09-07`)
      .expect(200);

    expect(answer.body.entries.map((entry: { validOn: string }) => entry.validOn)).toEqual([
      '2021-09-05',
      '2021-09-06',
      '2021-09-07',
    ]);
  });
});
