import type { LocalDate } from '@ledger/domain';
import type {
  Board,
  Change,
  MetricView,
  MilestoneView,
  Page,
  ReformView,
  RememberedCommand,
  Timeline,
  TimelineView,
  UnitView,
} from './answers.js';

/** `knownAt` is a position; every answer is what the ledger knew when it stood there. */
export type Known = { knownAt: string };
export type PageRequest = Known & { after?: string; limit: number };

export type TimelineRequest = Known & {
  metric: string;
  validFrom?: LocalDate;
  validTo?: LocalDate;
  view: TimelineView;
};

/**
 * All queries over the views file. Synchronous: point reads of microseconds on the caller's own
 * connection. `undefined` means that the ledger knew no such thing at `knownAt`.
 */
export interface Views {
  /** The position up to which every model has taken in the log. */
  projectedPosition(): string;
  /** The last position recorded at or before this instant; `"0"` when there is none. */
  positionAt(recordedAt: string): string;
  board(request: Known & { validAt?: LocalDate }): Board;
  timeline(request: TimelineRequest): Timeline | undefined;
  metric(request: Known & { id: string }): MetricView | undefined;
  metrics(request: PageRequest & { reform?: string; kind?: string }): Page<MetricView>;
  reform(request: Known & { id: string }): ReformView | undefined;
  reforms(request: PageRequest): Page<ReformView>;
  milestone(request: Known & { id: string }): MilestoneView | undefined;
  milestones(request: PageRequest & { reform?: string }): Page<MilestoneView>;
  unit(request: Known & { id: string }): UnitView | undefined;
  units(request: PageRequest): Page<UnitView>;
  /** Newest first; `after` is a position, exclusive, going down. */
  activity(request: PageRequest & { subject?: { kind: string; id: string } }): Page<Change>;
  /** Oldest first, after a position, exclusive: the replay of the live stream. */
  changesAfter(position: string, limit: number): Change[];
  command(commandId: string): RememberedCommand | undefined;
  close(): void;
}
