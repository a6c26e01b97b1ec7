// Names and shapes here are storage format: never edited, only added to.
import type { Text } from '../text.js';

/** Where an organisation stands: district 区, street 街道, community 社区, or beside the line. */
export type UnitLevel = 'district' | 'street' | 'community' | 'institution' | 'other';

export type UnitRegistered = {
  type: 'UnitRegistered';
  data: { unit: string; names: Text; level: UnitLevel; parent?: string };
};
export type UnitRenamed = { type: 'UnitRenamed'; data: { unit: string; names: Text } };

export type UnitEvent = UnitRegistered | UnitRenamed;
