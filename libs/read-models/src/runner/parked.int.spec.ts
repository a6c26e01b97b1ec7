import { openDatabase } from '@ledger/sqlite';
import type { ProjectionFault } from '../fault.js';
import {
  asOf,
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  vacated,
  Workspace,
} from '../fixtures.js';
import type { Batch } from './projector.js';
import { databaseInForce } from './place.js';

const onDay = (day: number) =>
  reported(
    vacated.data.metric,
    asOf(`2021-08-${String(day).padStart(2, '0')}`),
    squareMetres(String(day * 1_000), `${day / 10}万平方米`),
  );

describe('the projector, with a model that cannot take an event in', () => {
  let place: Workspace;
  let ledger: Ledger;
  const revision = {
    type: 'MetricDefinitionRevised',
    data: { metric: 'never-defined', validFrom: '2021-09-01', changes: {} },
  } as const;
  const parked: ProjectionFault[] = [];
  const onParked = (fault: ProjectionFault) => parked.push(fault);
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.sayAll([landReform, vacated, onDay(1), onDay(2)]);
    parked.length = 0;
    await place.projector(ledger.log).catchUp();
    await ledger.sayAll([onDay(3), revision, signed, onDay(4)]);
  });

  afterEach(() => place.remove());

  it('parks it before the event, names it, and lets the others go on', async () => {
    const batches: Batch[] = [];
    const onBatch = (batch: Batch) => batches.push(batch);
    const projector = place.projector(ledger.log, { onParked, onBatch });

    await projector.catchUp();

    expect(parked).toMatchObject([
      {
        code: 'MODEL_FAILED',
        details: { model: 'catalogue', position: '6', type: 'MetricDefinitionRevised' },
      },
    ]);
    const told = batches.flatMap(({ changes }) => changes.map(({ position }) => position));
    expect(told).toEqual(['5', '6', '7', '8']);
    const standing = projector.models.map(({ name, position }) => [name, position]);
    expect(standing).toEqual([
      ['activity', '8'],
      ['catalogue', '5'],
      ['timeline', '8'],
    ]);
  });

  it('answers nothing beyond it from that model, and everything from the others', async () => {
    await place.projector(ledger.log).catchUp();
    const views = place.views();

    expect(views.projectedPosition()).toBe('5');
    expect(views.projectedPosition(['activity', 'timeline'])).toBe('8');
    expect(() => views.board({ knownAt: '6' })).toThrow(
      expect.objectContaining({ code: 'NOT_YET_PROJECTED' }),
    );
    expect(views.board({ knownAt: '5' }).dataAsOf).toBe('2021-08-03');
    expect(views.changesAfter('4', 9)).toHaveLength(4);
    expect(views.models()).toMatchObject([
      { name: 'activity' },
      { name: 'catalogue', position: '5', fault: { position: 6, type: revision.type } },
      { name: 'timeline' },
    ]);
  });

  it('goes on with it where it stood, once it can', async () => {
    await place.projector(ledger.log, { batch: 2 }).catchUp();
    expect(place.views().projectedPosition()).toBe('5');
    // What the fold missed is there now, as if a mended version had been deployed.
    const database = openDatabase(databaseInForce(place.viewsFile) ?? '');
    database.exec(`
      INSERT INTO catalogue SELECT kind, 'never-defined', position, document FROM catalogue
      WHERE kind = 'metric' LIMIT 1`);
    database.close();
    parked.length = 0;

    await place.projector(ledger.log, { batch: 3, onParked }).catchUp();

    const views = place.views();
    expect(parked).toEqual([]);
    expect(views.models().map(({ position, fault }) => [position, fault])).toEqual([
      ['8', undefined],
      ['8', undefined],
      ['8', undefined],
    ]);
    expect(views.metric({ id: 'never-defined', knownAt: '8' })?.provenance.position).toBe('6');
    expect(views.metric({ id: signed.data.metric, knownAt: '8' })).toBeDefined();
  });

  it('is parked by a rebuild as well', async () => {
    await place.rebuiltViewsOf(ledger);

    expect(place.views(place.rebuiltFile).models()).toMatchObject([
      { name: 'activity', position: '8' },
      { name: 'catalogue', position: '5', fault: { position: 6 } },
      { name: 'timeline', position: '8' },
    ]);
  });
});
