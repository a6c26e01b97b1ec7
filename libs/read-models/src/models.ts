import { activity } from './models/activity/tables.js';
import { catalogue } from './models/catalogue/tables.js';
import type { Model } from './models/model.js';
import { timeline } from './models/timeline/tables.js';

/** Every model with tables of its own. The board is answered from catalogue and timeline. */
export const models: readonly Model[] = [activity, catalogue, timeline];
