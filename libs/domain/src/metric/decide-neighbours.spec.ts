import { given } from '../given-when-then.js';
import type { RatioParts } from './events.js';
import { metricAggregate } from './decide.js';
import type { MetricEvent } from './events.js';
import {
  asOf,
  callsThisYear,
  corrected,
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
  signedArea,
  vacatedArea,
  value,
  withdrawn,
  yearTo,
  type Metric,
} from './fixtures.js';

const history = (...events: MetricEvent[]) => given(metricAggregate, events);
const withParts = (printed: string, numerator: string, denominator: string) =>
  history(defined(resolutionRate)).when(
    report(resolutionRate, firstHalf2021, printed, { parts: { numerator, denominator } }),
  );

const line = (...figures: [string, string][]) =>
  figures.map(([date, printed]) => reported(signedArea, asOf(date), printed));

describe('the parts of a ratio', () => {
  // 9985 of 9998 rounds to 99.87, of 9997 it is cut off to it; 9972 and 9973 of 9985 likewise.
  it.each([
    ['99.87%', '9985', '9998'],
    ['99.87%', '9985', '9997'],
    ['99.87%', '9972', '9985'],
    ['99.87%', '9973', '9985'],
    ['76%', '560', '737'],
    ['76%', '424', '560'],
    ['99.6%以上', '9961', '10000'],
    ['近100%', '9999', '10000'],
    ['约76%', '1', '2'],
    ['100%', '196', '196'],
    ['0%', '0', '12.5'],
  ])('of %s may be %s and %s', (printed, numerator, denominator) => {
    const { type, data } = reported(resolutionRate, firstHalf2021, printed);
    withParts(printed, numerator, denominator).thenAccepted({
      type,
      data: { ...data, parts: { numerator, denominator } },
    });
  });

  it.each([
    ['99.87%', '9985', '9999'],
    ['99.87%', '9985', '9996'],
    ['76%', '560', '750'],
    ['99.6%以上', '9959', '10000'],
    ['近100%', '196', '196'],
  ])('of %s cannot be %s and %s', (printed, numerator, denominator) => {
    withParts(printed, numerator, denominator).thenRefused('RATIO_PARTS_DISAGREE', '/parts');
  });

  it.each([
    ['/parts', '9998', '9985'],
    ['/parts', '0', '0'],
    ['/parts/numerator', '-1', '9998'],
    ['/parts/denominator', '9985', '1e4'],
    ['/parts/numerator', '9,985', '9998'],
    ['/parts/denominator', '1', '1'.repeat(31)],
  ])('are refused at %s for %s and %s', (pointer, numerator, denominator) => {
    withParts('99.87%', numerator, denominator).thenRefused('RATIO_PARTS_INVALID', pointer);
  });

  it('are stored without superfluous zeros, and compared so', () => {
    const parts: RatioParts = { numerator: '9985.0', denominator: '09998' };
    const { type, data } = reported(resolutionRate, firstHalf2021, '99.87%');
    history(defined(resolutionRate))
      .when(report(resolutionRate, firstHalf2021, '99.87%', { parts }))
      .thenAccepted({
        type,
        data: { ...data, parts: { numerator: '9985', denominator: '9998' } },
      });
  });

  it('belong to ratios only', () => {
    const parts = { numerator: '8', denominator: '10' };
    history(defined(fitOutProgress))
      .when(report(fitOutProgress, asOf(published), '80%', { parts }))
      .thenRefused('RATIO_PARTS_INVALID', '/parts');
    history(defined(policySystem))
      .when(report(policySystem, asOf(published), { label: { printed: '1+4+N' } }, { parts }))
      .thenRefused('RATIO_PARTS_INVALID', '/parts');
  });
});

describe('progress', () => {
  it('needs its milestone before it says 100 percent', () => {
    const refusal = history(defined(fitOutProgress))
      .when(report(fitOutProgress, asOf(published), '100%'))
      .thenRefused('PROGRESS_NEEDS_MILESTONE', '/value/quantity/amount');
    expect(refusal.facts).toEqual({ milestone: 'science-facilities-completed' });
    history(defined(fitOutProgress))
      .when(
        report(fitOutProgress, asOf(published), '100%', {
          facts: { completionMilestoneReached: true },
        }),
      )
      .thenAccepted(reported(fitOutProgress, asOf(published), '100%'));
  });

  it('says 80 and nearly 100 percent without it', () => {
    for (const printed of ['80%', '近100%']) {
      history(defined(fitOutProgress))
        .when(report(fitOutProgress, asOf(published), printed))
        .thenAccepted(reported(fitOutProgress, asOf(published), printed));
    }
  });

  it('says 100 percent freely where no milestone is named', () => {
    const { completionMilestone: _none, ...definition } = fitOutProgress.definition;
    const free = { ...fitOutProgress, definition };
    history(defined(free))
      .when(report(free, asOf(published), '100%'))
      .thenAccepted(reported(free, asOf(published), '100%'));
  });

  it('does not fall', () => {
    const refusal = history(
      defined(fitOutProgress),
      reported(fitOutProgress, asOf(published), '80%'),
    )
      .when(report(fitOutProgress, asOf('2021-08-31'), '75%'))
      .thenRefused('PROGRESS_FALLS', '/value/quantity');
    expect(refusal.facts).toMatchObject({ eventId: 'event-1', printed: '80%', amount: '80' });
  });
});

