import {
  asOf,
  corrected,
  disputes,
  landReform,
  Ledger,
  reformOffice,
  reported,
  signed,
  squareMetres,
  taskForce,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { AnyEvent } from '../../facts.js';
import type { DifferenceRequest } from '../../views.js';
import type { Difference, DifferenceItem } from './shapes.js';

const metric = vacated.data.metric;
const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));
const september = reported(metric, asOf('2021-09-26'), squareMetres('702000', '70.2万平方米'));

/** What an item is about, in short. */
const nameOf = (item: DifferenceItem): string => {
  switch (item.kind) {
    case 'figure':
      return `figure ${item.metric} ${JSON.stringify(item.series)}`;
    case 'milestone':
      return `milestone ${item.milestone}`;
    case 'definition':
      return `${item.subject.kind} ${item.subject.id} ${item.change}`;
  }
};
const sides = (item: DifferenceItem | undefined) =>
  item?.kind === 'figure'
    ? [item.old, item.new].map((side) => ('absence' in side ? side.absence : side.printed))
    : undefined;

describe('two moments of knowledge', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const compare = async (
    from: string,
    to: string,
    more: Partial<DifferenceRequest> = {},
  ): Promise<Difference> => {
    const views = await place.viewsOf(ledger);
    return views.difference({ from, to, limit: 100, ...more });
  };

  it('show the correction between them: old, new, difference, why, by whom, on what', async () => {
    await ledger.sayAll([landReform, vacated]);
    const first = await ledger.say(august);
    await ledger.say(corrected(first, august, squareMetres('705000', '70.5万平方米')), {
      reason: '录入时看错一位',
      evidence: ['ab'.repeat(32)],
    });

    const { items, ...about } = await compare('3', '4');

    expect(about).toEqual({
      from: { position: '3', recordedAt: '2021-08-26T03:02:02.000Z' },
      to: { position: '4', recordedAt: '2021-08-26T03:02:03.000Z' },
      validAt: null,
      next: null,
    });
    const event = {
      position: '4',
      eventId: '00000000-0000-4000-8000-000000000003',
      kind: 'observation.corrected',
      recordedAt: '2021-08-26T03:02:03.000Z',
      actor: { id: 'clerk', unit: 'district-reform-office', role: 'reporter' },
      reason: '录入时看错一位',
    };
    const source = { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' };
    expect(items).toEqual([
      {
        kind: 'figure',
        metric,
        names: vacated.data.names,
        metricKind: 'cumulative',
        unit: 'm2',
        series: {},
        old: expect.objectContaining({
          printed: '68.1万平方米',
          corrected: false,
          position: '3',
          validOn: '2021-08-26',
        }),
        new: expect.objectContaining({
          printed: '70.5万平方米',
          corrected: true,
          position: '4',
          observation: first.id,
        }),
        difference: {
          quantity: expect.objectContaining({
            amount: '24000',
            unit: 'm2',
            resolution: '2000',
            bounds: {
              lower: { value: '23000', inclusive: true },
              upper: { value: '25000', inclusive: true },
            },
          }),
        },
        cause: { ...event, source, evidence: ['ab'.repeat(32)] },
        events: [event],
        eventsLeftOut: false,
      },
    ]);
  });

  it('have nothing between them when they are the same', async () => {
    await ledger.sayAll([landReform, vacated, august]);

    expect((await compare('3', '3')).items).toEqual([]);
    expect((await compare('0', '0')).from).toEqual({ position: '0', recordedAt: null });
  });

  it('are refused the wrong way round', async () => {
    await ledger.sayAll([landReform, vacated]);

    await expect(compare('2', '1')).rejects.toThrow(RangeError);
  });

  it('list metrics with their series, milestones, reforms and units, in this order', async () => {
    await ledger.sayAll([
      reformOffice,
      landReform,
      taskForce,
      vacated,
      disputes,
      august,
      reported(disputes.data.metric, asOf('2021-08-26'), squareMetres('1', '1宗'), {
        street: '马田',
      }),
      {
        type: 'StageAdvanced',
        data: { reform: 'land-redevelopment', to: 'pilot', on: '2021-08-26' },
      },
    ]);

    const all = await compare('0', '8');

    expect(all.items.map(nameOf)).toEqual([
      'metric disputes-resolved registered',
      'figure disputes-resolved {"street":"马田"}',
      `metric ${metric} registered`,
      `figure ${metric} {}`,
      'milestone task-force-set-up',
      'reform land-redevelopment registered',
      'unit district-reform-office registered',
    ]);
    expect(sides(all.items[3])).toEqual(['notDefined', '68.1万平方米']);
    expect(all.items[4]).toMatchObject({
      old: { absence: 'notPlanned' },
      new: { status: 'planned' },
    });
    expect(all.items[5]?.events.map(({ kind }) => kind)).toEqual([
      'reform.registered',
      'reform.stageAdvanced',
    ]);
  });

  it('name the fields of a definition that changed, from what to what', async () => {
    await ledger.sayAll([vacated, landReform, taskForce]);
    await ledger.sayAll([
      {
        type: 'MetricDefinitionRevised',
        data: {
          metric,
          validFrom: '2021-10-01',
          changes: { note: '含城市更新', frequency: 'monthly' },
        },
      },
      {
        type: 'MilestoneReached',
        data: { milestone: taskForce.data.milestone, on: { type: 'date', date: '2021-09-01' } },
      },
      august,
    ]);

    const { items } = await compare('3', '6');
    const early = await compare('3', '6', { validAt: '2021-08-31' });

    expect(items.map(nameOf)).toEqual([
      `metric ${metric} changed`,
      `figure ${metric} {}`,
      'milestone task-force-set-up',
    ]);
    expect(items[0]).toMatchObject({
      fields: [
        { field: 'frequency', old: 'irregular', new: 'monthly' },
        { field: 'note', old: '原文未写明口径', new: '含城市更新' },
      ],
      cause: { kind: 'metric.definitionRevised', position: '4' },
    });
    expect(items[2]).toMatchObject({
      old: { status: 'planned' },
      new: { status: 'reached', on: { date: '2021-09-01' } },
    });
    expect(early.items.map(nameOf)).toEqual([`figure ${metric} {}`]);
  });

  it('tell missing from withdrawn, and what stands again', async () => {
    await ledger.sayAll([vacated, august]);
    const later = await ledger.say(september);
    await ledger.say(withdrawn(later, september));

    const taken = await compare('3', '4');
    const early = await compare('1', '4', { validAt: '2021-06-30' });

    expect(sides(taken.items[0])).toEqual(['70.2万平方米', '68.1万平方米']);
    expect(taken.items[0]?.cause).toMatchObject({ kind: 'observation.withdrawn', position: '4' });
    expect(early.items).toEqual([]);
    expect(sides((await compare('1', '3')).items[0])).toEqual(['missing', '70.2万平方米']);
  });

  it('say of a day what is known of that day only', async () => {
    await ledger.sayAll([vacated, august, september]);

    expect((await compare('2', '3', { validAt: '2021-08-31' })).items).toEqual([]);
    expect((await compare('2', '3', { validAt: '2021-09-26' })).items).toHaveLength(1);
  });

  it('can be narrowed to one metric, or to a reform with its metrics and milestones', async () => {
    await ledger.sayAll([landReform, taskForce, vacated, disputes, reformOffice, august]);

    const one = await compare('0', '6', { metric });
    const land = await compare('0', '6', { reform: 'land-redevelopment' });

    expect(one.items.map(nameOf)).toEqual([`metric ${metric} registered`, `figure ${metric} {}`]);
    expect(land.items.map(nameOf)).toEqual([
      `metric ${metric} registered`,
      `figure ${metric} {}`,
      'milestone task-force-set-up',
      'reform land-redevelopment registered',
    ]);
  });

  it('go on where a page ended, also in the midst of the series of a metric', async () => {
    const street = (name: string) =>
      reported(metric, asOf('2021-08-26'), squareMetres('1000', '1000平方米'), { street: name });
    await ledger.sayAll([vacated, street('马田'), street('公明'), street('光明'), landReform]);
    const whole = await compare('0', '5');

    const pages: DifferenceItem[][] = [];
    let next: string | null = null;
    do {
      const page: Difference = await compare('0', '5', {
        limit: 2,
        ...(next !== null && { after: next }),
      });
      pages.push(page.items);
      next = page.next;
    } while (next !== null);

    expect(pages.map((items) => items.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(whole.items);
  });

  it.each(['metric', 'metric/x', 'metric/x/y', 'stream/x/all', 'metric/x/1/2', ''])(
    'refuse "%s" as a place to go on from',
    async (after) => {
      await ledger.sayAll([vacated]);

      await expect(compare('0', '1', { after })).rejects.toMatchObject({
        code: 'POSITION_INVALID',
      });
    },
  );

  describe('with more than a thousand events between them', () => {
    beforeEach(async () => {
      const day = (count: number) => new Date(Date.UTC(2000, 0, count)).toISOString().slice(0, 10);
      const many: AnyEvent[] = Array.from({ length: 1_050 }, (_, count) =>
        reported(signed.data.metric, asOf(day(count + 1)), squareMetres('1000', '1000平方米')),
      );
      await ledger.sayAll([landReform, vacated, signed, taskForce, august, ...many]);
      await ledger.sayAll([reformOffice, september]);
    });

    it('find what changed among everything, and list the newest events', async () => {
      const { items, next } = await compare('5', ledger.position);

      expect(next).toBeNull();
      expect(items.map(nameOf)).toEqual([
        `figure ${signed.data.metric} {}`,
        `figure ${metric} {}`,
        'unit district-reform-office registered',
      ]);
      expect(items[0]?.events).toHaveLength(20);
      expect(items[0]?.events.at(-1)).toEqual(
        expect.objectContaining({ position: '1055', eventId: items[0]?.cause.eventId }),
      );
      expect(items.map(({ eventsLeftOut }) => eventsLeftOut)).toEqual([true, false, false]);
    });
  });
});
