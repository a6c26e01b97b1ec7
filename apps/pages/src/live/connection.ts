/**
 * How the page stands with the ledger, as a plain state machine: events of the stream and of the
 * board requests go in, what the status strip says comes out. Times are epoch milliseconds.
 */
export type Connection = {
  phase: 'connecting' | 'replaying' | 'live' | 'lost' | 'paused' | 'frozen';
  /** Since when the stream is away. */
  lostAt?: number;
  /** Since when a change is known that the board does not show yet. */
  behindSince?: number;
  /** When the board shown was read. */
  updatedAt?: number;
  /** Failed attempts since the last hello: the wait before the next one grows with it. */
  attempts: number;
};

export type ConnectionEvent =
  | { type: 'opening' }
  | { type: 'hello' }
  | { type: 'caughtUp' }
  | { type: 'changeKnown'; at: number }
  | { type: 'boardRead'; at: number; current: boolean }
  | { type: 'lost'; at: number }
  | { type: 'paused' }
  | { type: 'frozen' };

export type Shown =
  | { mark: 'connecting' | 'live' | 'paused' | 'frozen' }
  | { mark: 'delayed'; seconds: number }
  | { mark: 'offline'; since?: number };

/** A board that lags this long is called delayed: two seconds is what live promises. */
export const delayedAfterMs = 2_000;
/** A stream away this long is called offline; shorter gaps are ordinary reconnects. */
export const offlineAfterMs = 20_000;

export const initialConnection: Connection = { phase: 'connecting', attempts: 0 };

export function connectionAfter(state: Connection, event: ConnectionEvent): Connection {
  switch (event.type) {
    case 'opening':
      // While reconnecting the page keeps saying since when it is away.
      return state.phase === 'lost' ? state : { ...state, phase: 'connecting' };
    case 'hello':
      return { ...without(state, 'lostAt'), phase: 'replaying', attempts: 0 };
    case 'caughtUp':
      return { ...state, phase: 'live' };
    case 'changeKnown':
      return { ...state, behindSince: state.behindSince ?? event.at };
    case 'boardRead': {
      const read = event.current ? without(state, 'behindSince') : state;
      return { ...read, updatedAt: event.at };
    }
    case 'lost':
      return {
        ...state,
        phase: 'lost',
        lostAt: state.lostAt ?? event.at,
        attempts: state.attempts + 1,
      };
  }
  const kept = without(without(state, 'lostAt'), 'behindSince');
  return { ...kept, phase: event.type, attempts: 0 };
}

/** What the strip says at a moment. */
export function shownConnection(state: Connection, now: number): Shown {
  if (state.phase === 'lost') {
    const away = now - (state.lostAt ?? now);
    if (away >= offlineAfterMs) {
      return state.updatedAt === undefined
        ? { mark: 'offline' }
        : { mark: 'offline', since: state.updatedAt };
    }
    return { mark: 'delayed', seconds: Math.max(1, Math.round(away / 1000)) };
  }
  if (state.phase === 'paused' || state.phase === 'frozen') return { mark: state.phase };
  const behind = state.behindSince === undefined ? 0 : now - state.behindSince;
  if (behind >= delayedAfterMs) return { mark: 'delayed', seconds: Math.round(behind / 1000) };
  return { mark: state.phase === 'live' ? 'live' : 'connecting' };
}

/** 1, 2, 4, 8, then 15 s, spread by a quarter so that many screens do not return at once. */
export function retryDelayMs(attempts: number, random: number): number {
  const base = Math.min(15_000, 1_000 * 2 ** Math.max(0, attempts - 1));
  return Math.round(base * (0.75 + 0.5 * random));
}

function without(state: Connection, key: 'lostAt' | 'behindSince'): Connection {
  const rest = { ...state };
  delete rest[key];
  return rest;
}
