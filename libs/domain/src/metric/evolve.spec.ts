import { eventIdAt, recorded, stateAfter } from '../given-when-then.js';
import { metricAggregate } from './decide.js';
import type { MetricEvent, ObservationReported } from './events.js';
import {
  asOf,
  callsThisYear,
  corrected,
  defined,
  published,
  report,
  reported,
  today,
  vacatedArea,
  withdrawn,
  yearTo,
} from './fixtures.js';
import { evolve, initial, lineOf, liveAt, type DefinedMetric, type MetricState } from './state.js';
import { printedOf } from './words.js';

const after = (...events: MetricEvent[]): MetricState => stateAfter(metricAggregate, events);

/** The state once the metric is defined; a history that defines none fails the test. */
function known(state: MetricState): DefinedMetric {
  if (state.status === 'none') throw new Error('The history defines no metric.');
  return state;
}

const printedLine = (state: MetricState, series = {}): string[] =>
  lineOf(known(state), series).map(({ value }) => printedOf(value));

const june = reported(vacatedArea, asOf('2021-06-30'), '63万平方米');
const august = reported(vacatedArea, asOf(published), '70.2万平方米');

describe('what stands after', () => {
  it('nothing: no metric', () => {
    expect(after()).toEqual({ status: 'none' });
  });

  it('a definition: the definition, and the event that stated each field', () => {
    const state = known(after(defined(vacatedArea)));
    expect(state).toMatchObject({ status: 'defined', metric: vacatedArea.metric });
    expect(state.definition).toEqual(vacatedArea.definition);
    expect(state.statedBy).toEqual([
      { event: 'event-0', fields: Object.keys(vacatedArea.definition) },
    ]);
  });

  it('a revision: the changed fields, and all others as before', () => {
    const state = known(
      after(defined(vacatedArea), {
        type: 'MetricDefinitionRevised',
        data: { metric: vacatedArea.metric, validFrom: published, changes: { owner: 'bureau' } },
      }),
    );
    expect(state.definition).toEqual({ ...vacatedArea.definition, owner: 'bureau' });
    expect(state.statedBy[1]).toEqual({ event: 'event-1', fields: ['owner'] });
  });

  it('a report: a live statement that is its own observation', () => {
    const state = known(after(defined(vacatedArea), august));
    expect(lineOf(state, {})).toEqual([
      { event: 'event-1', observation: 'event-1', time: asOf(published), value: august.data.value },
    ]);
  });

  it('a late report: the line in the order of valid time', () => {
    expect(printedLine(after(defined(vacatedArea), august, june))).toEqual([
      '63万平方米',
      '70.2万平方米',
    ]);
  });

  it('a correction: the new value in the old place, found by either id', () => {
    const state = known(
      after(
        defined(vacatedArea),
        june,
        august,
        corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-2'),
      ),
    );
    expect(printedLine(after(defined(vacatedArea), june))).toEqual(['63万平方米']);
    expect(printedLine({ status: 'defined', ...state })).toEqual(['63万平方米', '68.1万平方米']);
    expect(state.chains.get('event-3')).toBe(state.chains.get('event-2'));
    expect(state.chains.get('event-2')?.standing).toMatchObject({
      status: 'live',
      statement: { event: 'event-3', observation: 'event-2', replaces: 'event-2' },
    });
  });

  it('a withdrawal: no value, which is not zero, and the way back to what was said', () => {
    const state = known(
      after(defined(vacatedArea), june, august, withdrawn(vacatedArea, asOf(published), 'event-2')),
    );
    expect(liveAt(state, {}, asOf(published))).toBeUndefined();
    expect(state.chains.get('event-2')?.standing).toEqual({
      status: 'withdrawn',
      withdrew: 'event-2',
      by: 'event-3',
    });
  });

  it('reports of several streets: a line each, whatever the order of the key', () => {
    const two = {
      ...callsThisYear,
      definition: { ...callsThisYear.definition, seriesDimensions: ['street', 'channel'] },
    };
    const state = after(
      defined(two),
      reported(two, yearTo('2021-06-30'), '9万次', { street: 'matian', channel: 'web' }),
      reported(two, yearTo('2021-06-30'), '7万次', { street: 'guangming', channel: 'web' }),
      reported(two, yearTo(published), '11万次', { channel: 'web', street: 'matian' }),
    );
    expect(printedLine(state, { street: 'matian', channel: 'web' })).toEqual(['9万次', '11万次']);
    expect(printedLine(state, { channel: 'web', street: 'guangming' })).toEqual(['7万次']);
    expect(printedLine(state, { street: 'xinhu', channel: 'web' })).toEqual([]);
  });

  it('a break and a retirement: both on record, the line untouched', () => {
    const state = after(
      defined(vacatedArea),
      june,
      {
        type: 'SeriesBreakDeclared',
        data: { metric: vacatedArea.metric, validFrom: '2021-08-01', successor: 'another' },
      },
      { type: 'MetricRetired', data: { metric: vacatedArea.metric, retiredOn: '2021-08-31' } },
    );
    expect(state).toMatchObject({
      status: 'retired',
      retiredOn: '2021-08-31',
      retiredBy: 'event-3',
      breaks: [{ validFrom: '2021-08-01', successor: 'another', by: 'event-2' }],
    });
    expect(printedLine(state)).toEqual(['63万平方米']);
  });

  it.each([
    june,
    corrected(vacatedArea, asOf(published), '68.1万平方米', 'event-0'),
    withdrawn(vacatedArea, asOf(published), 'event-0'),
    { type: 'MetricRetired', data: { metric: vacatedArea.metric, retiredOn: published } } as const,
  ])('$type before any definition: still no metric', (event) => {
    expect(after(event)).toEqual({ status: 'none' });
  });
});

