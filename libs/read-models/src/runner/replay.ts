import type { EventLogReader } from '@ledger/event-log';

/** A read model as it stands: `hash` is SHA-256, hex, over everything it holds at `position`. */
export type ModelState = {
  name: string;
  version: number;
  position: string;
  rows: number;
  hash: string;
};

/** How far long work is: events, or rows in phases that compare. */
export type Progress = { phase: string; done: number; total: number };

export type ReplayOptions = {
  log: EventLogReader;
  /** A folder for what is made meanwhile and removed at the end. */
  folder: string;
  /** Position up to which the log is folded; default its end. */
  until?: string;
  /** Names of read models; default all. */
  models?: readonly string[];
  /** Ends the replay with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
};

export type Replayed = { position: string; models: ModelState[] };
