// The one place where the page touches the API: types only, nothing of it reaches the bundle.
export type {
  Board,
  BoardHighlight,
  BoardItem,
  BoardMetric,
  BoardMilestone,
  Change,
  ChangeKind,
} from '../../api/src/api-types.js';
import type { BoardMetric, BoardMilestone } from '../../api/src/api-types.js';

export type BoardValue = BoardMetric['values'][number];
export type ValidTime = BoardValue['time'];
export type Quantity = NonNullable<BoardValue['figure']['quantity']>;
export type Basis = NonNullable<Quantity['basis']>;
export type MilestoneStatus = BoardMilestone['status'];
export type MilestoneDate = NonNullable<BoardMilestone['on']>;
export type Names = BoardMetric['names'];
