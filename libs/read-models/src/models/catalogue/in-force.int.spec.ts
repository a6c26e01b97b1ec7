import { openDatabase } from '@ledger/sqlite';
import {
  landReform,
  Ledger,
  reformOffice,
  signed,
  taskForce,
  vacated,
  Workspace,
} from '../../fixtures.js';
import type { AnyEvent } from '../../facts.js';
import { databaseInForce } from '../../runner/place.js';
import type { Views } from '../../views.js';

const metric = vacated.data.metric;
const reform = landReform.data.reform;
const milestone = taskForce.data.milestone;
const unit = reformOffice.data.unit;

const revised = (validFrom: string, note: string): AnyEvent => ({
  type: 'MetricDefinitionRevised',
  data: { metric, validFrom, changes: { note } },
});
const on = (date: string) => ({ type: 'date', date }) as const;

describe('what held on a valid day', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const told = async (...events: AnyEvent[]): Promise<Views> => {
    await ledger.sayAll(events);
    return place.viewsOf(ledger);
  };

  it('of a definition is what was revised from that day on, of what was known', async () => {
    const views = await told(vacated, revised('2021-10-01', '含城市更新'));
    const note = (validAt?: string, knownAt = '2') =>
      views.metric({ id: metric, knownAt, ...(validAt !== undefined && { validAt }) })?.note;

    expect(note('2021-09-30')).toBe('原文未写明口径');
    expect(note('2021-10-01')).toBe('含城市更新');
    expect(note('2021-10-01', '1')).toBe('原文未写明口径');
    expect(note()).toBe('含城市更新');
  });

  it('rests on the events that count, and keeps the revision of the stream', async () => {
    const views = await told(vacated, revised('2021-10-01', '含城市更新'));

    expect(views.metric({ id: metric, knownAt: '2', validAt: '2021-09-30' })).toMatchObject({
      revision: 1,
      provenance: { position: '1' },
      positions: ['1'],
    });
  });

  it('is made of the events alone: no version before the latest is read', async () => {
    const revisions = ['第一版', '第二版', '第三版'].map((note, index) =>
      revised(`2021-1${index}-01`, note),
    );
    await told(landReform, vacated, ...revisions);
    const database = openDatabase(databaseInForce(place.viewsFile) ?? '');
    database.exec("UPDATE catalogue SET document = '{' WHERE position BETWEEN 2 AND 4");
    database.close();
    const views = place.views();
    const at = (validAt?: string) => {
      const asked = { id: metric, knownAt: '5', ...(validAt !== undefined && { validAt }) };
      const found = views.metric(asked);
      return [found?.note, found?.positions];
    };

    expect(at('2021-11-30')).toEqual(['第二版', ['2', '3', '4']]);
    expect(at()).toEqual(['第三版', ['2', '3', '4', '5']]);
  });

  it('is the later word where two revisions speak of the same days', async () => {
    const views = await told(
      vacated,
      revised('2021-10-01', '第一版'),
      revised('2021-09-01', '第二版'),
    );
    const note = (validAt: string) => views.metric({ id: metric, knownAt: '3', validAt })?.note;

    expect(note('2021-08-31')).toBe('原文未写明口径');
    expect(note('2021-09-01')).toBe('第二版');
    expect(note('2021-10-01')).toBe('第二版');
  });

  it('is what the board of that day shows', async () => {
    const views = await told(landReform, vacated, revised('2021-10-01', '含城市更新'), {
      type: 'StageAdvanced',
      data: { reform, to: 'pilot', on: '2021-09-01' },
    });
    const shown = (validAt: string) => {
      const [highlight] = views.board({ knownAt: '4', validAt }).highlights;
      return [highlight?.reforms[0]?.stage, highlight?.items[0]?.note];
    };

    expect(shown('2021-08-31')).toEqual([undefined, '原文未写明口径']);
    expect(shown('2021-09-30')).toEqual(['pilot', '原文未写明口径']);
    expect(shown('2021-10-01')).toEqual(['pilot', '含城市更新']);
  });

  it('of a retired metric is an active one until its day, with the breaks up to then', async () => {
    const views = await told(
      vacated,
      { type: 'SeriesBreakDeclared', data: { metric, validFrom: '2021-10-01' } },
      { type: 'MetricRetired', data: { metric, retiredOn: '2021-12-31' } },
    );
    const state = (validAt: string) => {
      const found = views.metric({ id: metric, knownAt: '3', validAt });
      return [found?.status, found?.breaks.length];
    };

    expect(state('2021-09-30')).toEqual(['active', 0]);
    expect(state('2021-10-01')).toEqual(['active', 1]);
    expect(state('2021-12-31')).toEqual(['retired', 1]);
  });

  it('of a reform is the stage that it had reached', async () => {
    const views = await told(
      landReform,
      { type: 'StageAdvanced', data: { reform, to: 'pilot', on: '2021-03-01' } },
      { type: 'StageAdvanced', data: { reform, to: 'replicated', on: '2021-06-01' } },
    );
    const stage = (validAt: string) => {
      const found = views.reform({ id: reform, knownAt: '3', validAt });
      return [found?.stage, found?.stageOn];
    };

    expect(stage('2021-02-28')).toEqual([undefined, undefined]);
    expect(stage('2021-03-01')).toEqual(['pilot', '2021-03-01']);
    expect(stage('2021-06-01')).toEqual(['replicated', '2021-06-01']);
  });

  it('is the word of the day of its recording where the event names no day', async () => {
    const views = await told(
      landReform,
      reformOffice,
      { type: 'ResponsibilityAssigned', data: { reform, lead: unit, coUnits: [] } },
      { type: 'UnitRenamed', data: { unit, names: { zh: '改革办', en: 'Reform office' } } },
    );
    const at = (validAt: string) => [
      views.reform({ id: reform, knownAt: '4', validAt })?.responsibility?.lead,
      views.unit({ id: unit, knownAt: '4', validAt })?.names.zh,
    ];

    expect(at('2021-08-25')).toEqual([undefined, '区改革办']);
    expect(at('2021-08-26')).toEqual([unit, '改革办']);
  });

  it('of a milestone is its course up to then; a revoked reach never stood', async () => {
    await ledger.sayAll([
      taskForce,
      { type: 'MilestoneReportedOngoing', data: { milestone, on: on('2021-06-01') } },
    ]);
    const reached = await ledger.say({
      type: 'MilestoneReached',
      data: { milestone, on: on('2021-08-01') },
    });
    const views = await told({
      type: 'MilestoneReachRevoked',
      data: { milestone, revokes: reached.id },
    });
    const at = (validAt: string, knownAt = '4') => {
      const found = views.milestone({ id: milestone, knownAt, validAt });
      return [found?.status, found?.on?.date, found?.history.length];
    };

    expect(at('2021-05-31')).toEqual(['planned', undefined, 1]);
    expect(at('2021-06-01')).toEqual(['ongoing', '2021-06-01', 2]);
    expect(at('2021-08-01', '3')).toEqual(['reached', '2021-08-01', 3]);
    expect(at('2021-07-31')).toEqual(['ongoing', '2021-06-01', 2]);
    expect(at('2021-08-01')).toEqual(['revoked', undefined, 4]);
  });

  it('goes through lists too: filters look at what held, and the range at every turn', async () => {
    const views = await told(
      vacated,
      signed,
      {
        type: 'MetricDefinitionRevised',
        data: { metric, validFrom: '2021-10-01', changes: { reform: 'another-reform' } },
      },
      { ...taskForce, data: { ...taskForce.data, due: '2021-12-31' } },
      { type: 'MilestoneReached', data: { milestone, on: on('2021-08-01') } },
    );
    const page = { knownAt: '5', limit: 9 };
    const ofLand = (validAt: string) =>
      views.metrics({ ...page, validAt, reform }).items.map(({ id }) => id);
    const milestones = (range: { validFrom?: string; validTo?: string; validAt?: string }) =>
      views.milestones({ ...page, ...range }).items.map(({ status }) => status);

    expect(ofLand('2021-09-30')).toEqual([signed.data.metric, metric]);
    expect(ofLand('2021-10-01')).toEqual([signed.data.metric]);
    expect(milestones({ validFrom: '2021-08-01', validTo: '2021-08-31' })).toEqual(['reached']);
    expect(milestones({ validFrom: '2021-08-02', validTo: '2021-12-30' })).toEqual([]);
    expect(milestones({ validFrom: '2021-12-31' })).toEqual(['reached']);
    expect(milestones({ validFrom: '2021-12-31', validAt: '2021-07-31' })).toEqual(['planned']);
  });
});
