/**
 * Turns many requests for work into few runs: the first request waits `delayMs` so that a burst
 * becomes one run, and never does a second run start while one is going on. A request made during
 * a run starts one more run after it.
 */
export type Coalesced = {
  request(): void;
  /** Forgets what was requested; a run that is going on is not stopped. */
  cancel(): void;
};

export function coalesce(run: () => Promise<void>, delayMs: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;

  const start = async () => {
    timer = undefined;
    running = true;
    try {
      await run();
    } finally {
      running = false;
      if (again) {
        again = false;
        request();
      }
    }
  };
  const request = () => {
    if (running) again = true;
    else timer ??= setTimeout(() => void start(), delayMs);
  };
  return {
    request,
    cancel() {
      clearTimeout(timer);
      timer = undefined;
      again = false;
    },
  };
}
