/** How long the engine waits, in milliseconds. Tests make them short. */
export type Timings = {
  /** For the answer to one append, before its outcome counts as unknown. */
  append: number;
  /** After an append without answer, before "not there" is believed: servers write for 2 s. */
  settle: number;
  /** For one append in all: sending, reading back, sending again. */
  budget: number;
  /** Between two frames of a read. */
  idle: number;
  /** For a written event to come by in the order of the log, before its stream is read instead. */
  echo: number;
  /** For a server that is still starting, when the log is opened. */
  open: number;
  /** A subscription that is silent for so long is compared with the head of the log. */
  watchdog: number;
  /** Before connecting again: from the first to the longest pause, with jitter. */
  backoff: { first: number; longest: number };
  /** For what is on its way when the log is closed. */
  close: number;
};

export const TIMINGS: Timings = {
  append: 10_000,
  settle: 5_000,
  budget: 30_000,
  idle: 10_000,
  echo: 1_000,
  open: 5_000,
  watchdog: 15_000,
  backoff: { first: 200, longest: 30_000 },
  close: 5_000,
};
