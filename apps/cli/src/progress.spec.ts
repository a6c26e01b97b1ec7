import { barText } from './progress.js';

describe('the bar of long work', () => {
  it('shows share, count, rate and time left', () => {
    const bar = barText({ what: 'copying', done: 5_000, total: 20_000, elapsedMs: 2_000 });
    expect(bar).toBe('copying [██████                  ] 25%  5,000/20,000  2,500/s  0:06 left');
  });

  it('counts hours where they are needed', () => {
    const bar = barText({ what: 'copying', done: 1, total: 7_501, elapsedMs: 1_000 });
    expect(bar).toContain('1/s  2:05:00 left');
  });

  it('is empty before anything is done, and full when there is nothing to do', () => {
    expect(barText({ what: 'x', done: 0, total: 9, elapsedMs: 5 })).toBe(
      `x [${' '.repeat(24)}] 0%  0/9`,
    );
    expect(barText({ what: 'x', done: 0, total: 0, elapsedMs: 0 })).toContain('100%');
  });
});
