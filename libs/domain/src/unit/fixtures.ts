import type { RegisterUnit, RenameUnit } from './commands.js';
import type { UnitRegistered, UnitRenamed } from './events.js';

export const today = '2021-09-01';

/** 光明区住房和建设局, under the district. */
export const housingBureau: UnitRegistered['data'] = {
  unit: 'housing-construction-bureau',
  names: { zh: '区住房和建设局', en: 'Housing and Construction Bureau' },
  level: 'institution',
  parent: 'guangming-district',
};
export const newNames = { zh: '区住房建设局', en: 'Housing Bureau' };

export const registered = (data = housingBureau): UnitRegistered => ({
  type: 'UnitRegistered',
  data,
});
export const renamed = (names = newNames): UnitRenamed => ({
  type: 'UnitRenamed',
  data: { unit: housingBureau.unit, names },
});

export const register = (more: Partial<RegisterUnit> = {}): RegisterUnit => ({
  type: 'RegisterUnit',
  today,
  ...housingBureau,
  facts: { missingReferences: [] },
  ...more,
});
export const rename = (more: Partial<RenameUnit> = {}): RenameUnit => ({
  type: 'RenameUnit',
  today,
  unit: housingBureau.unit,
  names: newNames,
  reason: '机构改革',
  ...more,
});
