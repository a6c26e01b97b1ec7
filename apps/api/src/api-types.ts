// What clients in this repository may take from the API: types only, nothing that runs.
export type {
  Board,
  BoardHighlight,
  BoardItem,
  BoardMetric,
  BoardMilestone,
  Change,
  ChangeKind,
  Figure,
  MetricView,
  MilestoneStatus,
  MilestoneView,
  Provenance,
  ReformView,
  Timeline,
  TimelineEntry,
  TimelineView,
  UnitView,
} from '@ledger/read-models';
export type { Receipt, ReceiptEvent } from '@ledger/application';
export type { ChangeEvent } from './stream/cloud-event.js';
export type { Problem } from './http/schemas.js';

/** A page of a list. */
export type ApiPage<T> = { items: T[]; nextPageToken: string | null; knownAt: string };
