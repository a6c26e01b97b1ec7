import type { LocalDate } from '@ledger/domain';
import type { SubjectKind } from '../../facts.js';
import type { ActivityQueries } from '../activity/queries.js';
import { foldInto, type Documents } from './documents.js';
import { holdsFrom } from './holds-from.js';
import type { CatalogueQueries, Known } from './queries.js';

export type CatalogueSources = { activity: ActivityQueries; catalogue: CatalogueQueries };

/** What held on a day; `madeAt` lists the events that count, where they are not all up to its own. */
export type InForce<K extends SubjectKind> = Known<K> & { madeAt?: readonly number[] };

/**
 * What held on a valid day, of what is known at `knownAt`: the fold of those events whose day has
 * come, in the order of their recording. `latest` is the newest version known then; it is the
 * answer itself for every day from which all of it counts, so only older days cost a fold.
 */
export function inForce<K extends SubjectKind>(
  { activity, catalogue }: CatalogueSources,
  kind: K,
  latest: Known<K>,
  { knownAt, validAt }: { knownAt: number; validAt: LocalDate | undefined },
): InForce<K> {
  if (validAt === undefined || (latest.document.holdsFrom ?? '') <= validAt) return latest;
  const soFar: Partial<Documents> = {};
  const madeAt: number[] = [];
  for (const position of catalogue.positions(kind, latest.id, knownAt)) {
    const fact = activity.factAt(position);
    const day = holdsFrom(fact, soFar.milestone?.history);
    if (day === undefined || day > validAt) continue;
    foldInto(soFar, fact);
    madeAt.push(position);
  }
  const document = soFar[kind];
  const position = madeAt.at(-1);
  if (document === undefined || position === undefined) return latest;
  return { id: latest.id, position, document, madeAt };
}

/** Everything of a kind that is known at `knownAt`, as it held on a valid day, by id. */
export const allInForce = <K extends SubjectKind>(
  sources: CatalogueSources,
  kind: K,
  moment: { knownAt: number; validAt: LocalDate | undefined },
): InForce<K>[] =>
  [...sources.catalogue.all(kind, '', moment.knownAt)].map((latest) =>
    inForce(sources, kind, latest, moment),
  );