describe('the cumulative line', () => {
  const grown = line(['2021-06-30', '98.5万平方米'], ['2021-08-26', '115万平方米']);

  it('rises, stands still, and takes a late entry between its neighbours', () => {
    const entries: [string, string][] = [
      ['2021-08-31', '117.2万平方米'],
      ['2021-08-31', '115万平方米'],
      ['2021-07-31', '104万平方米'],
      ['2021-05-31', '63万平方米'],
    ];
    for (const [date, printed] of entries) {
      history(defined(signedArea), ...grown)
        .when(report(signedArea, asOf(date), printed))
        .thenAccepted(reported(signedArea, asOf(date), printed));
    }
  });

  it('does not fall below the earlier neighbour', () => {
    const refusal = history(defined(signedArea), ...grown)
      .when(report(signedArea, asOf('2021-08-31'), '68.1万平方米'))
      .thenRefused('CUMULATIVE_FALLS', '/value/quantity');
    expect(refusal.facts).toEqual({
      neighbour: 'earlier',
      eventId: 'event-2',
      validOn: '2021-08-26',
      printed: '115万平方米',
      amount: '1150000',
    });
    expect(refusal.received).toBe('68.1万平方米');
  });

  it('does not rise above the later neighbour by a late entry', () => {
    const refusal = history(defined(signedArea), ...grown)
      .when(report(signedArea, asOf('2021-07-31'), '120万平方米'))
      .thenRefused('CUMULATIVE_FALLS', '/value/quantity');
    expect(refusal.facts).toMatchObject({ neighbour: 'later', eventId: 'event-2' });
  });

  it('takes a difference within the rounding of the print', () => {
    history(defined(signedArea), ...grown)
      .when(report(signedArea, asOf('2021-08-31'), '114.6万平方米'))
      .thenAccepted(reported(signedArea, asOf('2021-08-31'), '114.6万平方米'));
    history(defined(signedArea), ...grown)
      .when(report(signedArea, asOf('2021-08-31'), '114.4万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
  });

  it('tells figures given to the same digit by their amounts, however they were rounded', () => {
    history(defined(signedArea), ...grown)
      .when(report(signedArea, asOf('2021-08-31'), '114万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
  });

  it('looks past a coarser neighbour whose rounding would hide the fall', () => {
    const fineThenCoarse = line(['2021-06-30', '68.4万平方米'], ['2021-07-31', '68万平方米']);
    const refusal = history(defined(signedArea), ...fineThenCoarse)
      .when(report(signedArea, asOf('2021-08-26'), '67.9万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    expect(refusal.facts).toMatchObject({ neighbour: 'earlier', eventId: 'event-1' });
  });

  it('looks past a neighbour that reaches exactly as far', () => {
    const touching = line(['2021-06-30', '115万平方米'], ['2021-07-31', '110-114.5万平方米']);
    const refusal = history(defined(signedArea), ...touching)
      .when(report(signedArea, asOf('2021-08-26'), '114万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    expect(refusal.facts).toMatchObject({ neighbour: 'earlier', eventId: 'event-1' });
  });

  it('looks past a corrected later value within its rounding', () => {
    const events = [
      ...line(['2021-07-31', '70万平方米'], ['2021-08-26', '63.9万平方米']),
      corrected(signedArea, asOf('2021-07-31'), '64万平方米', 'event-1'),
    ];
    const refusal = history(defined(signedArea), ...events)
      .when(report(signedArea, asOf('2021-06-30'), '64.1万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    expect(refusal.facts).toMatchObject({ neighbour: 'later', eventId: 'event-2' });
  });

  it('looks past "about", which neither falls nor is fallen from, on both sides', () => {
    const vague = line(
      ['2021-05-31', '63万平方米'],
      ['2021-06-30', '约50万平方米'],
      ['2021-08-01', '约110万平方米'],
      ['2021-08-26', '115万平方米'],
    );
    const below = history(defined(signedArea), ...vague)
      .when(report(signedArea, asOf('2021-07-15'), '60万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    expect(below.facts).toMatchObject({ neighbour: 'earlier', eventId: 'event-1' });
    const above = history(defined(signedArea), ...vague)
      .when(report(signedArea, asOf('2021-07-15'), '120万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    expect(above.facts).toMatchObject({ neighbour: 'later', eventId: 'event-4' });
  });

  it('compares 80余条 by its lower bound only', () => {
    const past = [defined(measuresLaunched), reported(measuresLaunched, asOf(published), '80余条')];
    history(...past)
      .when(report(measuresLaunched, asOf('2021-08-31'), '80条'))
      .thenRefused('CUMULATIVE_FALLS');
    history(...past)
      .when(report(measuresLaunched, asOf('2021-08-31'), '81条'))
      .thenAccepted(reported(measuresLaunched, asOf('2021-08-31'), '81条'));
    history(...past)
      .when(report(measuresLaunched, asOf('2021-08-01'), '95条'))
      .thenAccepted(reported(measuresLaunched, asOf('2021-08-01'), '95条'));
  });

  it('counts anew from a declared break on', () => {
    const broken: MetricEvent = {
      type: 'SeriesBreakDeclared',
      data: { metric: signedArea.metric, validFrom: '2021-08-27' },
    };
    history(defined(signedArea), ...grown, broken)
      .when(report(signedArea, asOf('2021-08-27'), '10万平方米'))
      .thenAccepted(reported(signedArea, asOf('2021-08-27'), '10万平方米'));
    history(defined(signedArea), ...grown, broken)
      .when(report(signedArea, asOf('2021-08-20'), '10万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
  });

  it('starts again every year for a year-to-date figure', () => {
    const series = { street: 'guangming' };
    const past = [
      defined(callsThisYear),
      reported(callsThisYear, yearTo('2020-12-31'), '16万次', series),
      reported(callsThisYear, yearTo('2021-03-31'), '5万次', series),
    ];
    history(...past)
      .when(report(callsThisYear, yearTo('2021-01-31'), '2万次', { series }))
      .thenAccepted(reported(callsThisYear, yearTo('2021-01-31'), '2万次', series));
    history(...past)
      .when(report(callsThisYear, yearTo('2021-06-30'), '4万次', { series }))
      .thenRefused('CUMULATIVE_FALLS');
    history(...past)
      .when(report(callsThisYear, yearTo('2020-06-30'), '17万次', { series }))
      .thenRefused('CUMULATIVE_FALLS');
  });

  it('does not compare one street with another', () => {
    history(
      defined(callsThisYear),
      reported(callsThisYear, yearTo('2021-06-30'), '9万次', { street: 'matian' }),
    )
      .when(report(callsThisYear, yearTo(published), '7万次', { series: { street: 'guangming' } }))
      .thenAccepted(reported(callsThisYear, yearTo(published), '7万次', { street: 'guangming' }));
  });

  it('no longer counts a withdrawn value', () => {
    history(defined(signedArea), ...grown, withdrawn(signedArea, asOf('2021-08-26'), 'event-2'))
      .when(report(signedArea, asOf('2021-08-31'), '99万平方米'))
      .thenAccepted(reported(signedArea, asOf('2021-08-31'), '99万平方米'));
  });
});

describe('the periods of a flow', () => {
  const past = [
    defined(disputesResolved),
    reported(disputesResolved, period('2020-07-01', '2020-12-31'), '8800宗'),
    reported(disputesResolved, firstHalf2021, '9985宗'),
  ];

  it.each([
    ['2021-06-30', '2021-07-31', 'event-2'],
    ['2021-03-01', '2021-03-31', 'event-2'],
    ['2020-12-31', '2020-12-31', 'event-1'],
    ['2020-01-01', '2021-08-31', 'event-2'],
  ])('do not overlap: %s to %s', (start, end, other) => {
    const refusal = history(...past)
      .when(report(disputesResolved, period(start, end), '1宗'))
      .thenRefused('PERIODS_OVERLAP', '/time');
    expect(refusal.facts).toMatchObject({ eventId: other });
  });

  it.each([
    ['2021-07-01', '2021-07-31'],
    ['2020-06-30', '2020-06-30'],
  ])('may adjoin: %s to %s', (start, end) => {
    history(...past)
      .when(report(disputesResolved, period(start, end), '12宗'))
      .thenAccepted(reported(disputesResolved, period(start, end), '12宗'));
  });

  it('may overlap for a ratio, which is never summed', () => {
    history(defined(resolutionRate), reported(resolutionRate, firstHalf2021, '99.87%'))
      .when(report(resolutionRate, period('2021-01-01', '2021-03-31'), '99.5%'))
      .thenAccepted(reported(resolutionRate, period('2021-01-01', '2021-03-31'), '99.5%'));
  });

  it('may be averages of one as-of date each, whose windows nobody stated', () => {
    const monthly: Metric = {
      metric: 'grid-events-handled-monthly-average',
      definition: { ...disputesResolved.definition, timeSemantics: 'averagePerPeriod' },
    };
    const time = { type: 'averagePerPeriod', per: 'month', asOf: published } as const;
    const earlier = { ...time, asOf: '2021-07-31' };
    history(defined(monthly), reported(monthly, earlier, '9985宗'))
      .when(report(monthly, time, '1.1万宗'))
      .thenAccepted(reported(monthly, time, '1.1万宗'));
  });
});

it('states the fixtures in the amounts of the article', () => {
  const amounts = [
    value(signedArea, '115万平方米'),
    value(vacatedArea, '68.1万平方米'),
    value(signedArea, '63万平方米'),
    value(disputesResolved, '9985宗'),
    value(resolutionRate, '99.87%'),
    value(measuresLaunched, '80余条'),
  ].map((each) => ('quantity' in each ? each.quantity.amount : each.label.printed));
  expect(amounts).toEqual(['1150000', '681000', '630000', '9985', '99.87', '80']);
});
