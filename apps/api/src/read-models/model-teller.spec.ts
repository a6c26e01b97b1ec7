import { setTimeout as wait } from 'node:timers/promises';
import type { ModelStanding } from '@ledger/read-models';
import { ModelTeller } from './model-teller.js';

const fault = { position: 6, eventId: 'id', type: 'MetricDefinitionRevised', message: 'no' };
const at = (position: number, more: Partial<ModelStanding> = {}): ModelStanding => ({
  name: 'catalogue',
  version: 2,
  position: String(position),
  rows: position,
  hash: '0'.repeat(64),
  ...more,
});

describe('telling how the models stand', () => {
  let standing: ModelStanding[];
  let told: ModelStanding[][];
  let teller: ModelTeller;
  beforeEach(() => {
    standing = [at(1)];
    told = [];
    teller = new ModelTeller(
      () => standing,
      (models) => told.push(models),
    );
  });
  afterEach(() => teller.stop());

  it('gathers what moved meanwhile', async () => {
    teller.soon();
    standing = [at(2)];
    teller.soon();
    standing = [at(3)];
    expect(told).toEqual([]);
    while (told.length === 0) await wait(5);

    expect(told).toEqual([[at(3)]]);
  });

  it('tells once of what it was asked to tell soon and then at once', async () => {
    teller.soon();
    teller.now();
    await wait(400);

    expect(told).toHaveLength(1);
  });

  it('tells nothing before views were opened', () => {
    standing = [];
    teller.now();

    expect(told).toEqual([]);
  });

  it('calls a model parked that tries again, until it has got past the event', () => {
    standing = [at(5, { fault })];
    teller.now();
    standing = [at(5)];
    teller.now();
    standing = [at(9)];
    teller.now();
    standing = [at(5)];
    teller.now();

    expect(told.map(([model]) => model?.fault)).toEqual([fault, fault, undefined, undefined]);
  });
});
