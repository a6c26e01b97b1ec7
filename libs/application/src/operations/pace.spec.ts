import { Pace } from './pace.js';

describe('the pace of long work', () => {
  let now: number;
  let pace: Pace;
  beforeEach(() => {
    now = Date.parse('2021-08-26T03:02:00Z');
    pace = new Pace('events', () => now);
  });
  const after = (ms: number, done: number, total = 1_000, phase = 'fold'): void => {
    now += ms;
    pace.take({ phase, done, total, unit: 'events' });
  };

  it('knows no rate before the work has told twice', () => {
    expect(pace.progress).toEqual({
      phase: 'queued',
      done: 0,
      total: 0,
      unit: 'events',
      ratePerSecond: null,
      etaSeconds: null,
    });

    after(5_000, 100);

    expect(pace.progress).toMatchObject({ done: 100, ratePerSecond: null, etaSeconds: null });
  });

  it('counts the rate from the first report, so that starting a thread is no part of it', () => {
    after(5_000, 100);
    after(2_000, 300);

    expect(pace.progress).toMatchObject({ ratePerSecond: 100, etaSeconds: 7 });
  });

  it('rounds time left up', () => {
    after(0, 0);
    after(1_000, 300);

    expect(pace.progress).toMatchObject({ ratePerSecond: 300, etaSeconds: 3 });
  });

  it('begins anew with each phase', () => {
    after(0, 0);
    after(1_000, 1_000);
    now += 60_000;
    pace.take({ phase: 'compare', done: 0, total: 50, unit: 'rows' });

    expect(pace.progress).toMatchObject({ phase: 'compare', unit: 'rows', ratePerSecond: null });

    after(10_000, 5, 50, 'compare');

    // Half a row a second: the rate is shown whole, the time left is counted from the exact one.
    expect(pace.progress).toMatchObject({ ratePerSecond: 1, etaSeconds: 90 });
  });

  it('grows its total where more turns up than was foreseen', () => {
    after(0, 900);
    after(1_000, 1_100);

    expect(pace.progress).toMatchObject({ done: 1_100, total: 1_100, etaSeconds: 0 });
  });

  it('says no rate while nothing moves, and none where the clock was set back', () => {
    after(0, 500);
    after(1_000, 500);
    expect(pace.progress).toMatchObject({ ratePerSecond: null, etaSeconds: null });

    after(-60_000, 600);
    expect(pace.progress).toMatchObject({ done: 600, ratePerSecond: null, etaSeconds: null });
  });

  it('ends at done = total, or where it was stopped', () => {
    after(0, 0);
    after(1_000, 400);

    pace.stop();
    expect(pace.progress).toMatchObject({ done: 400, total: 1_000, etaSeconds: null });

    pace.finish();
    expect(pace.progress).toMatchObject({ done: 1_000, total: 1_000, etaSeconds: 0 });
  });
});
