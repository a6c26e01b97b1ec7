/** What the read side is given by the module that hosts it. */
export const VIEWS = Symbol('Views');
export const LOG_READER = Symbol('EventLogReader');
export const CLOCK = Symbol('Clock');
