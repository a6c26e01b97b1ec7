import type { Decided } from '../decision.js';
import type { ReadModelsRebuilt } from './events.js';

/** Asked by whoever replaced the read models; no person and no source can ask for it. */
export type RecordRebuild = Decided & { type: 'RecordRebuild' } & ReadModelsRebuilt['data'];

export type ProjectionCommand = RecordRebuild;
