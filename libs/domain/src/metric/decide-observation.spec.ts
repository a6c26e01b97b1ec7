import { given } from '../given-when-then.js';
import type { ReportObservation } from './commands.js';
import { metricAggregate } from './decide.js';
import type { MetricEvent } from './events.js';
import {
  asOf,
  callsThisYear,
  defined,
  disputesResolved,
  firstHalf2021,
  fitOutProgress,
  measuresLaunched,
  period,
  policySystem,
  published,
  report,
  reported,
  resolutionRate,
  stationsInUse,
  vacatedArea,
  withdrawn,
  yearTo,
  type Metric,
} from './fixtures.js';

const history = (...events: MetricEvent[]) => given(metricAggregate, events);
const retired = (of: Metric, retiredOn: string): MetricEvent => ({
  type: 'MetricRetired',
  data: { metric: of.metric, retiredOn },
});

describe('reporting an observation', () => {
  it('records 68.1万平方米 as 681000 m2 with its resolution and inferred basis', () => {
    history(defined(vacatedArea))
      .when(report(vacatedArea, asOf(published), '68.1万平方米'))
      .thenAccepted({
        type: 'ObservationReported',
        data: {
          metric: 'vacated-premises-handed-over-area',
          series: {},
          time: { type: 'asOf', asOf: '2021-08-26' },
          value: {
            quantity: {
              amount: '681000',
              unit: 'm2',
              qualifier: 'exact',
              resolution: '1000',
              printed: '68.1万平方米',
              basis: 'floorArea',
              basisInferred: true,
            },
          },
        },
      });
  });

  it('records 9985宗 for the first half of 2021', () => {
    history(defined(disputesResolved))
      .when(report(disputesResolved, firstHalf2021, '9985宗'))
      .thenAccepted(reported(disputesResolved, firstHalf2021, '9985宗'));
  });

  it('records 80余条 with a note', () => {
    const { type, data } = reported(measuresLaunched, asOf(published), '80余条');
    history(defined(measuresLaunched))
      .when(report(measuresLaunched, asOf(published), '80余条', { note: '含 8 个示范点' }))
      .thenAccepted({ type, data: { ...data, note: '含 8 个示范点' } });
  });

  it('records a label of a parameter, without the white space around it', () => {
    history(defined(policySystem))
      .when(report(policySystem, asOf(published), { label: { printed: ' 1+4+N\n' } }))
      .thenAccepted(reported(policySystem, asOf(published), '1+4+N'));
  });

  it('records an amount that came without a print', () => {
    history(defined(stationsInUse))
      .when(report(stationsInUse, asOf(published), { amount: '28', unit: 'station' }))
      .thenAccepted(reported(stationsInUse, asOf(published), '28个'));
  });

  it('records each street as a series of its own', () => {
    const series = { street: 'guangming' };
    history(
      defined(callsThisYear),
      reported(callsThisYear, yearTo(published), '9万次', { street: 'matian' }),
    )
      .when(report(callsThisYear, yearTo(published), '7万次', { series }))
      .thenAccepted(reported(callsThisYear, yearTo(published), '7万次', series));
  });

  it('records a stock that falls to zero', () => {
    history(defined(stationsInUse), reported(stationsInUse, asOf('2021-08-01'), '28个'))
      .when(report(stationsInUse, asOf(published), '0个'))
      .thenAccepted(reported(stationsInUse, asOf(published), '0个'));
  });
});

