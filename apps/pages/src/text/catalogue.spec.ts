import { fill, sayFrom } from './catalogue.js';
import { en } from './en.js';
import { zh } from './zh.js';

const places = (message: string) => (message.match(/\{\w+\}/g) ?? []).sort();

describe('the two catalogues', () => {
  it('say the same things', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it('have the same places to fill in, and no empty message', () => {
    const english = new Map(Object.entries(en));
    for (const [key, message] of Object.entries(zh)) {
      expect([key, places(english.get(key) ?? '')]).toEqual([key, places(message)]);
      expect(message.trim()).not.toBe('');
      expect(english.get(key)?.trim()).not.toBe('');
    }
  });

  it('keep Chinese out of the English one, except where it names Chinese words', () => {
    const allowed = ['strip.language', 'strip.languageHint', 'footer.source'];
    const chinese = Object.entries(en).filter(([, message]) => /\p{Script=Han}/u.test(message));
    expect(chinese.map(([key]) => key).sort()).toEqual([...allowed].sort());
  });
});

describe('filling in', () => {
  it('fills every place and leaves an unknown one visible', () => {
    expect(fill('{a} of {b}, {a}', { a: 1, b: '22' })).toBe('1 of 22, 1');
    expect(fill('{missing}')).toBe('{missing}');
  });

  it('does not read a value as a pattern', () => {
    expect(fill('{a}', { a: '$& {a}' })).toBe('$& {a}');
  });

  it('says a message in the language of its catalogue', () => {
    expect(sayFrom(zh)('strip.position', { position: '7' })).toBe('记账位置 #7');
    expect(sayFrom(en)('strip.position', { position: '7' })).toBe('Ledger position #7');
  });
});
