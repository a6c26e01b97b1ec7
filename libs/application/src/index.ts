export type { RequestContext } from './write/requests.js';
export {
  WriteMetric,
  WriteMilestone,
  WriteProjection,
  WriteReform,
  WriteUnit,
} from './write/requests.js';
export { rebuildCommand, type RebuildSaid } from './write/rebuild-command.js';
export type { Receipt, ReceiptEvent } from './write/receipt.js';
export { WriteRejected, type RejectionReason } from './write/rejection.js';
export * from './read/catalogue.js';
export * from './read/changes.js';
export * from './read/difference.js';
export * from './read/figures.js';
export * from './read/log.js';
export * from './read/read-point.js';
export * from './read/series.js';
export * from './read/vintages.js';
export { ReadRejected, type ReadRejectionCode, type ReadRejectionFacts } from './read/rejection.js';
export { readHandlers } from './read/read-handlers.js';
export { CLOCK, LOG_READER, VIEWS } from './read/tokens.js';
export { ChangesProjected, LiveFeed } from './live/live-feed.js';
export type * from './operations/operation.js';
export { MOST_QUEUED, MOST_REMEMBERED, Operations } from './operations/operations.js';
export { ApplicationModule, type ApplicationParts } from './application.module.js';
export { importFacts, type ImportParts, type ImportResult } from './write/import-facts.js';
export { commandHash, commandIdentity } from './write/identity.js';
export { asDomainEvent } from './write/aggregate-store.js';
export { LedgerWriter } from './write/ledger-writer.js';
