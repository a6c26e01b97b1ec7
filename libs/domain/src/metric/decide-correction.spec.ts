import { given } from '../given-when-then.js';
import type { MetricCommand } from './commands.js';
import { metricAggregate } from './decide.js';
import type { MetricEvent } from './events.js';
import {
  asOf,
  correct,
  corrected,
  defined,
  disputesResolved,
  firstHalf2021,
  fitOutProgress,
  published,
  report,
  reported,
  resolutionRate,
  signedArea,
  vacatedArea,
  withdraw,
  withdrawn,
} from './fixtures.js';

const history = (...events: MetricEvent[]) => given(metricAggregate, events);

const past = [
  defined(vacatedArea),
  reported(vacatedArea, asOf('2021-06-30'), '63万平方米'),
  reported(vacatedArea, asOf(published), '70.2万平方米'),
] as const;

describe('correcting an observation', () => {
  const toArticle = corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-2');

  it('records the new value, what it replaces, and the observation that it is about', () => {
    history(...past)
      .when(correct(vacatedArea, 'event-2', '68.1万平方米'))
      .thenAccepted(toArticle);
  });

  it('corrects a correction, and keeps naming the first report', () => {
    history(...past, toArticle)
      .when(correct(vacatedArea, 'event-3', '68.2万平方米'))
      .thenAccepted(corrected(vacatedArea, asOf(published), '68.2万平方米', 'event-2', 'event-3'));
  });

  it('finds the same value said already, by the target or by its correction', () => {
    history(...past)
      .when(correct(vacatedArea, 'event-2', '70.2万平方米'))
      .thenUnchanged('event-2');
    history(...past, toArticle)
      .when(correct(vacatedArea, 'event-2', '68.1万平方米'))
      .thenUnchanged('event-3');
  });

  it('refuses a target that was corrected, naming the one that stands', () => {
    const refusal = history(...past, toArticle)
      .when(correct(vacatedArea, 'event-2', '68.5万平方米'))
      .thenRefused('OBSERVATION_NOT_LIVE', '/corrects');
    expect(refusal.facts).toEqual({
      standing: 'corrected',
      eventId: 'event-3',
      printed: '68.1万平方米',
    });
  });

  it('refuses a target that was withdrawn, naming the withdrawal', () => {
    const refusal = history(...past, withdrawn(vacatedArea, asOf(published), 'event-2'))
      .when(correct(vacatedArea, 'event-2', '68.1万平方米'))
      .thenRefused('OBSERVATION_NOT_LIVE', '/corrects');
    expect(refusal.facts).toMatchObject({ standing: 'withdrawn', eventId: 'event-3' });
  });

  it('takes the parts of a ratio away, and checks new ones', () => {
    const rate = reported(resolutionRate, firstHalf2021, '99.87%');
    const parts = { numerator: '9985', denominator: '9998' };
    const withParts: MetricEvent = { ...rate, data: { ...rate.data, parts } };
    history(defined(resolutionRate), withParts)
      .when(correct(resolutionRate, 'event-1', '99.87%'))
      .thenAccepted(corrected(resolutionRate, firstHalf2021, '99.87%', 'event-1'));
    history(defined(resolutionRate), withParts)
      .when(correct(resolutionRate, 'event-1', '99.7%', { parts }))
      .thenRefused('RATIO_PARTS_DISAGREE');
  });

  it('works on a retired metric', () => {
    const retired: MetricEvent = {
      type: 'MetricRetired',
      data: { metric: vacatedArea.metric, retiredOn: '2021-07-31' },
    };
    history(...past, retired)
      .when(correct(vacatedArea, 'event-2', '68.1万平方米'))
      .thenAccepted(toArticle);
  });

  const refused: [string, string, MetricCommand][] = [
    ['OBSERVATION_UNKNOWN', '/corrects', correct(vacatedArea, 'event-9', '68.1万平方米')],
    ['OBSERVATION_UNKNOWN', '/corrects', correct(vacatedArea, 'event-0', '68.1万平方米')],
    ['REASON_MISSING', '/reason', correct(vacatedArea, 'event-2', '68.1万平方米', { reason: ' ' })],
    [
      'TEXT_NOT_CLEAN',
      '/reason',
      correct(vacatedArea, 'event-2', '68.1万平方米', { reason: '\ud800' }),
    ],
    ['QUANTITY_UNREADABLE', '/value/quantity/printed', correct(vacatedArea, 'event-2', '面积')],
    [
      'LABEL_NOT_ALLOWED',
      '/value/label',
      correct(vacatedArea, 'event-2', { label: { printed: '3.0' } }),
    ],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(...past)
      .when(command)
      .thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history()
      .when(correct(vacatedArea, 'event-2', '68.1万平方米'))
      .thenRefused('METRIC_NOT_DEFINED', '/metric');
  });

  it('needs the milestone for a progress of 100 percent', () => {
    const progress = [
      defined(fitOutProgress),
      reported(fitOutProgress, asOf(published), '80%'),
    ] as const;
    history(...progress)
      .when(correct(fitOutProgress, 'event-1', '100%'))
      .thenRefused('PROGRESS_NEEDS_MILESTONE');
    const facts = { completionMilestoneReached: true };
    history(...progress)
      .when(correct(fitOutProgress, 'event-1', '100%', { facts }))
      .thenAccepted(corrected(fitOutProgress, asOf(published), '100%', 'event-1'));
  });

  it('keeps the period of a flow, which then overlaps nothing new', () => {
    history(defined(disputesResolved), reported(disputesResolved, firstHalf2021, '9958宗'))
      .when(correct(disputesResolved, 'event-1', '9985宗'))
      .thenAccepted(corrected(disputesResolved, firstHalf2021, '9985宗', 'event-1'));
  });
});

