// Names and shapes here are storage format: never edited, only added to.
import type { Text } from '../text.js';

/** What asked for the rebuild: the start of a server, its operations, or the command line. */
export type RebuildTrigger = 'boot' | 'operation' | 'commandLine';

/** The content of one model at a position: `hash` is a SHA-256, 64 hex digits, over its rows. */
export type ModelContent = { version: number; rows: number; hash: string };

/**
 * How a new model compares with the one that it replaces, both up to the same position. `equal`:
 * the same rows. `explained`: other rows, or nothing to compare with; the event's `explanation`
 * says why that is right. What is neither is not replaced, so it never stands here.
 */
export type RebuiltModel = { name: string } & ModelContent &
  (
    { verdict: 'equal'; previous: ModelContent } | { verdict: 'explained'; previous?: ModelContent }
  );

/**
 * The read models were built anew from the log and put in the place of the old ones. `build` is
 * the new database's name, 8 hex digits; `position` the one up to which both were compared.
 */
export type ReadModelsRebuilt = {
  type: 'ReadModelsRebuilt';
  data: {
    projection: string;
    build: string;
    trigger: RebuildTrigger;
    position: string;
    models: RebuiltModel[];
    explanation?: Text;
  };
};

export type ProjectionEvent = ReadModelsRebuilt;