describe('reporting the same time again', () => {
  const live = [
    defined(disputesResolved),
    reported(disputesResolved, firstHalf2021, '9985宗'),
  ] as const;

  it('finds the same figure said already, though the period is worded otherwise', () => {
    history(...live)
      .when(report(disputesResolved, period('2021-01-01', '2021-06-30'), '9985宗'))
      .thenUnchanged('event-1');
  });

  it('refuses another figure, naming the event to correct', () => {
    const refusal = history(...live)
      .when(report(disputesResolved, firstHalf2021, '9972宗'))
      .thenRefused('OBSERVATION_EXISTS', '/time');
    expect(refusal.facts).toEqual({ eventId: 'event-1', printed: '9985宗' });
    expect(refusal.received).toBe('9972宗');
  });

  it('tells a figure by its print: 68.1万平方米 and 681000平方米 differ', () => {
    history(defined(vacatedArea), reported(vacatedArea, asOf(published), '68.1万平方米'))
      .when(report(vacatedArea, asOf(published), '681000平方米'))
      .thenRefused('OBSERVATION_EXISTS');
  });

  it('does not mind how resolution and basis were known', () => {
    const { type, data } = reported(vacatedArea, asOf(published), '68.1万平方米');
    const known: MetricEvent = {
      type,
      data: {
        ...data,
        value: {
          quantity: {
            amount: '681000',
            unit: 'm2',
            qualifier: 'exact',
            printed: '68.1万平方米',
            basis: 'floorArea',
          },
        },
      },
    };
    history(defined(vacatedArea), known)
      .when(report(vacatedArea, asOf(published), '68.1万平方米'))
      .thenUnchanged('event-1');
  });

  it('tells a rate by its parts too', () => {
    const parts = { numerator: '9985', denominator: '9998' };
    history(defined(resolutionRate), reported(resolutionRate, firstHalf2021, '99.87%'))
      .when(report(resolutionRate, firstHalf2021, '99.87%', { parts }))
      .thenRefused('OBSERVATION_EXISTS');
  });

  it('refuses another label', () => {
    history(defined(policySystem), reported(policySystem, asOf(published), '1+4+N'))
      .when(report(policySystem, asOf(published), { label: { printed: '1+5+N' } }))
      .thenRefused('OBSERVATION_EXISTS');
  });

  it('takes the time anew after a withdrawal, even with another figure', () => {
    history(...live, withdrawn(disputesResolved, firstHalf2021, 'event-1'))
      .when(report(disputesResolved, firstHalf2021, '9972宗'))
      .thenAccepted(reported(disputesResolved, firstHalf2021, '9972宗'));
  });

  it('finds a figure after the retirement said already, if it was reported before', () => {
    history(...live, retired(disputesResolved, '2021-03-31'))
      .when(report(disputesResolved, firstHalf2021, '9985宗'))
      .thenUnchanged('event-1');
  });
});

