import {
  asOf,
  corrected,
  Ledger,
  reported,
  signed,
  squareMetres,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { WhyRequest } from '../../views.js';
import type { WhySeries } from './answers.js';

const metric = vacated.data.metric;
const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));
const july = reported(metric, asOf('2021-07-26'), squareMetres('630000', '63万平方米'));
const september = reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米'));
const right = squareMetres('682000', '68.2万平方米');

describe('why a figure is what it is', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const ask = async (request: Partial<WhyRequest> = {}) => {
    const views = await place.viewsOf(ledger);
    return views.why({ metric, knownAt: ledger.position, ...request });
  };
  const only = async (request: Partial<WhyRequest> = {}): Promise<WhySeries> => {
    const [series, ...others] = (await ask(request))?.series ?? [];
    if (series === undefined || others.length > 0) throw new Error('Not exactly one series.');
    return series;
  };
  const codes = ({ rules }: Pick<WhySeries, 'rules'>) => rules.map(({ code }) => code);
  const over = (series: WhySeries) =>
    series.passedOver.map(({ position, because }) => `${position} ${because}`);

  it('is exactly the events of its definition and of its chain', async () => {
    await ledger.sayAll([vacated, signed]);
    const first = await ledger.say(august, { evidence: ['ab'.repeat(32)] });
    await ledger.say(july);
    await ledger.say(
      {
        type: 'MetricDefinitionRevised',
        data: { metric, validFrom: '2021-08-01', changes: { note: '口径已核' } },
      },
      { reason: '核实口径' },
    );
    await ledger.say(corrected(first, august, right), { reason: '看错一位' });

    const answer = await ask({ validAt: '2021-08-31' });

    expect(answer).toMatchObject({
      metric,
      names: vacated.data.names,
      kind: 'cumulative',
      unit: 'm2',
      knownAt: '6',
      validAt: '2021-08-31',
      status: 'active',
      definition: [
        { position: '1', eventType: 'MetricDefined', inForceFrom: null },
        {
          position: '5',
          eventType: 'MetricDefinitionRevised',
          inForceFrom: '2021-08-01',
          reason: '核实口径',
          data: { changes: { note: '口径已核' } },
        },
      ],
      definitionLater: [],
      definitionOmitted: 0,
      moreSeries: false,
    });
    const [series] = answer?.series ?? [];
    expect(series).toMatchObject({
      series: {},
      figure: { position: '6', observation: first.id, validOn: '2021-08-26', figure: right },
      positions: ['1', '3', '5', '6'],
      chain: [
        {
          position: '3',
          eventId: first.id,
          revision: 1,
          statement: 'reported',
          live: false,
          figure: august.data.value,
          source: { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' },
          evidence: ['ab'.repeat(32)],
        },
        { position: '6', statement: 'corrected', live: true, reason: '看错一位', figure: right },
      ],
      chainOmitted: 0,
      morePassedOver: false,
    });
    expect(series && over(series)).toEqual(['3 superseded']);
    expect(series && codes(series)).toEqual([
      'LATEST_VALID_TIME',
      'CORRECTION_SUPERSEDES',
      'PRINTED_EXACT',
    ]);
    expect(answer && codes(answer)).toEqual(['KNOWN_UP_TO']);
  });

  it('is the figure of the board, wherever one looks from', async () => {
    await ledger.sayAll([vacated, september, july]);
    const first = await ledger.say(august);
    await ledger.say(withdrawn(first, august));
    const views = await place.viewsOf(ledger);
    for (const validAt of ['2021-07-25', '2021-07-26', '2021-08-26', '2021-09-26', undefined]) {
      for (const knownAt of ['1', '2', '3', '4', '5']) {
        const moment = { knownAt, ...(validAt !== undefined && { validAt }) };
        const items = views.board(moment).highlights.flatMap((highlight) => highlight.items);
        const shown = items.flatMap((item) => (item.kind === 'metric' ? [item] : []));
        const [row] = shown;
        const series = views.why({ metric, ...moment })?.series ?? [];

        expect(series.flatMap(({ figure }) => figure?.position ?? [])).toEqual(
          row?.values.map(({ position }) => position),
        );
        expect(series.flatMap(({ positions }) => positions)).toEqual(
          expect.arrayContaining(row?.values.flatMap(({ positions }) => positions) ?? ['none']),
        );
      }
    }
  });

  it('passes over what is withdrawn, superseded, or about a later day', async () => {
    await ledger.sayAll([vacated, july]);
    const first = await ledger.say(august);
    const second = await ledger.say(corrected(first, august, right));
    await ledger.say(withdrawn(second, august));
    await ledger.say(september);

    const series = await only({ validAt: '2021-08-31' });

    expect(series.figure).toMatchObject({ position: '2', printed: '63万平方米' });
    expect(over(series)).toEqual(['3 withdrawn', '4 withdrawn', '5 withdrawn', '6 validLater']);
    expect(codes(series)).toEqual(['LATEST_VALID_TIME', 'WITHDRAWN_PASSED_OVER', 'PRINTED_EXACT']);
    expect(series.passedOver[3]).toMatchObject({
      validOn: '2021-09-26',
      figure: september.data.value,
      statement: 'reported',
    });
  });

  it('keeps what was withdrawn apart from what is reported anew for the same day', async () => {
    await ledger.say(vacated);
    const first = await ledger.say(august);
    await ledger.say(withdrawn(first, august));
    const again = await ledger.say(reported(metric, asOf('2021-08-26'), right));
    await ledger.say(corrected(again, august, right));

    const series = await only();

    expect(series.positions).toEqual(['1', '4', '5']);
    expect(series.chain.map(({ position }) => position)).toEqual(['4', '5']);
    expect(over(series)).toEqual(['2 withdrawn', '3 withdrawn', '4 superseded']);
  });

  it('lets the later recorded of two figures for one day stand', async () => {
    const period = { type: 'period', start: '2021-01-01', end: '2021-08-26' } as const;
    await ledger.sayAll([vacated, august, reported(metric, period, right)]);

    const series = await only();

    expect(series.figure?.position).toBe('3');
    expect(over(series)).toEqual(['2 lowerPosition']);
    expect(codes(series)).toContain('TIE_BY_POSITION');
  });

  it('says why nothing stands', async () => {
    const views = async (knownAt: string, validAt?: string) =>
      ask({ knownAt, ...(validAt !== undefined && { validAt }) });
    await ledger.say(vacated);
    const first = await ledger.say(august);
    await ledger.say(withdrawn(first, august));

    const missing = await views('1');
    const earlier = (await views('2', '2021-08-25'))?.series[0];
    const gone = (await views('3'))?.series[0];

    expect(await views('0')).toBeUndefined();
    expect(missing).toMatchObject({ absence: 'missing', series: [] });
    expect(missing && codes(missing)).toEqual(['KNOWN_UP_TO', 'NOTHING_STATED']);
    expect(earlier).toMatchObject({ absence: 'missing', chain: [], positions: ['1'] });
    expect(earlier && over(earlier)).toEqual(['2 validLater']);
    expect(gone).toMatchObject({ absence: 'withdrawn' });
    expect(gone && over(gone)).toEqual(['2 withdrawn', '3 withdrawn']);
    expect(gone && codes(gone)).toEqual(['ALL_WITHDRAWN']);
  });

  it('parts the definition in force from what counts only later', async () => {
    await ledger.sayAll([
      vacated,
      july,
      { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-08-01' } },
      august,
      { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-09-01' } },
      { type: 'MetricRetired', data: { metric, retiredOn: '2022-01-01' } },
    ]);
    const definition = async (validAt: string) => {
      const answer = await ask({ validAt });
      const types = (events: { position: string }[] = []) => events.map(({ position }) => position);
      const [series] = answer?.series ?? [];
      return [
        types(answer?.definition),
        types(answer?.definitionLater),
        series && codes(series).filter((code) => code.startsWith('BREAK')),
        answer && codes(answer).includes('RETIRED'),
      ];
    };

    expect(await definition('2021-07-31')).toEqual([['1'], ['3', '5', '6'], [], false]);
    expect(await definition('2021-08-31')).toEqual([
      ['1', '3'],
      ['5', '6'],
      ['BREAK_BEFORE_FIGURE'],
      false,
    ]);
    expect(await definition('2022-01-01')).toEqual([
      ['1', '3', '5', '6'],
      [],
      ['BREAK_BEFORE_FIGURE', 'BREAK_AFTER_FIGURE'],
      true,
    ]);
  });

  it('names what the printed text leaves open', async () => {
    const value = (qualifier: 'moreThan' | 'about', printed: string) => ({
      quantity: {
        amount: '680000',
        unit: 'm2',
        qualifier,
        printed,
        basis: 'floorArea' as const,
        basisInferred: true as const,
      },
    });
    await ledger.sayAll([
      vacated,
      reported(metric, asOf('2021-08-26'), value('moreThan', '68万余平方米'), { street: '马田' }),
      reported(metric, asOf('2021-08-26'), value('about', '约68万平方米'), { street: '公明' }),
      reported(metric, asOf('2021-08-26'), { label: { printed: '第二批' } }, { street: '光明' }),
    ]);

    const rules = (await ask())?.series.map((series) => series.rules.slice(1));

    expect(rules).toMatchObject([
      [
        {
          code: 'PRINTED_MORE_THAN',
          facts: { lower: '680000', lowerInclusive: 'false' },
          text: { zh: '“68万余平方米”是“余”，多于 680000（m2）。' },
        },
        { code: 'BASIS_INFERRED', facts: { basis: 'floorArea' } },
      ],
      [
        // Nothing measured falls below 0: that is all that "about" says for certain.
        { code: 'PRINTED_ABOUT', facts: { lower: '0', lowerInclusive: 'true' } },
        { code: 'BASIS_INFERRED' },
      ],
      [{ code: 'PRINTED_LABEL', facts: { printed: '第二批' } }],
    ]);
  });

  it('shows of thousands of corrections the report and the newest, and says what it leaves out', async () => {
    await ledger.say(vacated);
    let last = await ledger.say(august);
    for (let turn = 0; turn < 400; turn += 1) {
      last = await ledger.say(corrected(last, august, right));
    }
    for (let day = 1; day <= 20; day += 1) {
      const date = `2021-09-${String(day).padStart(2, '0')}`;
      await ledger.say(reported(metric, asOf(date), right));
    }

    const series = await only({ validAt: '2021-08-31' });

    expect(series.chain).toHaveLength(100);
    expect(series.chainOmitted).toBe(301);
    expect([series.chain[0]?.position, series.chain.at(-1)?.position]).toEqual(['2', '402']);
    expect(series.positions).toHaveLength(402);
    expect(series.passedOver).toHaveLength(60);
    expect(series.morePassedOver).toBe(true);
    expect(over(series).slice(-11)).toEqual([
      '401 superseded',
      ...Array.from({ length: 10 }, (_, index) => `${403 + index} validLater`),
    ]);
  });

  it('shows a hundred series, or the one that is named', async () => {
    await ledger.say(vacated);
    for (let parcel = 1; parcel <= 101; parcel += 1) {
      await ledger.say(reported(metric, asOf('2021-08-26'), right, { parcel: `${parcel}` }));
    }

    expect(await ask()).toMatchObject({ moreSeries: true, series: { length: 100 } });
    expect((await only({ series: { parcel: '101' } })).positions).toEqual(['1', '102']);
    expect(await ask({ series: { parcel: '102' } })).toMatchObject({
      absence: 'missing',
      series: [],
      moreSeries: false,
    });
  });
});
