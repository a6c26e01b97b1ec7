import type { ValidTime } from '@ledger/domain';
import {
  asOf,
  corrected,
  disputes,
  Ledger,
  reported,
  signed,
  squareMetres,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { Timeline, TimelineView } from '../../answers.js';
import type { Views } from '../../views.js';

const metric = vacated.data.metric;
const printed = (timeline: Timeline | undefined) =>
  timeline?.entries.map(({ figure, statement }) => figure?.quantity?.printed ?? statement);

describe('the timeline of a metric', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));
  const september = reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米'));

  it('shows a figure as it was printed, with everything that stands behind it', async () => {
    await ledger.say(vacated);
    await ledger.say(august, { evidence: ['ab'.repeat(32)], synthetic: true });

    const timeline = (await place.viewsOf(ledger)).timeline({
      metric,
      knownAt: '2',
      view: 'latest',
    });

    expect(timeline).toEqual({
      metric,
      names: vacated.data.names,
      kind: 'cumulative',
      unit: 'm2',
      view: 'latest',
      knownAt: '2',
      breaks: [],
      entries: [
        {
          observation: '00000000-0000-4000-8000-000000000001',
          eventId: '00000000-0000-4000-8000-000000000001',
          revision: 1,
          position: '2',
          recordedAt: '2021-08-26T03:02:01.000Z',
          series: {},
          time: { type: 'asOf', asOf: '2021-08-26' },
          validOn: '2021-08-26',
          live: true,
          statement: 'reported',
          figure: {
            quantity: {
              amount: '681000',
              unit: 'm2',
              qualifier: 'exact',
              resolution: '1000',
              printed: '68.1万平方米',
            },
          },
          actor: { id: 'clerk', unit: 'district-reform-office', role: 'reporter' },
          source: { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' },
          evidence: ['ab'.repeat(32)],
          synthetic: true,
          positions: ['2'],
        },
      ],
    });
  });

  it('is unknown before the metric is defined, and without statements when it just was', async () => {
    await ledger.sayAll([signed, vacated]);
    const views = await place.viewsOf(ledger);

    expect(views.timeline({ metric, knownAt: '1', view: 'latest' })).toBeUndefined();
    expect(views.timeline({ metric, knownAt: '2', view: 'latest' })?.entries).toEqual([]);
    expect(views.timeline({ metric: 'no-such', knownAt: '2', view: 'latest' })).toBeUndefined();
  });

  describe('after a correction and a withdrawal', () => {
    let views: Views;
    const ask = (view: TimelineView, knownAt: string) => views.timeline({ metric, knownAt, view });

    beforeEach(async () => {
      await ledger.say(vacated);
      await ledger.say(august);
      const first = await ledger.say(september);
      const second = await ledger.say(
        corrected(first, september, squareMetres('712000', '71.2万平方米')),
        { reason: '抄录有误' },
      );
      await ledger.say(withdrawn(second, september), { reason: '重复填报' });
      views = await place.viewsOf(ledger);
    });

    it('shows as latest what stands, and as reported everything that was said', () => {
      expect(printed(ask('latest', '4'))).toEqual(['68.1万平方米', '71.2万平方米']);
      expect(printed(ask('asReported', '4'))).toEqual([
        '68.1万平方米',
        '70.2万平方米',
        '71.2万平方米',
      ]);
      expect(printed(ask('latest', '5'))).toEqual(['68.1万平方米']);
      expect(printed(ask('asReported', '5'))).toEqual([
        '68.1万平方米',
        '70.2万平方米',
        '71.2万平方米',
        'withdrawn',
      ]);
    });

    it('answers for an earlier position as it did then', () => {
      expect(printed(ask('latest', '3'))).toEqual(['68.1万平方米', '70.2万平方米']);
      expect(printed(ask('latest', '2'))).toEqual(['68.1万平方米']);
    });

    it('marks as live only what stands at the position', () => {
      const live = (knownAt: string) => ask('asReported', knownAt)?.entries.map((one) => one.live);

      expect(live('3')).toEqual([true, true]);
      expect(live('4')).toEqual([true, false, true]);
      expect(live('5')).toEqual([true, false, false, false]);
    });

    it('names the chain, what was replaced and why', () => {
      const [, first, second, third] = ask('asReported', '5')?.entries ?? [];

      expect(second).toMatchObject({
        statement: 'corrected',
        observation: first?.eventId,
        replaces: first?.eventId,
        reason: '抄录有误',
        errorClass: 'typing',
      });
      expect(third).toMatchObject({
        statement: 'withdrawn',
        observation: first?.eventId,
        replaces: second?.eventId,
        reason: '重复填报',
      });
      expect(third).not.toHaveProperty('figure');
    });
  });

  it('orders latest by valid day and as reported by recording, whatever came late', async () => {
    await ledger.sayAll([vacated, september, august]);
    const views = await place.viewsOf(ledger);
    const days = (view: TimelineView) =>
      views.timeline({ metric, knownAt: '3', view })?.entries.map(({ validOn }) => validOn);

    expect(days('latest')).toEqual(['2021-08-26', '2021-09-26']);
    expect(days('asReported')).toEqual(['2021-09-26', '2021-08-26']);
  });

  it('cuts a range of valid days, both ends included', async () => {
    await ledger.sayAll([vacated, august, september]);
    const views = await place.viewsOf(ledger);
    const within = (range: { validFrom?: string; validTo?: string }) =>
      views
        .timeline({ metric, knownAt: '3', view: 'latest', ...range })
        ?.entries.map(({ validOn }) => validOn);

    expect(within({ validFrom: '2021-08-26', validTo: '2021-08-26' })).toEqual(['2021-08-26']);
    expect(within({ validFrom: '2021-08-27' })).toEqual(['2021-09-26']);
    expect(within({ validTo: '2021-09-25' })).toEqual(['2021-08-26']);
    expect(within({ validFrom: '2021-08-27', validTo: '2021-09-25' })).toEqual([]);
  });

  it('keeps two kinds of time that end on one day apart', async () => {
    const flow = disputes.data.metric;
    const half: ValidTime = { type: 'period', start: '2021-01-01', end: '2021-06-30' };
    const quarter: ValidTime = { type: 'period', start: '2021-04-01', end: '2021-06-30' };
    const cases = (amount: string) =>
      ({ quantity: { amount, unit: 'case', qualifier: 'exact', printed: `${amount}宗` } }) as const;
    await ledger.sayAll([
      disputes,
      reported(flow, half, cases('9985')),
      reported(flow, quarter, cases('5012')),
    ]);

    const timeline = (await place.viewsOf(ledger)).timeline({
      metric: flow,
      knownAt: '3',
      view: 'latest',
    });

    expect(printed(timeline)).toEqual(['9985宗', '5012宗']);
  });

  it('keeps the series of a metric apart and shows them all', async () => {
    const inStreet = (street: string, amount: string) =>
      reported(metric, asOf('2021-08-26'), squareMetres(amount, `${amount}平方米`), { street });
    await ledger.sayAll([vacated, inStreet('马田', '300'), inStreet('公明', '200')]);

    const timeline = (await place.viewsOf(ledger)).timeline({
      metric,
      knownAt: '3',
      view: 'latest',
    });

    expect(timeline?.entries.map(({ series, live }) => [series, live])).toEqual([
      [{ street: '马田' }, true],
      [{ street: '公明' }, true],
    ]);
  });

  it('carries the breaks that were declared by then', async () => {
    await ledger.say(vacated);
    await ledger.say(
      {
        type: 'SeriesBreakDeclared',
        data: { metric, validFrom: '2022-01-01', successor: 'vacated-area-2022' },
      },
      { reason: '口径调整' },
    );
    const views = await place.viewsOf(ledger);
    const breaks = (knownAt: string) => views.timeline({ metric, knownAt, view: 'latest' })?.breaks;

    expect(breaks('1')).toEqual([]);
    expect(breaks('2')).toEqual([
      { validFrom: '2022-01-01', successor: 'vacated-area-2022', reason: '口径调整' },
    ]);
  });
});
