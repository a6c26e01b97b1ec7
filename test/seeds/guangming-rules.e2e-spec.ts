import { readFileSync } from 'node:fs';
import {
  certainBounds,
  compareBounds,
  conventionalUpper,
  physicalLimits,
  ratioPercent,
  subtractQuantities,
  sumQuantities,
  understandQuantity,
  type MetricRequest,
  type Quantity,
} from '@ledger/domain';
import { readFacts, type PlannedWrite } from '@ledger/exchange';
import { carriedPath } from '../../apps/api/src/files.js';

const reading = readFacts(
  readFileSync(carriedPath('seeds', 'guangming-2021', 'facts.json'), 'utf8'),
);
if (!reading.ok) throw new Error(JSON.stringify(reading.problems[0]));
const { file, writes } = reading;

type Definition = Extract<MetricRequest, { type: 'DefineMetric' }>['definition'];
const definitions = new Map<string, Definition>();
const quantities = new Map<string, Quantity>();
const labels = new Map<string, string>();
for (const { request } of writes) take(request);

describe('the 132 facts of Guangming', () => {
  it('are all there, of the kinds and in the places of the report', () => {
    expect(file.facts).toHaveLength(132);
    expect(
      countBy(file.facts.map((fact) => (fact.fact === 'metric' ? fact.kind : fact.status))),
    ).toEqual({
      reached: 46,
      ongoing: 11,
      stock: 28,
      cumulative: 21,
      parameter: 19,
      flow: 3,
      ratio: 3,
      progress: 1,
    });
    const byHighlight = countBy(file.facts.map(({ place }) => String(place?.highlight)));
    expect(Object.values(byHighlight)).toEqual([13, 9, 11, 16, 9, 7, 5, 5, 17, 12, 8, 6, 14]);
    expect(quantities.size + labels.size).toBe(75);
  });

  it('name only facts that exist in their relations', () => {
    const ids = new Set(file.facts.map(({ id }) => id));
    const refs = file.facts.flatMap(({ relations }) => relations.map(({ ref }) => ref));
    expect(refs.filter((ref) => !ids.has(ref))).toEqual([]);
  });

  it('hold no figure after the report but in scopes', () => {
    const ends = writes.flatMap(({ request }) =>
      request.type === 'ReportObservation'
        ? [
            request.time.type === 'asOf' || request.time.type === 'averagePerPeriod'
              ? request.time.asOf
              : request.time.end,
          ]
        : [],
    );
    expect(ends.filter((end) => end > '2021-08-26')).toEqual([]);
  });
});

