import { catalogueHandlers } from './catalogue.js';
import { changeHandlers } from './changes.js';
import { figureHandlers } from './figures.js';
import { logHandlers } from './log.js';
import { ResolveReadPointHandler } from './read-point.js';

/** Every query handler, for the module that hosts them beside VIEWS, LOG_READER, CLOCK, LiveFeed. */
export const readHandlers = [
  ...catalogueHandlers,
  ...changeHandlers,
  ...figureHandlers,
  ...logHandlers,
  ResolveReadPointHandler,
];
