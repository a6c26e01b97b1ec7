const answerWithinMs = 5_000;

/**
 * What the server found in the log's store that no writer of the ledger does, a sentence each;
 * undefined when it did not say. Health answers it whether the server is ready or not.
 */
export async function fetchTamperSignals(): Promise<string[] | undefined> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const response = await fetch('/health/ready', { cache: 'no-store', signal });
    return tamperSignalsIn(await response.json());
  } catch {
    return undefined;
  }
}

/** Reads them out of the answer; undefined for an answer of another shape. */
export function tamperSignalsIn(answer: unknown): string[] | undefined {
  const log = memberOf(answer, 'log');
  const signals = memberOf(log, 'tamperSignals');
  if (!Array.isArray(signals)) return undefined;
  return signals.map((signal) => {
    const what = memberOf(signal, 'what');
    return typeof what === 'string' ? what : JSON.stringify(signal);
  });
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
