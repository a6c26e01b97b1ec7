import { setTimeout as wait } from 'node:timers/promises';
import {
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  asOf,
  Workspace,
} from '../fixtures.js';
import type { Batch } from './projector.js';

const BATCH = 4;
const revision = {
  type: 'MetricDefinitionRevised',
  data: { metric: 'never-defined', validFrom: '2021-09-01', changes: {} },
} as const;
const onDay = (day: number) =>
  reported(
    signed.data.metric,
    asOf(`2021-08-${String(day).padStart(2, '0')}`),
    squareMetres('1000', '1000平方米'),
  );

describe('a projector whose model was parked many batches ago', () => {
  const place = new Workspace();
  const ledger = new Ledger();
  afterAll(() => place.remove());

  it('follows on from where the others stand', async () => {
    await ledger.sayAll([landReform, signed, revision]);
    for (let day = 1; day <= 5 * BATCH; day += 1) await ledger.say(onDay(day));
    await place.projector(ledger.log).catchUp();
    const told: string[] = [];
    const parked: string[] = [];
    const stop = new AbortController();
    const running = place
      .projector(ledger.log, {
        batch: BATCH,
        onBatch: ({ changes }: Batch) => told.push(...changes.map(({ position }) => position)),
        onParked: ({ message }) => parked.push(message),
      })
      .run(stop.signal);

    await ledger.say(onDay(25));
    while (told.length === 0) await Promise.race([running, wait(5)]);
    stop.abort();
    await running;

    expect(told).toEqual([ledger.position]);
    expect(parked).toHaveLength(1);
    expect(place.views().parked()).toMatchObject([{ name: 'catalogue', position: '2' }]);
    expect(place.views().parked(['activity', 'timeline'])).toEqual([]);
  });

  it('keeps nobody from the questions that need only the others', () => {
    const views = place.views();
    const knownAt = ledger.position;

    expect(views.activity({ knownAt, limit: 1 }).items).toMatchObject([{ position: knownAt }]);
    const needing = [
      () => views.metrics({ knownAt, limit: 1 }),
      () => views.unit({ id: 'any', knownAt }),
      () => views.board({ knownAt }),
    ];
    for (const ask of needing) {
      expect(ask).toThrow(expect.objectContaining({ code: 'NOT_YET_PROJECTED' }));
    }
  });
});
