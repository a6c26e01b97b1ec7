import { ActivityPageSchema } from '../../apps/api/src/stream/change-schema.js';
import type { z } from 'zod';
import {
  BoardSchema,
  LogPageSchema,
  MetricPageSchema,
  MetricViewSchema,
  MilestonePageSchema,
  ReformPageSchema,
  StreamPageSchema,
  TimelineSchema,
  UnitPageSchema,
} from '../../apps/api/src/read/schemas.js';
import { VintagesSheetSchema, WhySchema } from '../../apps/api/src/read/vintage-schemas.js';
import {
  DifferenceSchema,
  FunnelSchema,
  SeriesOfMetricSchema,
} from '../../apps/api/src/read/moment-schemas.js';
import { ReadModelSchema, ReadModelsSchema } from '../../apps/api/src/read-models/schemas.js';
import { ReceiptSchema } from '../../apps/api/src/write/schemas.js';
import { LedgerUnderTest, reformOffice, vacatedArea } from './ledger.js';

const metric = `/v1/metrics/${vacatedArea.id}`;
const landStages = [
  'relocation-agreement-signed-floor-area',
  'vacated-premises-handed-over-area',
  'demolished-floor-area',
];
const documented: { [path: string]: z.ZodType } = {
  '/v1/board': BoardSchema,
  '/v1/metrics?pageSize=1000': MetricPageSchema,
  '/v1/milestones?pageSize=1000': MilestonePageSchema,
  '/v1/reforms?pageSize=1000': ReformPageSchema,
  '/v1/units?pageSize=1000': UnitPageSchema,
  '/v1/activity?pageSize=1000': ActivityPageSchema,
  '/v1/events?limit=1000': LogPageSchema,
  '/v1/diff?from=0&pageSize=1000': DifferenceSchema,
  '/v1/read-models': ReadModelsSchema,
  '/v1/read-models/timeline': ReadModelSchema,
  '/v1/metrics?pageSize=1000&validAt=2021-08-26': MetricPageSchema,
  '/v1/milestones?pageSize=1000&validAt=2021-08-26': MilestonePageSchema,
  [`/v1/funnels?metrics=${landStages.join(',')}`]: FunnelSchema,
  [`${metric}/series?view=asReported`]: SeriesOfMetricSchema,
  [metric]: MetricViewSchema,
  [`${metric}/timeline?view=asReported`]: TimelineSchema,
  [`${metric}/vintages?asKnownOn=2021-08-26`]: VintagesSheetSchema,
  [`${metric}/why?validAt=2021-08-31`]: WhySchema,
  [`/v1/streams/metric-${vacatedArea.id}/events`]: StreamPageSchema,
};

describe('answers about the article', () => {
  let ledger: LedgerUnderTest;
  beforeAll(async () => {
    ledger = await LedgerUnderTest.open({ seed: 'guangming-2021' });
    await ledger.http.get(`/v1/board?minPosition=${await ledger.head()}`).expect(200);
  });
  afterAll(() => ledger.remove());

  it.each(Object.entries(documented))('%s says what /openapi.json says', async (path, schema) => {
    const answer = await ledger.http.get(path).expect(200);

    // Parsing drops members that the schema does not name: equality proves that there are none.
    expect(schema.parse(answer.body)).toEqual(answer.body);
  });

  it('a receipt says what /openapi.json says', async () => {
    const unit = { ...reformOffice, id: 'another-office' };

    const answer = await ledger.http.post('/v1/units').send(unit).expect(201);

    expect(ReceiptSchema.parse(answer.body)).toEqual(answer.body);
  });

  it('the land funnel of the article holds, with the shares that follow from its figures', async () => {
    const { body } = await ledger.http.get(`/v1/funnels?metrics=${landStages.join(',')}`);

    const [{ pairs, verdict }] = body.funnels;
    const shares = pairs.map((pair: { percent: { amount: string } }) => pair.percent.amount);
    expect([shares, verdict]).toEqual([['59.2', '54.8', '92.5'], 'holds']);
  });

  it('the board has all 132 facts with what the article prints', async () => {
    const { body } = await ledger.http.get('/v1/board').expect(200);

    const items = body.highlights.flatMap((highlight: { items: object[] }) => highlight.items);
    expect(items).toHaveLength(132);
    expect(body.counts).toEqual({ metrics: 75, milestones: 57, withValue: 75 });
    const printed = items.flatMap((item: { values?: { printed: string }[] }) =>
      (item.values ?? []).map((value) => value.printed),
    );
    for (const figure of [
      '115万平方米',
      '68.1万平方米',
      '63万平方米',
      '25.5万平方米',
      '99.6%以上',
    ]) {
      expect(printed).toContain(figure);
    }
  });
});
