import { coalesce } from './coalesce.js';

describe('coalescing', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('makes one run of a burst, no later than the delay after its first request', async () => {
    // given
    let runs = 0;
    const work = coalesce(async () => void (runs += 1), 200);
    // when
    for (let n = 0; n < 50; n += 1) {
      work.request();
      await jest.advanceTimersByTimeAsync(3);
    }
    // then
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(50);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(1);
  });

  it('never runs twice at once, and runs again for what came in between', async () => {
    // given a run that takes a second
    const running: string[] = [];
    const work = coalesce(async () => {
      running.push('start');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      running.push('end');
    }, 200);
    work.request();
    await jest.advanceTimersByTimeAsync(300);
    // when two requests come during the run
    work.request();
    work.request();
    await jest.advanceTimersByTimeAsync(5_000);
    // then
    expect(running).toEqual(['start', 'end', 'start', 'end']);
  });

  it('forgets a cancelled request', async () => {
    let runs = 0;
    const work = coalesce(async () => void (runs += 1), 200);
    work.request();
    work.cancel();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(0);
    work.request();
    await jest.advanceTimersByTimeAsync(200);
    expect(runs).toBe(1);
  });
});
