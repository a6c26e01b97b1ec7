// What clients in this repository may take from the API: types only, nothing that runs.
export type {
  Board,
  BoardHighlight,
  BoardItem,
  BoardMetric,
  BoardMilestone,
  Change,
  ChangeKind,
  Difference,
  DifferenceItem,
  Figure,
  Funnel,
  MetricView,
  MilestoneStatus,
  MilestoneView,
  Provenance,
  ReformView,
  SeriesOfMetric,
  Timeline,
  TimelineEntry,
  TimelineView,
  Traced,
  UnitView,
  Vintage,
  Vintages,
  Why,
  WhySeries,
} from '@ledger/read-models';
export type { Receipt, ReceiptEvent } from '@ledger/application';
export type { ChangeEvent } from './stream/cloud-event.js';
export type { Problem } from './http/schemas.js';

/** A page of a list. */
export type ApiPage<T> = { items: T[]; nextPageToken: string | null; knownAt: string };
