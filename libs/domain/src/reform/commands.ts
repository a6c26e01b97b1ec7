import type { Decided, MissingReference } from '../decision.js';
import type { LocalDate } from '../time/time.js';
import type { Text } from '../text.js';
import type { Stage } from './events.js';

export type RegisterReform = Decided & {
  type: 'RegisterReform';
  reform: string;
  names: Text;
  highlight?: number;
  summary?: Text;
  stage?: Stage;
};
/** Skipping a stage needs a reason. */
export type AdvanceStage = Decided & {
  type: 'AdvanceStage';
  reform: string;
  to: Stage;
  on: LocalDate;
  reason?: string;
};
export type AssignResponsibility = Decided & {
  type: 'AssignResponsibility';
  reform: string;
  lead: string;
  coUnits: string[];
  parcel?: string;
  due?: LocalDate;
  facts: { missingReferences: MissingReference[] };
};

export type ReformCommand = RegisterReform | AdvanceStage | AssignResponsibility;