describe('refusing an observation by itself', () => {
  const refused: [string, string, Metric, ReportObservation][] = [
    [
      'TIME_IN_FUTURE',
      '/time/asOf',
      vacatedArea,
      report(vacatedArea, asOf('2021-09-02'), '68.1万平方米'),
    ],
    [
      'DATE_INVALID',
      '/time/asOf',
      vacatedArea,
      report(vacatedArea, asOf('2021-02-30'), '68.1万平方米'),
    ],
    [
      'PERIOD_REVERSED',
      '/time/end',
      disputesResolved,
      report(disputesResolved, period('2021-06-30', '2021-01-01'), '9985宗'),
    ],
    [
      'TIME_SEMANTICS_MISMATCH',
      '/time/type',
      disputesResolved,
      report(disputesResolved, asOf(published), '9985宗'),
    ],
    [
      'UNIT_OF_OTHER_DIMENSION',
      '/value/quantity/unit',
      vacatedArea,
      report(vacatedArea, asOf(published), { amount: '681000', unit: 't' }),
    ],
    [
      'QUANTITY_UNREADABLE',
      '/value/quantity/printed',
      vacatedArea,
      report(vacatedArea, asOf(published), '很多平方米'),
    ],
    [
      'LABEL_NOT_ALLOWED',
      '/value/label',
      vacatedArea,
      report(vacatedArea, asOf(published), { label: { printed: '第十二次' } }),
    ],
    [
      'TEXT_MISSING',
      '/value/label/printed',
      policySystem,
      report(policySystem, asOf(published), { label: { printed: ' ' } }),
    ],
    [
      'QUANTITY_NOT_ALLOWED',
      '/value/quantity',
      policySystem,
      report(policySystem, asOf(published), '22类'),
    ],
    [
      'PERCENT_OUT_OF_RANGE',
      '/value/quantity/printed',
      resolutionRate,
      report(resolutionRate, firstHalf2021, '100.1%'),
    ],
    [
      'PERCENT_OUT_OF_RANGE',
      '/value/quantity/amount',
      fitOutProgress,
      report(fitOutProgress, asOf(published), { amount: '-1', unit: 'percent' }),
    ],
    [
      'AMOUNT_NEGATIVE',
      '/value/quantity/amount',
      stationsInUse,
      report(stationsInUse, asOf(published), { amount: '-28', unit: 'station' }),
    ],
    [
      'AMOUNT_NEGATIVE',
      '/value/quantity/amount',
      disputesResolved,
      report(disputesResolved, firstHalf2021, { amount: '-1', unit: 'case' }),
    ],
    [
      'AMOUNT_NEGATIVE',
      '/value/quantity/amount',
      vacatedArea,
      report(vacatedArea, asOf(published), { amount: '-0.1', unit: 'm2' }),
    ],
    [
      'TEXT_NOT_CLEAN',
      '/value/quantity/printed',
      vacatedArea,
      report(vacatedArea, asOf(published), '68.1万平方米\u0000'),
    ],
    [
      'TEXT_NOT_CLEAN',
      '/note',
      vacatedArea,
      report(vacatedArea, asOf(published), '68.1万平方米', { note: '\udc00' }),
    ],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, of, command) => {
    history(defined(of)).when(command).thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history()
      .when(report(vacatedArea, asOf(published), '68.1万平方米'))
      .thenRefused('METRIC_NOT_DEFINED', '/metric');
  });

  it.each([
    ['a missing dimension', {}],
    ['an unknown dimension', { street: 'guangming', parcel: 'a-1' }],
    ['another dimension', { parcel: 'a-1' }],
  ])('refuses a series key with %s', (_what, series) => {
    const refusal = history(defined(callsThisYear))
      .when(report(callsThisYear, yearTo(published), '9万次', { series }))
      .thenRefused('SERIES_KEY_MISMATCH', '/series');
    expect(refusal.facts).toEqual({ dimensions: ['street'] });
  });

  it('refuses a dimension where the metric has none, and an empty member', () => {
    history(defined(vacatedArea))
      .when(
        report(vacatedArea, asOf(published), '68.1万平方米', { series: { street: 'guangming' } }),
      )
      .thenRefused('SERIES_KEY_MISMATCH', '/series');
    history(defined(callsThisYear))
      .when(report(callsThisYear, yearTo(published), '9万次', { series: { street: ' ' } }))
      .thenRefused('TEXT_MISSING', '/series/street');
  });

  it('collects what is wrong with series, time and value', () => {
    const then = history(defined(callsThisYear)).when(
      report(callsThisYear, asOf(published), '许多次'),
    );
    then.thenRefused('SERIES_KEY_MISMATCH');
    then.thenRefused('TIME_SEMANTICS_MISMATCH');
    then.thenRefused('QUANTITY_UNREADABLE');
  });

  it('takes figures of a retired metric up to the day of its retirement, and none later', () => {
    const past = [defined(stationsInUse), retired(stationsInUse, published)] as const;
    history(...past)
      .when(report(stationsInUse, asOf(published), '28个'))
      .thenAccepted(reported(stationsInUse, asOf(published), '28个'));
    const refusal = history(...past)
      .when(report(stationsInUse, asOf('2021-08-27'), '28个'))
      .thenRefused('METRIC_RETIRED', '/time/asOf');
    expect(refusal.facts).toEqual({ retiredOn: published });
  });
});
