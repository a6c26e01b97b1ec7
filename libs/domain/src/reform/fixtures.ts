import type { AdvanceStage, AssignResponsibility, RegisterReform } from './commands.js';
import type { ReformRegistered, ResponsibilityAssigned, Stage, StageAdvanced } from './events.js';

export const today = '2021-09-01';

/** Highlight 2 of the article: 土地整备“3.0”. */
export const redevelopment: ReformRegistered['data'] = {
  reform: 'land-redevelopment-3-0',
  names: { zh: '土地整备 3.0 模式', en: 'Land redevelopment 3.0' },
  highlight: 2,
  summary: { zh: '连片土地整备新模式', en: 'A new model for contiguous land' },
};
export const responsibility: ResponsibilityAssigned['data'] = {
  reform: redevelopment.reform,
  lead: 'urban-renewal-bureau',
  coUnits: ['guangming-street', 'fenghuang-street'],
  due: '2021-12-31',
};

export const registered = (more: Partial<ReformRegistered['data']> = {}): ReformRegistered => ({
  type: 'ReformRegistered',
  data: { ...redevelopment, ...more },
});
export const advanced = (to: Stage, from?: Stage, on = '2021-08-26'): StageAdvanced => ({
  type: 'StageAdvanced',
  data: { reform: redevelopment.reform, ...(from && { from }), to, on },
});
export const assigned = (
  more: Partial<ResponsibilityAssigned['data']> = {},
): ResponsibilityAssigned => ({
  type: 'ResponsibilityAssigned',
  data: { ...responsibility, ...more },
});

export const register = (more: Partial<RegisterReform> = {}): RegisterReform => ({
  type: 'RegisterReform',
  today,
  ...redevelopment,
  ...more,
});
export const advance = (to: Stage, more: Partial<AdvanceStage> = {}): AdvanceStage => ({
  type: 'AdvanceStage',
  today,
  reform: redevelopment.reform,
  to,
  on: '2021-08-26',
  ...more,
});
export const assign = (more: Partial<AssignResponsibility> = {}): AssignResponsibility => ({
  type: 'AssignResponsibility',
  today,
  ...responsibility,
  facts: { missingReferences: [] },
  ...more,
});
