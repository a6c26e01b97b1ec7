import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { canonicalCopy, canonicalJson, isPlainJson, MAX_DEPTH } from './canonical.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`canonical.spec: FC_SEED=${seed}`);

const key = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }))
  .map((text) => text.normalize('NFC'))
  .filter((text) => !/^(?:0|[1-9][0-9]*)$|\0/.test(text) && text !== '__proto__');
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('68.1万平方米', '80余条', '近百', '"引号" \\ \n', '😀', '\uff21', '\u2028'),
  )
  .map((value) => value.normalize('NFC').replaceAll('\0', ''));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 6 }),
    fc.dictionary(key, tie('json'), { maxKeys: 8 }),
  ),
}));

describe('the canonical spelling of JSON', () => {
  it('survives parsing: spelling what was parsed gives the same text', () => {
    fc.assert(
      fc.property(json, (value) => {
        const spelled = canonicalJson(value);

        expect(canonicalJson(JSON.parse(spelled))).toBe(spelled);
        expect(JSON.stringify(JSON.parse(spelled))).toBe(spelled);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it('agrees with an independent implementation of RFC 8785', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(key, json), (object) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());

        expect(canonicalJson(turned)).toBe(canonicalJson(object));
      }),
      { seed },
    );
  });

  it('orders keys by UTF-16 code units, so U+1F600 stands before U+FF21', () => {
    expect(canonicalJson({ '\uff21': 1, '\u{1f600}': 2 })).toBe('{"\u{1f600}":2,"\uff21":1}');
  });

  it('spells the example of RFC 8785, section 3.2.2, with its numbers as strings', () => {
    const example = {
      numbers: ['333333333.33333329', '1E30'],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };

    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":["333333333.33333329","1E30"],' +
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('writes the ends of the safe integers', () => {
    expect(canonicalJson([2 ** 53 - 1, -(2 ** 53) + 1, 0])).toBe(
      '[9007199254740991,-9007199254740991,0]',
    );
  });

  it('takes an object without prototype and one from another realm', () => {
    const bare: unknown = Object.assign(Object.create(null), { a: 1 });
    const foreign: unknown = structuredClone({ a: 1 });

    expect([canonicalJson(bare), canonicalJson(foreign)]).toEqual(['{"a":1}', '{"a":1}']);
  });
});

describe('text that needs no second look', () => {
  // That most texts are looked at once, and whole, rests on this property of their characters.
  it('is unchanged by normalisation and never combines with what stands before it', () => {
    const jamo = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/;

    const plain = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      isPlainJson,
    );

    expect(plain.length).toBeGreaterThan(20_000);
    expect(plain.filter((character) => character.normalize('NFC') !== character)).toEqual([]);
    expect(plain.filter((character) => /\p{M}/u.test(character) || jamo.test(character))).toEqual(
      [],
    );
    const unescaped = plain.filter((character) => character !== '"').join('');
    expect(JSON.stringify(unescaped)).toBe(`"${unescaped}"`);
  });

  it('holds no sign of an escape', () => {
    expect(['\\', '\n', '\0', '\ud800'].map((text) => isPlainJson(JSON.stringify(text)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the canonical copy', () => {
  it('is the value with its keys in order, and shares nothing with it', () => {
    const value = { b: [{ d: 1, c: '二' }], a: null };

    const copy = canonicalCopy(value);
    value.b.push({ d: 2, c: '三' });
    Object.assign(value.b[0] ?? {}, { c: '' });

    expect(JSON.stringify(copy)).toBe('{"a":null,"b":[{"c":"二","d":1}]}');
  });

  it('finds the order of keys again, in whichever order and company they come', () => {
    const orders = [['a'], ['b', 'a'], ['a', 'b'], ['a', 'b', 'B'], ['b'], [], ['b', 'a', 'B']];
    const spelled = () =>
      orders.map((keys) => canonicalJson(Object.fromEntries(keys.map((name) => [name, 1]))));

    const first = spelled();

    expect(first).toEqual([
      '{"a":1}',
      '{"a":1,"b":1}',
      '{"a":1,"b":1}',
      '{"B":1,"a":1,"b":1}',
      '{"b":1}',
      '{}',
      '{"B":1,"a":1,"b":1}',
    ]);
    expect(spelled()).toEqual(first);
  });

  it('does so beyond the number of lists that it remembers', () => {
    for (let number = 0; number < 12_000; number += 1) {
      const [one, other] = [`z${number}`, 'x'.repeat(number % 70) + number];

      expect(canonicalJson({ [one]: 1, a: 2, [`${other}k`]: 3 })).toBe(
        canonicalize({ [one]: 1, a: 2, [`${other}k`]: 3 }),
      );
    }
  });

  it('takes an object of more keys than it remembers', () => {
    const value = Object.fromEntries(
      Array.from({ length: 300 }, (_, number) => [`k${number}`, number]),
    );

    for (let time = 0; time < 2; time += 1) expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it('refuses a bad key every time', () => {
    for (let time = 0; time < 3; time += 1) {
      expect(() => canonicalJson({ a: 1, '7': 2 })).toThrow(/integer-like/);
      expect(() => canonicalJson({ a: { 'e\u0301': 1 } })).toThrow(/NFC/);
    }
  });
});

describe('what has no canonical spelling is refused, naming the place', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const sparse = [1, 2];
  sparse.length = 3;

  it.each<[string, unknown, string]>([
    ['a fraction', { amount: 1.5 }, '/amount'],
    ['an integer beyond 2^53 - 1', { amount: 2 ** 53 }, '/amount'],
    ['minus zero', { amount: -0 }, '/amount'],
    ['NaN', [NaN], '/0'],
    ['infinity', [1, -Infinity], '/1'],
    ['a bigint', { a: { b: 1n } }, '/a/b'],
    ['undefined', { a: undefined }, '/a'],
    ['a hole in an array', sparse, '/2'],
    ['a function', { a: () => 1 }, '/a'],
    ['a symbol', { a: Symbol('x') }, '/a'],
    ['a date', { on: new Date(0) }, '/on'],
    ['a map', { a: new Map() }, '/a'],
    ['an integer-like key', { a: { '10': 1 } }, '/a/10'],
    ['the key 0', { '0': 1 }, '/0'],
    ['the key __proto__', JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__'],
    ['text that is not NFC', { name: 'e\u0301' }, '/name'],
    ['a key that is not NFC', { 'e\u0301': 1 }, '/e\u0301'],
    ["RFC 8785's own U+FB33, which NFC spells in two", { '\ufb33': 1 }, '/\ufb33'],
    ['a lone high surrogate', { name: 'a\ud800' }, '/name'],
    ['a lone low surrogate', ['\udc00a'], '/0'],
    ['a lone surrogate in a key', { '\ud800': 1 }, '/\ud800'],
    ['U+0000 in a text', { name: 'a\0b' }, '/name'],
    ['U+0000 in a key', { 'a\0': 1 }, '/a\0'],
    ['a value below too many levels', nested(MAX_DEPTH + 1), '/0'.repeat(MAX_DEPTH)],
    ['a pointer with ~ and /', { 'a~b/c': 0.5 }, '/a~0b~1c'],
  ])('%s', (_, value, pointer) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({
        code: 'ENTRY_NOT_CANONICAL',
        details: expect.objectContaining({ pointer }),
      }),
    );
  });

  it('a cycle', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;

    expect(() => canonicalJson(cycle)).toThrow(/deeper than 32/);
  });

  it('says which value it saw', () => {
    expect(() => canonicalJson({ amount: 1.5 }, '/data')).toThrow(
      expect.objectContaining({ details: { pointer: '/data/amount', received: 1.5 } }),
    );
  });

  it('takes the deepest value that it allows', () => {
    expect(canonicalJson(nested(MAX_DEPTH))).toBe('['.repeat(32) + '1' + ']'.repeat(32));
  });
});
