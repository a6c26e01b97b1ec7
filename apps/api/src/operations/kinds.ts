import { z } from 'zod';
import type { OperationKind } from './kinds/kind.js';
import { rebuild, RebuildBodySchema, RebuildResultSchema } from './kinds/rebuild.js';
import { replay, ReplayBodySchema, ReplayResultSchema } from './kinds/replay.js';

// Every kind of operation that this server does: its work, and the shapes of what is asked and of
// what comes out.

const kinds: readonly OperationKind[] = [replay, rebuild];

/** Throws for a name that no schema lets through. */
export function kindNamed(name: string): OperationKind {
  const found = kinds.find((kind) => kind.name === name);
  if (found === undefined) throw new RangeError(`There is no operation of the kind "${name}".`);
  return found;
}

export const OperationBodySchema = z
  .discriminatedUnion('kind', [ReplayBodySchema, RebuildBodySchema])
  .meta({ id: 'OperationRequest' });
export type OperationBody = z.infer<typeof OperationBodySchema>;

export const OperationResultSchema = z.union([ReplayResultSchema, RebuildResultSchema]);
