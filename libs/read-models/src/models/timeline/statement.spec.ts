import type { ValidTime } from '@ledger/domain';
import {
  asOf,
  disputes,
  factOf,
  landReform,
  rebuilt,
  reformOffice,
  reported,
  signed,
  squareMetres,
  taskForce,
} from '../../fixtures.js';
import type { AnyEvent, FactType } from '../../facts.js';
import { dayNumber, seriesText, statementOf } from './statement.js';

const metric = signed.data.metric;
const milestone = taskForce.data.milestone;
const reform = landReform.data.reform;
const on = { type: 'date', date: '2021-08-26' } as const;
const firstHalf: ValidTime = { type: 'period', start: '2021-01-01', end: '2021-06-30' };
const said = reported(metric, asOf('2021-08-26'), squareMetres('1150000', '115万平方米'));

/** The kind of statement that each event type makes; null for those that make none. */
const every: { [T in FactType]: [AnyEvent, kind: string | null] } = {
  ObservationReported: [said, 'reported'],
  ObservationCorrected: [
    {
      type: 'ObservationCorrected',
      data: { ...said.data, observation: 'a', corrects: 'a', errorClass: 'typing' },
    },
    'corrected',
  ],
  ObservationWithdrawn: [
    {
      type: 'ObservationWithdrawn',
      data: { metric, series: {}, time: said.data.time, observation: 'a', withdraws: 'a' },
    },
    'withdrawn',
  ],
  MetricDefined: [signed, null],
  MetricDefinitionRevised: [
    { type: 'MetricDefinitionRevised', data: { metric, validFrom: '2021-09-01', changes: {} } },
    null,
  ],
  SeriesBreakDeclared: [
    { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-09-01' } },
    null,
  ],
  MetricRetired: [{ type: 'MetricRetired', data: { metric, retiredOn: '2021-09-01' } }, null],
  ReformRegistered: [landReform, null],
  StageAdvanced: [{ type: 'StageAdvanced', data: { reform, to: 'pilot', on: '2021-08-26' } }, null],
  ResponsibilityAssigned: [
    { type: 'ResponsibilityAssigned', data: { reform, lead: 'a', coUnits: [] } },
    null,
  ],
  MilestonePlanned: [taskForce, null],
  MilestoneReportedOngoing: [{ type: 'MilestoneReportedOngoing', data: { milestone, on } }, null],
  MilestoneReached: [{ type: 'MilestoneReached', data: { milestone, on } }, null],
  MilestoneReachRevoked: [
    { type: 'MilestoneReachRevoked', data: { milestone, revokes: 'a' } },
    null,
  ],
  UnitRegistered: [reformOffice, null],
  UnitRenamed: [{ type: 'UnitRenamed', data: { unit: 'a', names: { zh: '甲', en: 'A' } } }, null],
  ReadModelsRebuilt: [rebuilt, null],
};

describe('the timeline', () => {
  it.each(Object.entries(every))('takes its stand on %s', async (_type, [event, kind]) => {
    const statement = statementOf(await factOf(event));

    if (kind === null) expect(statement).toBeUndefined();
    else {
      expect(statement).toEqual({
        metric,
        series: {},
        validOn: '2021-08-26',
        timeKey: '',
        kind,
      });
    }
  });

  it('places a period on its last day', async () => {
    const value = squareMetres('1', '1');
    const fact = await factOf(reported(disputes.data.metric, firstHalf, value));

    expect(statementOf(fact)).toMatchObject({
      validOn: '2021-06-30',
      timeKey: 'period:2021-01-01/2021-06-30',
    });
  });

  it('numbers days in their order', () => {
    expect(dayNumber('2021-08-26')).toBe(20210826);
    expect(dayNumber('0001-01-01')).toBe(10101);
    expect(dayNumber('9999-12-31')).toBe(99991231);
  });

  it('knows a series in whatever order its dimensions are given', () => {
    expect(seriesText({})).toBe('');
    expect(seriesText({ street: '马田', parcel: '3' })).toBe('{"parcel":"3","street":"马田"}');
    expect(seriesText({ parcel: '3', street: '马田' })).toBe('{"parcel":"3","street":"马田"}');
  });
});
