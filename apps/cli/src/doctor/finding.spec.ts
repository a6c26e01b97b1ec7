import { exitCodeOf, note, ok, problem, PROBLEM_EXIT, type Check } from './finding.js';
import { clockFinding } from './log-looks.js';
import { nodeFinding } from './machine-looks.js';

describe("the doctor's exit code", () => {
  it('is 0 without a problem, whatever else was noted', () => {
    expect(exitCodeOf([ok('log', 'x'), note('views', 'x')])).toBe(0);
  });

  it('is that of the first kind of problem in the documented order', () => {
    expect(exitCodeOf([problem('views', 'x'), problem('log', 'x'), ok('space', 'x')])).toBe(13);
    expect(exitCodeOf([problem('settings', 'x')])).toBe(17);
  });

  it('keeps the numbers that scripts rely on', () => {
    const expected: { [C in Check]: number } = {
      directory: 10,
      space: 11,
      lock: 12,
      log: 13,
      clock: 14,
      engine: 15,
      views: 16,
      settings: 17,
      node: 18,
      backup: 19,
    };
    expect(PROBLEM_EXIT).toEqual(expected);
  });
});

describe('the looks that need nothing but a value', () => {
  it.each([
    ['20.18.3', 'problem'],
    ['18.20.0', 'problem'],
    ['20.19.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('Node %s is %s', (version, state) => {
    expect(nodeFinding(version).state).toBe(state);
  });

  it('a clock may lag by a second, and no more', () => {
    const last = '2026-11-24T08:00:10.000Z';
    const at = (time: string) => clockFinding(last, Date.parse(time));
    expect(at('2026-11-24T08:00:09.000Z').state).toBe('ok');
    expect(at('2026-11-24T07:59:40.000Z')).toMatchObject({
      state: 'problem',
      detail: { en: expect.stringContaining('30 s behind') },
    });
    expect(clockFinding(null).state).toBe('ok');
  });
});
