import { MODEL_NAMES, models, type ModelName } from './models.js';

/**
 * Which models an answer is made of. What asks no more than these goes on being answered while
 * another model is parked. `catalogue` needs the activity for revisions, `figures` needs all.
 */
export const NEEDS = {
  activity: ['activity'],
  catalogue: ['activity', 'catalogue'],
  figures: MODEL_NAMES,
} as const satisfies { [answers: string]: readonly ModelName[] };

/** The version of a model's fold that this program brings; views may be of another one. */
export function versionOf(name: ModelName): number {
  const found = models.find((model) => model.name === name);
  if (found === undefined) throw new RangeError(`There is no read model "${name}".`);
  return found.version;
}
