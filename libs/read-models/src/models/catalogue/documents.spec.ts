import {
  asOf,
  factOf,
  landReform,
  rebuilt,
  reformOffice,
  reported,
  signed,
  squareMetres,
  taskForce,
} from '../../fixtures.js';
import type { AnyEvent, FactType, SubjectKind } from '../../facts.js';
import { nextDocument, type Document, type Documents } from './documents.js';

const metric = signed.data.metric;
const milestone = taskForce.data.milestone;
const reform = landReform.data.reform;
const unit = reformOffice.data.unit;
const observed = { metric, series: {}, time: asOf('2021-08-26') };

/** Folds a history of one thing; the last event carries a reason. */
async function documentAfter(...events: AnyEvent[]): Promise<Document | undefined> {
  let document: Document | undefined;
  for (const event of events) {
    const before = document;
    // The histories below are of one kind each, so what is kept is of the kind asked for.
    const previous = <K extends SubjectKind>(): Documents[K] | undefined =>
      before === undefined ? undefined : JSON.parse(JSON.stringify(before));
    document = nextDocument(await factOf(event, { reason: '区里决定' }), previous);
  }
  return document;
}

/** What each event type does to the document; null where the catalogue does not change. */
const every: { [T in FactType]: [history: AnyEvent[], says: object | null] } = {
  MetricDefined: [
    [signed],
    { status: 'active', unit: 'm2', basis: 'floorArea', breaks: [], names: signed.data.names },
  ],
  MetricDefinitionRevised: [
    [
      signed,
      {
        type: 'MetricDefinitionRevised',
        data: { metric, validFrom: '2021-09-01', changes: { note: '含城市更新' } },
      },
    ],
    { status: 'active', unit: 'm2', note: '含城市更新', holdsFrom: '2021-09-01' },
  ],
  ObservationReported: [
    [reported(metric, observed.time, squareMetres('1150000', '115万平方米'))],
    null,
  ],
  ObservationCorrected: [
    [
      {
        type: 'ObservationCorrected',
        data: {
          ...observed,
          observation: 'a',
          corrects: 'a',
          value: squareMetres('1160000', '116万平方米'),
          errorClass: 'typing',
        },
      },
    ],
    null,
  ],
  ObservationWithdrawn: [
    [{ type: 'ObservationWithdrawn', data: { ...observed, observation: 'a', withdraws: 'a' } }],
    null,
  ],
  SeriesBreakDeclared: [
    [
      signed,
      { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-09-01', successor: 'new' } },
    ],
    {
      status: 'active',
      breaks: [
        expect.objectContaining({ validFrom: '2021-09-01', successor: 'new', reason: '区里决定' }),
      ],
    },
  ],
  MetricRetired: [
    [signed, { type: 'MetricRetired', data: { metric, retiredOn: '2021-09-01' } }],
    { status: 'retired', retiredOn: '2021-09-01', unit: 'm2', holdsFrom: '2021-09-01' },
  ],
  ReformRegistered: [[landReform], { highlight: 2, names: landReform.data.names }],
  StageAdvanced: [
    [landReform, { type: 'StageAdvanced', data: { reform, to: 'pilot', on: '2021-08-26' } }],
    { highlight: 2, stage: 'pilot', stageOn: '2021-08-26', holdsFrom: '2021-08-26' },
  ],
  ResponsibilityAssigned: [
    [
      landReform,
      {
        type: 'ResponsibilityAssigned',
        data: { reform, lead: 'a', coUnits: ['b'], due: '2021-12-31' },
      },
    ],
    { highlight: 2, responsibility: { lead: 'a', coUnits: ['b'], due: '2021-12-31' } },
  ],
  MilestonePlanned: [
    [taskForce],
    { status: 'planned', label: { printed: '1+15+15+5' }, history: [{ status: 'planned' }] },
  ],
  MilestoneReportedOngoing: [
    [
      taskForce,
      {
        type: 'MilestoneReportedOngoing',
        data: { milestone, on: { type: 'asOf', date: '2021-08-26' }, note: '进行中' },
      },
    ],
    {
      status: 'ongoing',
      on: { date: '2021-08-26' },
      note: '进行中',
      history: [{}, { status: 'ongoing' }],
    },
  ],
  MilestoneReached: [
    [
      taskForce,
      { type: 'MilestoneReached', data: { milestone, on: { type: 'date', date: '2021-08-20' } } },
    ],
    {
      status: 'reached',
      on: { date: '2021-08-20' },
      history: [{ status: 'planned' }, { status: 'reached', on: { date: '2021-08-20' } }],
    },
  ],
  MilestoneReachRevoked: [
    [
      taskForce,
      { type: 'MilestoneReached', data: { milestone, on: { type: 'date', date: '2021-08-20' } } },
      { type: 'MilestoneReachRevoked', data: { milestone, revokes: 'a' } },
    ],
    {
      status: 'revoked',
      history: [{}, { status: 'reached' }, { status: 'revoked', reason: '区里决定' }],
    },
  ],
  UnitRegistered: [[reformOffice], { level: 'district', names: reformOffice.data.names }],
  UnitRenamed: [
    [
      reformOffice,
      { type: 'UnitRenamed', data: { unit, names: { zh: '改革办', en: 'Reform office' } } },
    ],
    { level: 'district', names: { zh: '改革办', en: 'Reform office' } },
  ],
  ReadModelsRebuilt: [[rebuilt], null],
};

describe('the catalogue', () => {
  it.each(Object.entries(every))('takes its stand on %s', async (_type, [history, says]) => {
    const document = await documentAfter(...history);

    if (says === null) expect(document).toBeUndefined();
    else expect(document).toMatchObject(says);
  });

  it('rests each version on the event that made it, without the id inside the definition', async () => {
    const document = await documentAfter(signed);

    expect(document).toHaveProperty('provenance', {
      eventId: '00000000-0000-4000-8000-000000000000',
      position: '1',
      recordedAt: '2021-08-26T03:02:00.000Z',
      actor: { id: 'clerk', unit: 'district-reform-office', role: 'reporter' },
      source: { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' },
    });
    expect(document).not.toHaveProperty('metric');
  });

  it('remembers the latest day from which any of it counts, and none for what always does', async () => {
    const revised = (validFrom: string): AnyEvent => ({
      type: 'MetricDefinitionRevised',
      data: { metric, validFrom, changes: { note: validFrom } },
    });

    const document = await documentAfter(signed, revised('2022-01-01'), revised('2021-10-01'));

    expect(document).toMatchObject({ note: '2021-10-01', holdsFrom: '2022-01-01' });
    expect(await documentAfter(signed)).not.toHaveProperty('holdsFrom');
    expect(await documentAfter(taskForce)).not.toHaveProperty('holdsFrom');
  });

  it('counts a change that names no day from the day of its recording', async () => {
    const [history] = every.UnitRenamed;

    expect(await documentAfter(...history)).toMatchObject({ holdsFrom: '2021-08-26' });
  });

  it('keeps no date for a milestone whose reach was revoked', async () => {
    const [history] = every.MilestoneReachRevoked;

    expect(await documentAfter(...history)).not.toHaveProperty('on');
  });

  it('does not guess a definition that is missing', async () => {
    const revision: AnyEvent = {
      type: 'MetricDefinitionRevised',
      data: { metric, validFrom: '2021-09-01', changes: {} },
    };

    await expect(documentAfter(revision)).rejects.toThrow(/nothing before it/);
  });
});