describe('a correction in a cumulative line', () => {
  const line = [
    defined(signedArea),
    reported(signedArea, asOf('2021-06-30'), '98.5万平方米'),
    reported(signedArea, asOf('2021-07-31'), '104万平方米'),
    reported(signedArea, asOf(published), '115万平方米'),
  ] as const;

  it('may fall below an earlier value: that is how a line falls rightly', () => {
    history(...line)
      .when(correct(signedArea, 'event-3', '63万平方米'))
      .thenAccepted(corrected(signedArea, asOf(published), '63万平方米', 'event-3'));
  });

  it('may not rise above a later value, which has to be corrected first', () => {
    const refusal = history(...line)
      .when(correct(signedArea, 'event-2', '116万平方米'))
      .thenRefused('CUMULATIVE_FALLS', '/value/quantity');
    expect(refusal.facts).toMatchObject({ neighbour: 'later', eventId: 'event-3' });
  });

  it('lets the line count anew from it', () => {
    const fallen = corrected(signedArea, asOf(published), '63万平方米', 'event-3');
    history(...line, fallen)
      .when(report(signedArea, asOf('2021-08-31'), '68.1万平方米'))
      .thenAccepted(reported(signedArea, asOf('2021-08-31'), '68.1万平方米'));
    // 63.2万 may be what 63万 was rounded from; 104万 before the correction no longer matters.
    history(...line, fallen)
      .when(report(signedArea, asOf('2021-08-31'), '63.2万平方米'))
      .thenAccepted(reported(signedArea, asOf('2021-08-31'), '63.2万平方米'));
    history(...line, fallen)
      .when(report(signedArea, asOf('2021-08-31'), '62万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
    history(...line, fallen)
      .when(report(signedArea, asOf('2021-08-15'), '104万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
  });

  it('does not let the line count anew from a figure that says nothing certain', () => {
    history(...line, corrected(signedArea, asOf(published), '约115万平方米', 'event-3'))
      .when(report(signedArea, asOf('2021-08-31'), '63万平方米'))
      .thenRefused('CUMULATIVE_FALLS');
  });
});

describe('withdrawing an observation', () => {
  const gone = withdrawn(vacatedArea, asOf(published), 'event-2');

  it('records which statement no longer stands', () => {
    history(...past)
      .when(withdraw(vacatedArea, 'event-2'))
      .thenAccepted(gone);
  });

  it('withdraws the correction of a chain, and with it the observation', () => {
    history(...past, corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-2'))
      .when(withdraw(vacatedArea, 'event-3'))
      .thenAccepted(withdrawn(vacatedArea, asOf(published), 'event-2', 'event-3'));
  });

  it('finds the very same withdrawal said already', () => {
    history(...past, gone)
      .when(withdraw(vacatedArea, 'event-2'))
      .thenUnchanged('event-3');
  });

  it('refuses an earlier link of a withdrawn chain', () => {
    const refusal = history(
      ...past,
      corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-2'),
      withdrawn(vacatedArea, asOf(published), 'event-2', 'event-3'),
    )
      .when(withdraw(vacatedArea, 'event-2'))
      .thenRefused('OBSERVATION_NOT_LIVE', '/withdraws');
    expect(refusal.facts).toEqual({
      standing: 'withdrawn',
      eventId: 'event-4',
      withdrew: 'event-3',
    });
  });

  it('refuses a corrected statement, naming the one that stands', () => {
    const refusal = history(
      ...past,
      corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-2'),
    )
      .when(withdraw(vacatedArea, 'event-2'))
      .thenRefused('OBSERVATION_NOT_LIVE', '/withdraws');
    expect(refusal.facts).toMatchObject({ standing: 'corrected', eventId: 'event-3' });
  });

  const refused: [string, string, MetricCommand][] = [
    ['OBSERVATION_UNKNOWN', '/withdraws', withdraw(vacatedArea, 'event-7')],
    ['REASON_MISSING', '/reason', withdraw(vacatedArea, 'event-2', '')],
    ['TEXT_NOT_CLEAN', '/reason', withdraw(vacatedArea, 'event-2', '撤\u0000')],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(...past)
      .when(command)
      .thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history().when(withdraw(vacatedArea, 'event-2')).thenRefused('METRIC_NOT_DEFINED', '/metric');
  });
});
