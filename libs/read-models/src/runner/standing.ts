import { toPosition } from '../tables/positions.js';
import { stateHash, type ModelFault, type ModelRow } from './checkpoint.js';
import type { ModelState } from './replay.js';

/** A read model as it stands, certified by its state hash; `fault` where it is parked. */
export type ModelStanding = ModelState & { fault?: ModelFault };

export const modelStanding = (row: ModelRow): ModelStanding => ({
  name: row.name,
  version: row.version,
  position: toPosition(row.position),
  rows: row.digest.rows,
  hash: stateHash(row),
  ...(row.fault !== undefined && { fault: row.fault }),
});