const days = 100_000;
const day = (index: number): string =>
  new Date(Date.UTC(1747, 0, 1) + index * 86_400_000).toISOString().slice(0, 10);
const onDay = (index: number): ObservationReported => ({
  type: 'ObservationReported',
  data: {
    metric: vacatedArea.metric,
    series: {},
    time: asOf(day(index)),
    value: {
      quantity: {
        amount: String(index),
        unit: 'm2',
        qualifier: 'exact',
        printed: `${index}平方米`,
        basis: 'floorArea',
      },
    },
  },
});

describe('a long history', () => {
  it('of 100,000 observations is folded in place and stays in order', () => {
    // given: every tenth day is reported late, after all others
    const indexes = Array.from({ length: days }, (_, index) => index);
    const events: MetricEvent[] = [
      defined(vacatedArea),
      ...indexes.filter((index) => index % 10 !== 7).map(onDay),
      ...indexes.filter((index) => index % 10 === 7).map(onDay),
    ];

    // when
    const state = known(recorded(events).reduce(evolve, initial()));

    // then
    const line = lineOf(state, {});
    expect(line).toHaveLength(days);
    const misplaced = line.findIndex(({ value }, index) => printedOf(value) !== `${index}平方米`);
    expect(misplaced).toBe(-1);
    expect(state.chains.size).toBe(days);
    expect(liveAt(state, {}, asOf(day(31_417)))?.event).toBe(
      eventIdAt(90_001 + indexes.filter((index) => index % 10 === 7).indexOf(31_417)),
    );
  });

  it('is decided on by its neighbours', () => {
    // given: one of two days
    const events = [
      defined(vacatedArea),
      ...Array.from({ length: 50_000 }, (_, i) => onDay(i * 2)),
    ];
    const state = recorded<MetricEvent>(events).reduce(evolve, initial());
    const decide = (index: number, amount: number) =>
      metricAggregate.decide(
        report(vacatedArea, asOf(day(index)), { amount: String(amount), unit: 'm2' }),
        state,
      );

    // then
    expect(decide(50_001, 50_001).outcome).toBe('accepted');
    expect(decide(50_001, 49_000)).toMatchObject({
      outcome: 'refused',
      refusals: [{ facts: { neighbour: 'earlier', validOn: day(50_000) } }],
    });
    expect(decide(50_001, 50_500)).toMatchObject({
      outcome: 'refused',
      refusals: [{ facts: { neighbour: 'later', validOn: day(50_002) } }],
    });
    expect(day(days) < today).toBe(true);
  });
});
