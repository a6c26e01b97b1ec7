import { watchSilence } from './silence.js';

describe('a silent stream', () => {
  let asked: number;
  let died: number;

  beforeEach(() => {
    jest.useFakeTimers();
    asked = 0;
    died = 0;
  });
  afterEach(() => jest.useRealTimers());

  const watch = (alive: boolean) =>
    watchSilence(
      () => (died += 1),
      async () => {
        asked += 1;
        return alive;
      },
    );

  it('is checked after 45 seconds and left alone while the server lives', async () => {
    const silence = watch(true);
    await jest.advanceTimersByTimeAsync(44_999);
    expect(asked).toBe(0);
    await jest.advanceTimersByTimeAsync(46_000);
    expect([asked, died]).toEqual([2, 0]);
    silence.stop();
  });

  it('is not checked while changes come in', async () => {
    const silence = watch(false);
    for (let n = 0; n < 5; n += 1) {
      await jest.advanceTimersByTimeAsync(30_000);
      silence.broken();
    }
    expect([asked, died]).toEqual([0, 0]);
    silence.stop();
  });

  it('is called dead once when the server does not answer', async () => {
    watch(false);
    await jest.advanceTimersByTimeAsync(200_000);
    expect([asked, died]).toEqual([1, 1]);
  });

  it('is forgotten when its watch stops, even during a check', async () => {
    // given a check that takes a second
    const silence = watchSilence(
      () => (died += 1),
      () => new Promise((resolve) => setTimeout(() => resolve(false), 1_000)),
    );
    await jest.advanceTimersByTimeAsync(45_500);
    // when
    silence.stop();
    await jest.advanceTimersByTimeAsync(100_000);
    // then
    expect(died).toBe(0);
  });
});
