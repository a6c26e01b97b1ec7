import { catalogueHandlers } from './catalogue.js';
import { changeHandlers } from './changes.js';
import { differenceHandlers } from './difference.js';
import { figureHandlers } from './figures.js';
import { logHandlers } from './log.js';
import { ResolveReadPointHandler } from './read-point.js';
import { seriesHandlers } from './series.js';
import { vintageHandlers } from './vintages.js';

/** Every query handler, for the module that hosts them beside VIEWS, LOG_READER, CLOCK, LiveFeed. */
export const readHandlers = [
  ...catalogueHandlers,
  ...changeHandlers,
  ...differenceHandlers,
  ...figureHandlers,
  ...logHandlers,
  ...seriesHandlers,
  ...vintageHandlers,
  ResolveReadPointHandler,
];
