import {
  landReform,
  LedgerUnderTest,
  observations,
  timeline,
  vacated,
  vacatedArea,
} from './ledger.js';

const signed = {
  ...vacatedArea,
  id: 'relocation-agreement-signed-floor-area',
  names: { zh: '签约建筑面积', en: 'Floor area signed' },
};
const demolished = {
  ...vacatedArea,
  id: 'demolished-floor-area',
  names: { zh: '拆除建筑面积', en: 'Floor area demolished' },
};
const handedOver = {
  ...vacatedArea,
  id: 'depot-construction-land-handed-over-area',
  names: { zh: '移交用地面积', en: 'Land handed over' },
  basis: 'landArea',
};
const metric = `/v1/metrics/${vacatedArea.id}`;

describe('both clocks', () => {
  let ledger: LedgerUnderTest;
  let head: string;
  beforeAll(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
    for (const stage of [signed, demolished, handedOver]) await post('/v1/metrics', stage);
    const say = (id: string, printed: string) =>
      post(`/v1/metrics/${id}/observations`, vacated(printed, '2021-08-26'));
    await say(signed.id, '115万平方米');
    await say(vacatedArea.id, '68.1万平方米');
    await say(demolished.id, '63万平方米');
    await say(handedOver.id, '25.5万平方米');
    await post(`${metric}:reviseDefinition`, {
      validFrom: '2021-10-01',
      changes: { names: { zh: '腾空面积', en: 'Vacated area' } },
      reason: '统一名称',
    });
    await post(`/v1/reforms/${landReform.id}:advanceStage`, { to: 'pilot', on: '2021-09-01' });
    await post('/v1/milestones', {
      id: 'task-force-set-up',
      reform: landReform.id,
      names: { zh: '组建工作专班', en: 'Task force set up' },
      due: '2021-12-31',
    });
    await post('/v1/milestones/task-force-set-up:reportOngoing', {
      on: { type: 'date', date: '2021-09-15' },
    });
    await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);
  });
  afterAll(() => ledger.remove());

  const post = async (path: string, body: object) => {
    const answer = await ledger.http.post(path).send(body).expect(201);
    head = answer.body.position;
  };
  const get = async (path: string) => (await ledger.http.get(path).expect(200)).body;

  describe('of what is registered', () => {
    it('a metric has the definition in force on the day', async () => {
      expect((await get(`${metric}?validAt=2021-09-30`)).names.zh).toBe('腾空移交建筑面积');
      expect((await get(`${metric}?validAt=2021-10-01`)).names.zh).toBe('腾空面积');
      expect(await get(metric)).toMatchObject({
        names: { zh: '腾空面积' },
        holdsFrom: '2021-10-01',
      });
      const listed = await get('/v1/metrics?validAt=2021-09-30');
      expect(listed.items.map(({ names }: { names: { zh: string } }) => names.zh)).toContain(
        '腾空移交建筑面积',
      );
    });

    it('a reform has the stage of the day', async () => {
      const path = `/v1/reforms/${landReform.id}`;

      expect(await get(`${path}?validAt=2021-08-31`)).not.toHaveProperty('stage');
      expect((await get(`${path}?validAt=2021-09-01`)).stage).toBe('pilot');
      expect((await get('/v1/reforms?validAt=2021-08-31')).items[0]).not.toHaveProperty('stage');
    });

    it('a milestone has the status of the day, and is found by its turns and its due date', async () => {
      const path = '/v1/milestones/task-force-set-up';
      const found = async (range: string) => (await get(`/v1/milestones?${range}`)).items.length;

      expect((await get(`${path}?validAt=2021-09-14`)).status).toBe('planned');
      expect((await get(`${path}?validAt=2021-09-15`)).status).toBe('ongoing');
      expect(await found('validFrom=2021-09-01&validTo=2021-09-30')).toBe(1);
      expect(await found('validFrom=2021-12-01')).toBe(1);
      expect(await found('validFrom=2021-10-01&validTo=2021-11-30')).toBe(0);
    });

    it('a unit has the name of the day', async () => {
      const path = `/v1/units/${vacatedArea.owner}`;
      await post(`${path}:rename`, {
        names: { zh: '改革办', en: 'Reform office' },
        reason: '更名',
      });
      await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);

      expect((await get(`${path}?validAt=2021-08-26`)).names.zh).toBe('区委改革办');
      expect((await get(path)).names.zh).toBe('改革办');
      expect((await get('/v1/units?validAt=2021-08-26')).items[0].names.zh).toBe('区委改革办');
    });

    it.each(['metrics/vacated-premises-handed-over-area', `reforms/${landReform.id}`])(
      '%s is tagged by its revision when asked plainly, by its bytes as of a moment',
      async (thing) => {
        const tagOf = async (query: string) =>
          (await ledger.http.get(`/v1/${thing}${query}`).expect(200)).headers['etag'];

        expect(await tagOf('')).toMatch(/^"v\d+"$/);
        expect(await tagOf('?validAt=2021-08-26')).toMatch(/^"[\w-]{27}"$/);
        expect(await tagOf(`?knownAt=${head}`)).toMatch(/^"[\w-]{27}"$/);
        expect(await tagOf('?validAt=2021-08-26')).not.toBe(await tagOf('?validAt=2021-12-31'));
      },
    );

    it.each([
      [`${metric}?validAt=2021-02-30`, 'DATE_INVALID', 'validAt'],
      ['/v1/units?validAt=today', 'DATE_INVALID', 'validAt'],
      ['/v1/milestones?validFrom=2021-09-02&validTo=2021-09-01', 'RANGE_REVERSED', 'validTo'],
      ['/v1/metrics?validFrom=2021-09-02', 'FIELD_UNKNOWN', 'validFrom'],
    ])('%s is refused', async (path, code, parameter) => {
      const { body } = await ledger.http.get(path).expect(422);

      expect(body).toMatchObject({ code, errors: [{ parameter }] });
    });
  });

  describe('of a funnel', () => {
    const stages = [signed.id, vacatedArea.id, demolished.id];
    const funnel = (query: { [name: string]: string }) =>
      ledger.http.get('/v1/funnels').query(query);

    it('the stages of the article have shares, and hold', async () => {
      const { body } = await funnel({ metrics: stages.join(',') }).expect(200);

      const [found] = body.funnels;
      expect(
        found.stages.map(({ value }: { value: { printed: string } }) => value.printed),
      ).toEqual(['115万平方米', '68.1万平方米', '63万平方米']);
      expect(
        found.pairs.map((pair: { percent: { amount: string }; verdict: string }) => [
          pair.percent.amount,
          pair.verdict,
        ]),
      ).toEqual([
        ['59.2', 'holds'],
        ['54.8', 'holds'],
        ['92.5', 'holds'],
      ]);
      expect(found.verdict).toBe('holds');
    });

    it('land is not divided by floor area', async () => {
      const { body } = await funnel({ metrics: `${signed.id},${handedOver.id}` }).expect(200);

      expect(body.funnels[0].pairs[0]).toMatchObject({
        noPercent: { code: 'BASIS_DIFFERS' },
        verdict: 'cannotTell',
      });
    });

    it('a stage without a figure says why, at each moment of both clocks', async () => {
      const absences = async (moment: { [name: string]: string }) => {
        const { body } = await funnel({ metrics: stages.join(','), ...moment }).expect(200);
        return body.funnels[0].stages.map(({ absence }: { absence?: string }) => absence);
      };

      expect(await absences({ validAt: '2021-08-25' })).toEqual(['missing', 'missing', 'missing']);
      expect(await absences({ knownAt: '2' })).toEqual(['notDefined', 'notDefined', 'notDefined']);
    });

    it.each([
      ['one stage', 'a'],
      ['the same stage twice', 'a,b,a'],
      ['an empty stage', 'a,,b'],
      ['eleven stages', 'a,b,c,d,e,f,g,h,i,j,k'],
      ['a malformed stage', 'a,B'],
    ])('of %s is refused', async (_what, metrics) => {
      const { body } = await funnel({ metrics }).expect(422);

      expect(body).toMatchObject({
        code: 'FUNNEL_METRICS_INVALID',
        errors: [{ parameter: 'metrics', hint: expect.any(String) }],
      });
    });
  });

  describe('of a line', () => {
    beforeAll(async () => {
      await post(observations, vacated('69万平方米', '2021-09-26'));
      await post(observations, vacated('70万平方米', '2021-10-26'));
      await ledger.http.get(`/v1/board?minPosition=${head}`).expect(200);
    });
    const printed = (body: { series: { points: { printed: string }[] }[] }) =>
      body.series.map(({ points }) => points.map((point) => point.printed));

    it('the points are those of a day, of a range, or all up to a limit', async () => {
      const all = await get(`${metric}/series`);
      const newest = await get(`${metric}/series?limit=1`);

      expect(printed(all)).toEqual([['68.1万平方米', '69万平方米', '70万平方米']]);
      expect(printed(await get(`${metric}/series?validAt=2021-09-30`))).toEqual([['69万平方米']]);
      expect(
        printed(await get(`${metric}/series?validFrom=2021-09-01&validTo=2021-09-30`)),
      ).toEqual([['69万平方米']]);
      expect(printed(newest)).toEqual([['70万平方米']]);
      expect(newest.series[0].olderThan).toBe('2021-10-26');
      expect(newest.seriesLeftOut).toBe(0);
    });

    it.each([
      ['validAt=2021-09-01&validFrom=2021-09-01', 'VALID_TIME_AMBIGUOUS'],
      ['validFrom=2021-09-02&validTo=2021-09-01', 'RANGE_REVERSED'],
      ['view=newest', 'VALUE_NOT_ALLOWED'],
      ['limit=1001', 'SIZE_WRONG'],
    ])('%s is refused', async (query, code) => {
      const { body } = await ledger.http.get(`${metric}/series?${query}`).expect(422);

      expect(body.code).toBe(code);
    });

    it('an unknown metric has none', async () => {
      const { body } = await ledger.http.get('/v1/metrics/no-such/series').expect(404);

      expect(body.code).toBe('METRIC_NOT_DEFINED');
    });

    it('a timeline comes in pages that stay pinned', async () => {
      const whole = await get(`${timeline}?view=asReported`);
      const first = await ledger.http.get(`${timeline}?view=asReported&pageSize=2`).expect(200);
      await post(observations, vacated('71万平方米', '2021-11-26'));
      const token: string = first.body.nextPageToken;

      const second = await get(`${timeline}?view=asReported&pageSize=2&pageToken=${token}`);
      const other = await ledger.http.get(`${timeline}?pageToken=${token}`).expect(422);

      expect(whole.nextPageToken).toBeNull();
      expect(first.headers['link']).toContain('rel="next"');
      expect([...first.body.entries, ...second.entries]).toEqual(whole.entries);
      expect(second).toMatchObject({ knownAt: first.body.knownAt, nextPageToken: null });
      expect(other.body.code).toBe('PAGE_TOKEN_OTHER_QUERY');
    });
  });
});
