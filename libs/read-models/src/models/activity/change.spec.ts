import {
  asOf,
  corrected,
  disputes,
  factOf,
  landReform,
  Ledger,
  rebuilt,
  reformOffice,
  reported,
  signed,
  squareMetres,
  taskForce,
  withdrawn,
} from '../../fixtures.js';
import { asFact, type AnyEvent, type FactType } from '../../facts.js';
import { changeOf } from './change.js';

const metric = signed.data.metric;
const milestone = taskForce.data.milestone;
const reform = landReform.data.reform;
const on = { type: 'date', date: '2021-08-26' } as const;
const said = reported(metric, asOf('2021-08-26'), squareMetres('1150000', '115万平方米'));

/** One event of every type; the compiler asks for those that are new. */
const every: { [T in FactType]: [AnyEvent, kind: string, subject: string] } = {
  MetricDefined: [disputes, 'metric.defined', 'metric disputes-resolved'],
  MetricDefinitionRevised: [
    { type: 'MetricDefinitionRevised', data: { metric, validFrom: '2021-09-01', changes: {} } },
    'metric.definitionRevised',
    `metric ${metric}`,
  ],
  ObservationReported: [said, 'observation.reported', `metric ${metric}`],
  ObservationCorrected: [
    {
      type: 'ObservationCorrected',
      data: { ...said.data, observation: 'a', corrects: 'a', errorClass: 'typing' },
    },
    'observation.corrected',
    `metric ${metric}`,
  ],
  ObservationWithdrawn: [
    {
      type: 'ObservationWithdrawn',
      data: { metric, series: {}, time: said.data.time, observation: 'a', withdraws: 'a' },
    },
    'observation.withdrawn',
    `metric ${metric}`,
  ],
  SeriesBreakDeclared: [
    { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-09-01' } },
    'metric.seriesBreakDeclared',
    `metric ${metric}`,
  ],
  MetricRetired: [
    { type: 'MetricRetired', data: { metric, retiredOn: '2021-09-01' } },
    'metric.retired',
    `metric ${metric}`,
  ],
  ReformRegistered: [landReform, 'reform.registered', `reform ${reform}`],
  StageAdvanced: [
    { type: 'StageAdvanced', data: { reform, to: 'pilot', on: '2021-08-26' } },
    'reform.stageAdvanced',
    `reform ${reform}`,
  ],
  ResponsibilityAssigned: [
    { type: 'ResponsibilityAssigned', data: { reform, lead: 'a', coUnits: [] } },
    'reform.responsibilityAssigned',
    `reform ${reform}`,
  ],
  MilestonePlanned: [taskForce, 'milestone.planned', `milestone ${milestone}`],
  MilestoneReportedOngoing: [
    { type: 'MilestoneReportedOngoing', data: { milestone, on } },
    'milestone.reportedOngoing',
    `milestone ${milestone}`,
  ],
  MilestoneReached: [
    { type: 'MilestoneReached', data: { milestone, on } },
    'milestone.reached',
    `milestone ${milestone}`,
  ],
  MilestoneReachRevoked: [
    { type: 'MilestoneReachRevoked', data: { milestone, revokes: 'a' } },
    'milestone.reachRevoked',
    `milestone ${milestone}`,
  ],
  UnitRegistered: [reformOffice, 'unit.registered', 'unit district-reform-office'],
  UnitRenamed: [
    {
      type: 'UnitRenamed',
      data: { unit: 'district-reform-office', names: { zh: '改革办', en: 'Reform office' } },
    },
    'unit.renamed',
    'unit district-reform-office',
  ],
  ReadModelsRebuilt: [rebuilt, 'readModels.rebuilt', 'projection read-models'],
};

describe('a change', () => {
  it.each(Object.entries(every))('of type %s has its name and its subject', async (type, row) => {
    const [event, kind, subject] = row;
    const change = changeOf(await factOf(event));

    expect(change).toMatchObject({ kind, eventType: type, data: event.data });
    expect(`${change.subject.kind} ${change.subject.id}`).toBe(subject);
  });

  it('says where it stands, who said it, why, from which source and with which data', async () => {
    const ledger = new Ledger();
    const first = await ledger.say(said);
    const value = squareMetres('1160000', '116万平方米');
    const event = await ledger.say(corrected(first, said, value), {
      reason: '抄录有误',
      synthetic: true,
    });

    expect(changeOf(asFact(event))).toEqual({
      position: '2',
      sequence: 1,
      eventId: event.id,
      kind: 'observation.corrected',
      eventType: 'ObservationCorrected',
      stream: `metric-${metric}`,
      revision: 1,
      subject: { kind: 'metric', id: metric },
      recordedAt: '2021-08-26T03:02:01.000Z',
      actor: { id: 'clerk', unit: 'district-reform-office', role: 'reporter' },
      reason: '抄录有误',
      source: { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' },
      synthetic: true,
      data: event.data,
    });
  });

  it('of an unknown type is a fault that names it, and so is a known one elsewhere', async () => {
    const event = await new Ledger().say(withdrawn(await new Ledger().say(said), said));

    expect(() => asFact({ ...event, type: 'ObservationPainted' })).toThrow(
      expect.objectContaining({
        code: 'EVENT_UNKNOWN',
        details: { position: '1', type: 'ObservationPainted' },
      }),
    );
    expect(() => asFact({ ...event, type: 'toString' })).toThrow(/toString/);
    expect(() => asFact({ ...event, stream: 'reform-signed' })).toThrow(/reform-signed/);
  });
});
