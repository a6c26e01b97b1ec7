// Names and shapes here are storage format: never edited, only added to.
import type { LocalDate } from '../time/time.js';
import type { Text } from '../text.js';

/** The maturity ladder 试点 -> 示范点 -> 复制推广, from proposal to routine. */
export type Stage =
  'proposed' | 'pilot' | 'demonstrationPoint' | 'replicated' | 'institutionalised';

export type ReformRegistered = {
  type: 'ReformRegistered';
  /** `highlight` is the reform's number in the programme; 0 is the programme as a whole. */
  data: { reform: string; names: Text; highlight?: number; summary?: Text; stage?: Stage };
};
/** `from` is absent where no stage was known before. */
export type StageAdvanced = {
  type: 'StageAdvanced';
  data: { reform: string; from?: Stage; to: Stage; on: LocalDate };
};
export type ResponsibilityAssigned = {
  type: 'ResponsibilityAssigned';
  data: { reform: string; lead: string; coUnits: string[]; parcel?: string; due?: LocalDate };
};

export type ReformEvent = ReformRegistered | StageAdvanced | ResponsibilityAssigned;
