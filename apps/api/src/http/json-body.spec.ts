import { ApiProblem } from './problem.js';
import { parseJson } from './json-body.js';

const codesOf = (text: string): string[] => {
  try {
    parseJson(text);
    return [];
  } catch (error) {
    if (error instanceof ApiProblem) return error.faults.map((fault) => fault.code);
    throw error;
  }
};

describe('strict JSON body', () => {
  it.each([
    ['compact', '{"a":"68.1万平方米","n":[1,0.5,null,true]}'],
    ['spaced', '{ "a" : "68.1万平方米", "n": [1, 0.5, null, true] }'],
    ['escaped', '{"a":"68.1\\u4e07平方米","n":[1,0.5,null,true]}'],
    ['with 1.0 and 1e3', '{"a":"68.1万平方米","n":[1.0,5e-1,null,true]}'],
  ])('takes %s JSON as it stands', (_name, text) => {
    expect(parseJson(text)).toEqual({ a: '68.1万平方米', n: [1, 0.5, null, true] });
  });

  it.each([
    ['{"a":1,"a":1}', 'JSON_DUPLICATE_KEY'],
    ['{"a":0.1000000000000000055}', 'NUMBER_LOST_DIGITS'],
    ['{"a":12345678901234567890}', 'NUMBER_LOST_DIGITS'],
    ['{"a":"\\ud800"}', 'TEXT_NOT_CLEAN'],
    ['{"a":"\\u0000"}', 'TEXT_NOT_CLEAN'],
    ['{"__proto__":{"x":1}}', 'JSON_KEY_FORBIDDEN'],
    ['{"a":}', 'JSON_MALFORMED'],
    ['', 'JSON_MALFORMED'],
    ['['.repeat(50_000) + ']'.repeat(50_000), 'JSON_TOO_DEEP'],
  ])('refuses %.40s with %s', (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  it('names the place of a duplicate key', () => {
    expect(() => parseJson('{"quantity":{"amount":"1","amount":"2"}}')).toThrow(
      expect.objectContaining({
        faults: [expect.objectContaining({ pointer: '/quantity/amount', received: 'amount' })],
      }),
    );
  });
});
