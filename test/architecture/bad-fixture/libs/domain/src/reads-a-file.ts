// Deliberately wrong: the domain does no I/O and knows no engine.
import { readFileSync } from 'node:fs';
import { open } from '../../event-log-sqlite/src/engine.js';

export const wrong = [readFileSync, open];
