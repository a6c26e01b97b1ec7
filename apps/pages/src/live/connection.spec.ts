import {
  connectionAfter,
  initialConnection,
  offlineAfterMs,
  retryDelayMs,
  shownConnection,
} from './connection.js';
import type { Connection, ConnectionEvent } from './connection.js';

const after = (...events: ConnectionEvent[]): Connection =>
  events.reduce(connectionAfter, initialConnection);
const live = after(
  { type: 'boardRead', at: 1_000, current: true },
  { type: 'opening' },
  { type: 'hello' },
  { type: 'caughtUp' },
);

describe('the connection as the status strip shows it', () => {
  it('is live only once the replay has caught up', () => {
    const replaying = after({ type: 'opening' }, { type: 'hello' });
    expect(shownConnection(replaying, 1_000)).toEqual({ mark: 'connecting' });
    expect(shownConnection(connectionAfter(replaying, { type: 'caughtUp' }), 1_000)).toEqual({
      mark: 'live',
    });
  });

  it('stays live while a change is younger than two seconds, then tells its age', () => {
    // given
    const behind = connectionAfter(live, { type: 'changeKnown', at: 10_000 });
    // when / then
    expect(shownConnection(behind, 11_900)).toEqual({ mark: 'live' });
    expect(shownConnection(behind, 52_000)).toEqual({ mark: 'delayed', seconds: 42 });
  });

  it('counts from the first change that is not shown yet', () => {
    const behind = [10_000, 15_000].reduce(
      (state, at) => connectionAfter(state, { type: 'changeKnown', at }),
      live,
    );
    expect(shownConnection(behind, 20_000)).toEqual({ mark: 'delayed', seconds: 10 });
  });

  it('is live again when the board has caught up, not when it is still behind', () => {
    const behind = connectionAfter(live, { type: 'changeKnown', at: 10_000 });
    const half = connectionAfter(behind, { type: 'boardRead', at: 13_000, current: false });
    const whole = connectionAfter(behind, { type: 'boardRead', at: 13_000, current: true });
    expect(shownConnection(half, 13_000)).toEqual({ mark: 'delayed', seconds: 3 });
    expect(shownConnection(whole, 13_000)).toEqual({ mark: 'live' });
  });

  it('is delayed in a short gap and offline in a long one, with the last update', () => {
    const lost = connectionAfter(live, { type: 'lost', at: 50_000 });
    expect(shownConnection(lost, 50_100)).toEqual({ mark: 'delayed', seconds: 1 });
    expect(shownConnection(lost, 55_000)).toEqual({ mark: 'delayed', seconds: 5 });
    expect(shownConnection(lost, 50_000 + offlineAfterMs)).toEqual({
      mark: 'offline',
      since: 1_000,
    });
  });

  it('keeps the age over failed attempts and forgets it with the next hello', () => {
    // given
    const failing = [
      { type: 'lost', at: 50_000 },
      { type: 'opening' },
      { type: 'lost', at: 60_000 },
      { type: 'opening' },
    ] satisfies ConnectionEvent[];
    // when
    const lost = failing.reduce(connectionAfter, live);
    const back = connectionAfter(connectionAfter(lost, { type: 'hello' }), { type: 'caughtUp' });
    // then
    expect(lost.attempts).toBe(2);
    expect(shownConnection(lost, 65_000)).toEqual({ mark: 'delayed', seconds: 15 });
    expect(shownConnection(back, 65_000)).toEqual({ mark: 'live' });
    expect(back.attempts).toBe(0);
  });

  it('says so when it never read anything', () => {
    const never = after({ type: 'lost', at: 0 });
    expect(shownConnection(never, offlineAfterMs)).toEqual({ mark: 'offline' });
  });

  it('is neither late nor offline while paused or frozen', () => {
    const behind = connectionAfter(live, { type: 'changeKnown', at: 10_000 });
    for (const type of ['paused', 'frozen'] as const) {
      expect(shownConnection(connectionAfter(behind, { type }), 99_000)).toEqual({ mark: type });
    }
  });
});

describe('waiting before the next attempt', () => {
  it('doubles up to fifteen seconds, spread by a quarter', () => {
    const middle = [1, 2, 3, 4, 5, 50].map((attempts) => retryDelayMs(attempts, 0.5));
    expect(middle).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(retryDelayMs(1, 0)).toBe(750);
    expect(retryDelayMs(1, 1)).toBe(1_250);
  });
});
