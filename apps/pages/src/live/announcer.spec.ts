import { Announcer } from './announcer.js';

describe('the announcer', () => {
  let spoken: string[][];
  let announcer: Announcer;

  beforeEach(() => {
    jest.useFakeTimers();
    spoken = [];
    announcer = new Announcer((ids) => spoken.push(ids));
  });
  afterEach(() => jest.useRealTimers());

  it('speaks the first change at once and the next ones together after thirty seconds', () => {
    // when
    announcer.changed(['a']);
    jest.advanceTimersByTime(10_000);
    announcer.changed(['b']);
    announcer.changed(['c', 'b']);
    jest.advanceTimersByTime(19_999);
    // then
    expect(spoken).toEqual([['a']]);
    jest.advanceTimersByTime(1);
    expect(spoken).toEqual([['a'], ['b', 'c']]);
  });

  it('has nothing to say when nothing changed', () => {
    announcer.changed([]);
    jest.advanceTimersByTime(60_000);
    expect(spoken).toEqual([]);
  });

  it('says nothing after it was stopped', () => {
    announcer.changed(['a']);
    announcer.changed(['b']);
    announcer.stop();
    jest.advanceTimersByTime(60_000);
    expect(spoken).toEqual([['a']]);
  });
});
