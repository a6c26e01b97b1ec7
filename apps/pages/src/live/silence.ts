/** A stream that is silent this long is checked. */
const silenceMs = 45_000;
const answerWithinMs = 5_000;

/**
 * Notices a connection that died without a word (a laptop that slept, a lost route): heartbeats
 * are comments, which an EventSource keeps to itself, so a silent stream is checked by asking the
 * server whether it lives. `dead` is called at most once.
 */
export function watchSilence(
  dead: () => void,
  lives: () => Promise<boolean> = serverLives,
): { broken(): void; stop(): void } {
  let heardAt = Date.now();
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;

  const wait = () => {
    timer = setTimeout(() => void check(), Math.max(1_000, heardAt + silenceMs - Date.now()));
  };
  const check = async () => {
    if (Date.now() - heardAt < silenceMs) return wait();
    const alive = await lives();
    if (stopped) return;
    if (!alive) return dead();
    heardAt = Date.now();
    wait();
  };
  wait();
  return {
    broken: () => {
      heardAt = Date.now();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function serverLives(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const response = await fetch('/health/live', { cache: 'no-store', signal });
    return response.ok;
  } catch {
    return false;
  }
}
