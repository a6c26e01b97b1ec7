import { changeKinds } from './change-kinds.js';
import { retryMsOf } from './ledger-stream.js';

describe('the stream', () => {
  it('reads how long to stay away from a farewell', () => {
    expect(retryMsOf('{"retryMs": 2500}')).toBe(2_500);
    expect(retryMsOf('{"retryMs":99999999}')).toBe(60_000);
    expect(retryMsOf('{}')).toBeUndefined();
    expect(retryMsOf(undefined)).toBeUndefined();
  });

  it('listens to each kind once, all named noun.pastVerb', () => {
    expect(new Set(changeKinds).size).toBe(changeKinds.length);
    for (const kind of changeKinds) expect(kind).toMatch(/^[a-z]+[A-Za-z]*\.[a-z]+[A-Za-z]*$/);
  });
});
