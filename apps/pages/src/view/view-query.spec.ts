import { boardParams, isFrozen, readView, viewOf, withView } from './view-query.js';

describe('the view in the address', () => {
  it('is live without parameters', () => {
    expect(readView('?lang=en')).toEqual({ view: {}, problems: [] });
    expect(isFrozen({})).toBe(false);
  });

  it('reads both axes', () => {
    const { view, problems } = readView('?validAt=2021-06-30&knownAt=128');
    expect(view).toEqual({ validAt: '2021-06-30', knownAt: '128' });
    expect(problems).toEqual([]);
    expect(isFrozen(view)).toBe(true);
  });

  it('understands a position as people write it', () => {
    expect(viewOf('', ' #1,234 ').view).toEqual({ knownAt: '1234' });
  });

  it.each([
    ['2021-02-30', '', ['validAt']],
    ['30.6.2021', '', ['validAt']],
    ['', 'yesterday', ['knownAt']],
    ['', '-1', ['knownAt']],
    ['', '2021-08-26T11:02:00', ['knownAt']],
    ['x', 'y', ['validAt', 'knownAt']],
  ])('refuses validAt "%s" with knownAt "%s"', (validAt, knownAt, problems) => {
    expect(viewOf(validAt, knownAt)).toEqual({ view: {}, problems });
  });

  it('writes itself back beside the language', () => {
    expect(withView('?lang=en&knownAt=3', { validAt: '2021-06-30' })).toBe(
      '?lang=en&validAt=2021-06-30',
    );
    expect(withView('?knownAt=3', {})).toBe('');
  });
});

describe('what the API is asked', () => {
  it('takes a date of knowledge as the end of that day in Shanghai', () => {
    expect(boardParams({ knownAt: '2021-08-26' })).toEqual({
      knownAt: '2021-08-26T23:59:59.999+08:00',
    });
  });

  it('passes positions and instants as they are', () => {
    expect(boardParams({ validAt: '2021-06-30', knownAt: '128' })).toEqual({
      validAt: '2021-06-30',
      knownAt: '128',
    });
    expect(boardParams({ knownAt: '2021-08-26T03:02:00Z' })).toEqual({
      knownAt: '2021-08-26T03:02:00Z',
    });
  });
});