describe('what must hold between the figures', () => {
  it('signed ≥ vacated ≥ demolished, in floor area, with the ratios that follow', () => {
    const signed = of('relocation-agreement-signed-floor-area');
    const vacated = of('vacated-premises-handed-over-area');
    const demolished = of('demolished-floor-area');
    expect(comparison(signed, vacated)).toBe('certainlyGreater');
    expect(comparison(vacated, demolished)).toBe('certainlyGreater');
    expect([ratio(vacated, signed), ratio(demolished, signed), ratio(demolished, vacated)]).toEqual(
      ['59.2', '54.8', '92.5'],
    );
    expect(vacated.basisInferred).toBe(true);
    expect(amountOf(subtractQuantities(vacated, demolished))).toBe('51000');
  });

  it('land handed over is land area: neither compared with nor divided by floor area', () => {
    const land = of('depot-construction-land-handed-over-area');
    expect(land.basis).toBe('landArea');
    expect(ratioPercent(land, of('demolished-floor-area'), 1)).toHaveProperty('refusals');
    expect(compareBounds(land, of('demolished-floor-area'))).toHaveProperty('refusals');
  });

  it('155 basic and 41 extended items are the 196 items', () => {
    const sum = sumQuantities([of('grid-event-items-basic'), of('grid-event-items-extended')]);
    expect(amountOf(sum)).toBe(of('grid-event-items').amount);
    expect(amountOf(sum)).toBe('196');
  });

  it('enterprises settled (13) certainly do not exceed those selected (40余)', () => {
    const [selected, settled] = [
      of('centre-enterprises-selected'),
      of('centre-enterprises-settled'),
    ];
    expect(certainBounds(selected)).toEqual({ lower: { value: '40', inclusive: false } });
    expect(Number(settled.amount)).toBeLessThan(40);
  });

  it('one resolution rate stands beside 9985 disputes; the third number is never stored', () => {
    expect(of('disputes-resolved').amount).toBe('9985');
    expect(of('dispute-resolution-rate')).toMatchObject({ amount: '99.87', resolution: '0.01' });
    const resolved = 9985;
    const candidates = [...Array(40).keys()].map((extra) => resolved + extra);
    expect(candidates.filter((all) => ((resolved / all) * 100).toFixed(2) === '99.87')).toEqual([
      9998,
    ]);
    expect(writes.some(({ request }) => 'parts' in request && request.parts !== undefined)).toBe(
      false,
    );
  });

  it('growth between two inexact figures is an interval', () => {
    const before = certainBounds(of('community-deployable-personnel-before'));
    const after = certainBounds(of('community-deployable-personnel'));
    expect([before.lower?.value, after.lower?.value]).toEqual(['30', '100']);
    expect([before.upper, after.upper]).toEqual([undefined, undefined]);
    expect(conventionalUpper(of('community-deployable-personnel'))).toBe('200');
  });

  it('a well-formed range, and rates within 0 to 100', () => {
    expect(of('appeal-team-size')).toMatchObject({ qualifier: 'range', lower: '3', upper: '5' });
    const rate = of('grid-event-grassroots-resolution-rate');
    expect(certainBounds(rate, physicalLimits('ratio'))).toEqual({
      lower: { value: '99.6', inclusive: true },
      upper: { value: '100', inclusive: true },
    });
    for (const [id, { unit, amount }] of quantities) {
      if (unit === 'percent')
        expect([id, Number(amount) >= 0 && Number(amount) <= 100]).toEqual([id, true]);
    }
  });

  it('labels are no figures', () => {
    expect([...labels.values()].sort()).toEqual(['1+4+N', '2020-2025', '3.0', '首批'].sort());
    const printed = file.facts.flatMap((fact) =>
      fact.fact === 'milestone' && fact.label ? [fact.label] : [],
    );
    expect(printed).toEqual(
      expect.arrayContaining(['1+15+15+5', '第十二次', '第二批', '一主两副']),
    );
  });
});

function take(request: PlannedWrite['request']): void {
  if (request.type === 'DefineMetric') definitions.set(request.metric, request.definition);
  if (request.type !== 'ReportObservation') return;
  if ('label' in request.value) {
    labels.set(request.metric, request.value.label.printed);
    return;
  }
  const definition = definitions.get(request.metric);
  if (definition?.unit === undefined) throw new Error(`${request.metric} has no unit`);
  const { unit, kind, basis, basisInferred } = definition;
  const understood = understandQuantity(request.value.quantity, {
    unit,
    kind,
    ...(basis === undefined ? {} : { basis }),
    ...(basisInferred === undefined ? {} : { basisInferred }),
  });
  if ('refusals' in understood) throw new Error(JSON.stringify(understood.refusals[0]));
  quantities.set(request.metric, understood.quantity);
}

function of(id: string): Quantity {
  const quantity = quantities.get(id);
  if (quantity === undefined) throw new Error(`No figure ${id}`);
  return quantity;
}

function comparison(a: Quantity, b: Quantity): unknown {
  const compared = compareBounds(a, b);
  return 'comparison' in compared ? compared.comparison : compared.refusals;
}

function ratio(a: Quantity, b: Quantity): string | undefined {
  return amountOf(ratioPercent(a, b, 1));
}

function amountOf(result: object): string | undefined {
  if (!('quantity' in result)) throw new Error(JSON.stringify(result));
  const { quantity } = result;
  return quantity instanceof Object && 'amount' in quantity ? String(quantity.amount) : undefined;
}

function countBy(values: string[]): { [value: string]: number } {
  const counts: { [value: string]: number } = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
