import {
  asOf,
  disputes,
  landReform,
  Ledger,
  reformOffice,
  reported,
  signed,
  squareMetres,
  taskForce,
  vacated,
  Workspace,
} from '../../fixtures.js';
import type { AnyEvent } from '../../facts.js';
import type { Views } from '../../views.js';

const metric = vacated.data.metric;
const revised = (zh: string): AnyEvent => ({
  type: 'MetricDefinitionRevised',
  data: { metric, validFrom: '2021-09-01', changes: { names: { zh, en: 'Vacated area' } } },
});

describe('the catalogue', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  it('answers with the definition that was known, and the revision of then', async () => {
    await ledger.sayAll([
      vacated,
      reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米')),
      revised('腾空面积'),
      signed,
    ]);
    const views = await place.viewsOf(ledger);
    const at = (knownAt: string) => {
      const found = views.metric({ id: metric, knownAt });
      return [found?.revision, found?.names.zh, found?.provenance.position];
    };

    expect(views.metric({ id: metric, knownAt: '0' })).toBeUndefined();
    expect(at('1')).toEqual([0, '腾空移交面积', '1']);
    expect(at('2')).toEqual([1, '腾空移交面积', '1']);
    expect(at('3')).toEqual([2, '腾空面积', '3']);
    expect(at('4')).toEqual([2, '腾空面积', '3']);
  });

  it('knows reforms, milestones and units in the same way', async () => {
    await ledger.sayAll([
      landReform,
      taskForce,
      reformOffice,
      {
        type: 'StageAdvanced',
        data: { reform: 'land-redevelopment', to: 'pilot', on: '2021-08-26' },
      },
      {
        type: 'UnitRenamed',
        data: { unit: 'district-reform-office', names: { zh: '改革办', en: 'Reform office' } },
      },
      {
        type: 'MilestoneReached',
        data: { milestone: 'task-force-set-up', on: { type: 'asOf', date: '2021-08-26' } },
      },
    ]);
    const views = await place.viewsOf(ledger);
    const knownAt = '6';

    expect(views.reform({ id: 'land-redevelopment', knownAt })).toMatchObject({
      id: 'land-redevelopment',
      revision: 1,
      stage: 'pilot',
    });
    expect(views.reform({ id: 'land-redevelopment', knownAt: '3' })).not.toHaveProperty('stage');
    expect(views.unit({ id: 'district-reform-office', knownAt })?.names.zh).toBe('改革办');
    expect(views.unit({ id: 'district-reform-office', knownAt: '4' })?.names.zh).toBe('区改革办');
    expect(views.milestone({ id: 'task-force-set-up', knownAt })).toMatchObject({
      revision: 1,
      status: 'reached',
      history: [{ status: 'planned' }, { status: 'reached', position: '6' }],
    });
    expect(views.milestone({ id: 'task-force-set-up', knownAt: '5' })?.status).toBe('planned');
    expect(views.unit({ id: 'task-force-set-up', knownAt })).toBeUndefined();
  });

  describe('in pages', () => {
    let views: Views;
    beforeEach(async () => {
      await ledger.sayAll([vacated, signed, disputes, taskForce, landReform, reformOffice]);
      views = await place.viewsOf(ledger);
    });

    const ids = ({ items, next }: { items: { id: string }[]; next: string | null }) => [
      items.map(({ id }) => id),
      next,
    ];

    it('lists by id and says where the next page starts', () => {
      const first = views.metrics({ knownAt: '6', limit: 2 });
      const second = views.metrics({ knownAt: '6', limit: 2, after: first.next ?? '' });

      expect(ids(first)).toEqual([['disputes-resolved', signed.data.metric], signed.data.metric]);
      expect(ids(second)).toEqual([[metric], null]);
    });

    it('has no next page when the limit is just reached', () => {
      expect(views.metrics({ knownAt: '6', limit: 3 }).next).toBeNull();
    });

    it('filters by reform and kind, also across what it reads ahead', () => {
      const flows = views.metrics({ knownAt: '6', limit: 1, kind: 'flow' });
      const ofLand = views.metrics({ knownAt: '6', limit: 1, reform: 'land-redevelopment' });

      expect(ids(flows)).toEqual([['disputes-resolved'], null]);
      expect(ids(ofLand)).toEqual([[signed.data.metric], signed.data.metric]);
      expect(
        ids(views.metrics({ knownAt: '6', limit: 1, reform: 'land-redevelopment', after: metric })),
      ).toEqual([[], null]);
      expect(ids(views.milestones({ knownAt: '6', limit: 9, reform: 'other' }))).toEqual([
        [],
        null,
      ]);
    });

    it('lists only what was known', () => {
      expect(ids(views.metrics({ knownAt: '2', limit: 9 }))).toEqual([
        [signed.data.metric, metric],
        null,
      ]);
      expect(ids(views.milestones({ knownAt: '3', limit: 9 }))).toEqual([[], null]);
      expect(ids(views.milestones({ knownAt: '4', limit: 9 }))[0]).toEqual(['task-force-set-up']);
      expect(ids(views.reforms({ knownAt: '5', limit: 9 }))[0]).toEqual(['land-redevelopment']);
      expect(ids(views.units({ knownAt: '6', limit: 9 }))[0]).toEqual(['district-reform-office']);
    });
  });
});
