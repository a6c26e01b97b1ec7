import { instantOf, isPositionText } from './moments.js';

describe('a moment on the command line', () => {
  it('is an instant with offset', () => {
    const noon = Date.parse('2021-08-26T04:00:00Z');
    expect(instantOf('2021-08-26T12:00:00+08:00')).toBe(noon);
    expect(instantOf('2021-08-26T04:00:00Z')).toBe(noon);
    expect(instantOf('2021-08-26T12:00+08:00')).toBe(noon);
    expect(instantOf('2021-08-26T12:00:00.250+08:00')).toBe(noon + 250);
  });

  it('is, as a plain date, the end of that day in Shanghai', () => {
    expect(instantOf('2021-08-26')).toBe(Date.parse('2021-08-26T15:59:59.999Z'));
  });

  it.each(['', 'yesterday', '2021-02-31', '2021-02-31T00:00:00Z', '2021-08-26T25:00:00Z'])(
    'is not %j',
    (text) => expect(instantOf(text)).toBeUndefined(),
  );

  it('has an offset, or it would be another one in another place', () => {
    expect(instantOf('2021-08-26T12:00:00')).toBeUndefined();
  });

  it('is a position when it is written as the ledger writes them', () => {
    expect(['0', '7', '283', '99999999999999999999'].every(isPositionText)).toBe(true);
    expect(['', '-1', '007', '1.5', '1e3', '2021-08-26'].some(isPositionText)).toBe(false);
  });
});
