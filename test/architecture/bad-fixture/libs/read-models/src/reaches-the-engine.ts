// Deliberately wrong: a read model follows the port, whatever engine stands behind it.
export { open } from '../../event-log-sqlite/src/engine.js';
