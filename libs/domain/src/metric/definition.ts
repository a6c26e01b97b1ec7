import type { Refusal } from '../decision.js';
import { findUnit } from '../quantity/units.js';
import { missingField, placeRefusals, scopeRefusals, unwrittenTexts } from '../refusals.js';
import { isWritten } from '../text.js';
import type { Frequency, MetricDefinition, MetricKind, TimeSemantics } from './events.js';
import * as refuse from './refusals.js';

/** Which valid time a figure of each kind needs: the kind decides how figures may be compared. */
export const timesOfKind: Record<MetricKind, readonly TimeSemantics[]> = {
  cumulative: ['asOf', 'yearToDate'],
  stock: ['asOf'],
  flow: ['period', 'averagePerPeriod'],
  ratio: ['asOf', 'period', 'yearToDate'],
  progress: ['asOf'],
  parameter: ['asOf', 'yearToDate', 'period'],
};

/** Complete by the compiler: a new field of the definition must be named here. */
const allFields: Record<keyof MetricDefinition, true> = {
  reform: true,
  names: true,
  kind: true,
  unit: true,
  unitPrinted: true,
  basis: true,
  basisInferred: true,
  direction: true,
  timeSemantics: true,
  seriesDimensions: true,
  characteristics: true,
  definition: true,
  dataSource: true,
  frequency: true,
  owner: true,
  leadUnit: true,
  participants: true,
  place: true,
  parts: true,
  completionMilestone: true,
  scope: true,
  relations: true,
  note: true,
};
export const isField = (name: string): name is keyof MetricDefinition =>
  Object.hasOwn(allFields, name);

/** Changing one of these makes another series: figures before and after do not compare. */
export const structuralFields: readonly (keyof MetricDefinition)[] = [
  'kind',
  'unit',
  'basis',
  'timeSemantics',
  'seriesDimensions',
];

const frequencies: readonly Frequency[] = [
  'once',
  'irregular',
  'weekly',
  'monthly',
  'quarterly',
  'halfYearly',
  'yearly',
];

/** Everything wrong with a definition by itself; `pointer` is where it stands in the command. */
export function definitionRefusals(definition: MetricDefinition, pointer: string): Refusal[] {
  const { names, scope, place } = definition;
  return [
    ...unwrittenTexts(names, `${pointer}/names`),
    ...mandatoryRefusals(definition, pointer),
    ...unitRefusals(definition, pointer),
    ...timeSemanticsRefusals(definition, pointer),
    ...dimensionRefusals(definition.seriesDimensions, `${pointer}/seriesDimensions`),
    ...(scope === undefined ? [] : scopeRefusals(scope, `${pointer}/scope`)),
    ...(place === undefined ? [] : placeRefusals(place, `${pointer}/place`)),
  ];
}

/** A figure whose definition, source, frequency or owner nobody stated cannot be checked later. */
function mandatoryRefusals(definition: MetricDefinition, pointer: string): Refusal[] {
  const code = 'DEFINITION_INCOMPLETE';
  const { frequency, owner } = definition;
  return [
    ...unwrittenTexts(definition.definition, `${pointer}/definition`, code),
    ...unwrittenTexts(definition.dataSource, `${pointer}/dataSource`, code),
    ...(frequencies.includes(frequency) ? [] : [missingField(`${pointer}/frequency`, code)]),
    ...(isWritten(owner) ? [] : [missingField(`${pointer}/owner`, code)]),
  ];
}

function unitRefusals({ kind, unit }: MetricDefinition, pointer: string): Refusal[] {
  const isRate = kind === 'ratio' || kind === 'progress';
  if (unit === undefined) {
    return kind === 'parameter' ? [] : [missingField(`${pointer}/unit`, 'DEFINITION_INCOMPLETE')];
  }
  if (findUnit(unit) === undefined) return [refuse.unitUnknown(unit, `${pointer}/unit`)];
  return isRate && unit !== 'percent'
    ? [refuse.kindNeedsPercent(kind, unit, `${pointer}/unit`)]
    : [];
}

function timeSemanticsRefusals(definition: MetricDefinition, pointer: string): Refusal[] {
  const { kind, timeSemantics } = definition;
  const allowed = timesOfKind[kind];
  if (allowed.includes(timeSemantics)) return [];
  return [refuse.kindTimeMismatch(kind, timeSemantics, allowed, `${pointer}/timeSemantics`)];
}

/** Dimension names become keys of the stored series key, so they are plain identifiers. */
function dimensionRefusals(dimensions: readonly string[], pointer: string): Refusal[] {
  return dimensions.flatMap((name, index) =>
    /^[a-z][A-Za-z0-9]{0,59}$/.test(name) && dimensions.indexOf(name) === index
      ? []
      : [refuse.dimensionInvalid(name, `${pointer}/${index}`)],
  );
}
