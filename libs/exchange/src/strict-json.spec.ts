import fc from 'fast-check';
import { readStrictJson } from './strict-json.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`fast-check seed ${seed}`);

const codes = (text: string) => {
  const result = readStrictJson(text);
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`.trim());
};

describe('strict JSON', () => {
  it('reads whatever JSON.stringify writes, to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, null, 1);
        fc.pre(
          text.isWellFormed() && !/\\u(d[89a-f]|0000)/i.test(text) && !text.includes('__proto__'),
        );
        const result = readStrictJson(text);
        expect(result.ok && result.value).toEqual(JSON.parse(text));
      }),
      { seed, numRuns: 300 },
    );
  });

  it.each([
    ['{"a":1,"b":{"x":1,"x":2}}', ['JSON_DUPLICATE_KEY /b/x']],
    ['{"a":1,"\\u0061":2}', ['JSON_DUPLICATE_KEY /a']],
    ['{"amount":115.0000000000000001}', ['NUMBER_LOST_DIGITS /amount']],
    ['{"amount":9007199254740993}', ['NUMBER_LOST_DIGITS /amount']],
    ['{"amount":1e400}', ['NUMBER_LOST_DIGITS /amount']],
    ['{"amount":0.1,"b":1.50,"c":1e2,"d":-0.0}', []],
    ['{"name":"\\ud800"}', ['TEXT_NOT_CLEAN /name']],
    ['{"name":"a\\u0000b"}', ['TEXT_NOT_CLEAN /name']],
    ['{"__proto__":{}}', ['JSON_KEY_FORBIDDEN /__proto__']],
    ['{"a":1,}', ['JSON_MALFORMED']],
    ['{"a":1} // note', ['JSON_MALFORMED']],
    ['{"a":1} {"b":2}', ['JSON_MALFORMED']],
    ['', ['JSON_MALFORMED']],
    ['{"a":', ['JSON_MALFORMED']],
    ["{'a':1}", ['JSON_MALFORMED']],
    ['NaN', ['JSON_MALFORMED']],
    ['{"a":01}', ['JSON_MALFORMED']],
    ['"a\tb"', ['JSON_MALFORMED']],
    [`${'['.repeat(65)}${']'.repeat(65)}`, ['JSON_TOO_DEEP']],
  ])('%s → %j', (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('survives a megabyte of brackets', () => {
    expect(codes('['.repeat(1_000_000))).toEqual(['JSON_TOO_DEEP']);
  });

  it('names line and column of a value that is found wrong later', () => {
    const result = readStrictJson('{\n  "facts": [\n    { "id": "a" },\n    { "id": "b" }\n  ]\n}');
    expect(result.ok && result.place('/facts/1/id')).toEqual({ line: 4, column: 13 });
    expect(result.ok && result.place('/facts/1/missing')).toEqual({ line: 4, column: 5 });
  });
});
