export type { Told } from './telling.js';
export {
  LATEST_UNTIL,
  MAX_EVENTS,
  MAX_METRICS,
  syntheticHistory,
  type SyntheticOptions,
} from './synthetic-history.js';
export { evenDay, evenHistory, evenMetricId, type EvenOptions } from './even-history.js';
