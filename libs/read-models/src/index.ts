export type * from './answers.js';
export type * from './models/lineage/answers.js';
export type * from './models/vintages/answers.js';
export type * from './views.js';
export { ProjectionFault, type ProjectionFaultCode } from './fault.js';
export { openViews } from './open-views.js';
export { openQueries, type Queries } from './reading.js';
export { viewsFileIn } from './runner/place.js';
export type { Standing } from './runner/live-writer.js';
export { Projector, type Batch, type ProjectorOptions } from './runner/projector.js';
export type { Comparison, ModelVerdict, RebuildTrigger } from './runner/comparison.js';
export { isModelName, MODEL_NAMES, type ModelName } from './models.js';
export { NEEDS, versionOf } from './needs.js';
export { rebuildViews, type RebuildOptions, type Rebuilt } from './runner/rebuild.js';
export {
  liveModels,
  replayModels,
  type ModelState,
  type Progress,
  type Replayed,
  type ReplayOptions,
} from './runner/replay.js';
export type { ModelStanding } from './runner/standing.js';
export {
  verifyViews,
  type Divergence,
  type ModelVerification,
  type VerifyOptions,
  type ViewsVerification,
} from './runner/verify.js';
export { examineViews, type Examined } from './runner/examine.js';
export { rebuildRecorded, rebuildToRecord } from './runner/to-record.js';
export { exportViews, type ExportOptions } from './runner/snapshot.js';
export { importViews, type Imported, type ImportOptions } from './runner/snapshot-import.js';
export { SnapshotFault, type SnapshotFaultCode } from './runner/snapshot-fault.js';
export type { SnapshotManifest, SnapshotModel } from './runner/snapshot-manifest.js';
