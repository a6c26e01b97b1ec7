import type { Decided, MissingReference } from '../decision.js';
import type { Text } from '../text.js';
import type { UnitLevel } from './events.js';

export type RegisterUnit = Decided & {
  type: 'RegisterUnit';
  unit: string;
  names: Text;
  level: UnitLevel;
  parent?: string;
  facts: { missingReferences: MissingReference[] };
};
export type RenameUnit = Decided & {
  type: 'RenameUnit';
  unit: string;
  names: Text;
  reason: string;
};

export type UnitCommand = RegisterUnit | RenameUnit;
