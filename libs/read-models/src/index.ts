export type * from './answers.js';
export type * from './views.js';
export { ProjectionFault, type ProjectionFaultCode } from './fault.js';
export { openQueries, openViews, type Queries } from './open-views.js';
export { viewsFileIn } from './runner/place.js';
export type { Standing } from './runner/live-writer.js';
export { Projector, type Batch, type ProjectorOptions } from './runner/projector.js';
export { rebuildViews, type RebuildOptions } from './runner/rebuild.js';
