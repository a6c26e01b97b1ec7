import type { SubjectKind } from '../../facts.js';
import { toPosition } from '../../tables/positions.js';
import type { CatalogueSources, InForce } from '../catalogue/in-force.js';
import { remembered } from './remembered.js';

/**
 * The positions of the events that made a version of a definition, ascending. What was only ever
 * defined, which is most, needs no question, and a milestone carries its turns itself.
 */
export function definitionPositions<K extends SubjectKind>(
  { catalogue }: Pick<CatalogueSources, 'catalogue'>,
  kind: K,
  { id, position, document, madeAt }: InForce<K>,
): string[] {
  if ('history' in document) return turnPositions(document);
  if (madeAt !== undefined) return madeAt.map(toPosition);
  if (document.holdsFrom === undefined) return [toPosition(position)];
  return remembered(catalogue, position, () =>
    catalogue.positions(kind, id, position).map(toPosition),
  );
}

/** The positions of the turns of a milestone, ascending: every event of it is one. */
export const turnPositions = (document: { history: readonly { position: string }[] }): string[] =>
  document.history.map(({ position }) => position);
