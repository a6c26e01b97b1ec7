import type { Board } from '../board-types.js';
import type { Language } from '../text/catalogue.js';

/** Why there is no board, in the words of the API (problem+json) where it gave any. */
export type Problem = {
  kind: 'unreachable' | 'unreadable' | 'refused';
  status?: number;
  title?: string;
  detail?: string;
  /** What to do, said by the API for each fault of the request. */
  hints: string[];
  code?: string;
  requestId?: string;
  retryAfterMs?: number;
};

export type BoardAnswer = { board: Board } | { problem: Problem };

/** A server that takes longer counts as unreachable: it waits for its views at most 2 s. */
const answerWithinMs = 15_000;

/** Asks for the board; never throws, except when `signal` aborts. */
export async function fetchBoard(
  params: { [name: string]: string },
  language: Language,
  signal: AbortSignal,
): Promise<BoardAnswer> {
  const query = new URLSearchParams(params).toString();
  const request = new AbortController();
  const give = () => request.abort();
  const late = setTimeout(give, answerWithinMs);
  signal.addEventListener('abort', give);
  try {
    const response = await fetch(`/v1/board${query === '' ? '' : `?${query}`}`, {
      headers: {
        Accept: 'application/json, application/problem+json',
        'Accept-Language': language === 'zh' ? 'zh-CN, en;q=0.5' : 'en, zh-CN;q=0.5',
      },
      signal: request.signal,
    });
    const text = await response.text();
    return answerOf(response.status, response.headers.get('Retry-After'), text);
  } catch (error) {
    signal.throwIfAborted();
    return { problem: { kind: 'unreachable', detail: messageOf(error), hints: [] } };
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', give);
  }
}

/** What an HTTP answer means: the board, or a problem with everything that can be shown of it. */
export function answerOf(status: number, retryAfter: string | null, text: string): BoardAnswer {
  const body = parsed(text);
  if (status === 200 && isBoard(body)) return { board: body };
  const waitMs = Number(retryAfter ?? NaN) * 1000;
  const retry = Number.isFinite(waitMs) && waitMs >= 0 ? { retryAfterMs: waitMs } : {};
  if (status < 400 || !isRecord(body) || typeof body['title'] !== 'string') {
    return { problem: { kind: 'unreadable', status, hints: [], ...retry } };
  }
  const hints = hintsOf(body['errors'], body['detail']);
  const problem: Problem = { kind: 'refused', status, hints, ...retry };
  for (const name of ['title', 'detail', 'code', 'requestId'] as const) {
    const value = body[name];
    if (typeof value === 'string') problem[name] = value;
  }
  return { problem };
}

/** Message and hint of each fault; what `detail` says already is not repeated. */
function hintsOf(errors: unknown, detail: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: unknown) => {
    if (!isRecord(error)) return [];
    const parts = [error['message'], error['hint']];
    const said = parts.filter((part) => typeof part === 'string' && part !== detail);
    return said.length === 0 ? [] : [said.join(' ')];
  });
}

/** Enough to tell a board from another answer; the shape itself is the API's promise. */
function isBoard(body: unknown): body is Board {
  return isRecord(body) && Array.isArray(body['highlights']) && typeof body['knownAt'] === 'string';
}

function isRecord(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
