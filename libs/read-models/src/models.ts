import { activity } from './models/activity/tables.js';
import { catalogue } from './models/catalogue/tables.js';
import type { Model } from './models/model.js';
import { timeline } from './models/timeline/tables.js';

export const MODEL_NAMES = ['activity', 'catalogue', 'timeline'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];
export const isModelName = (name: string): name is ModelName =>
  MODEL_NAMES.some((known) => known === name);

/** Every model with tables of its own. The board is answered from catalogue and timeline. */
export const models: readonly Model<ModelName>[] = [activity, catalogue, timeline];
