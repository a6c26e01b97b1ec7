import { languageOf } from './language.js';

describe('language of an answer', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.4, zh;q=0.5', 'zh'],
    ['fr, en;q=0.1', 'en'],
    ['fr', 'zh'],
    ['en;q=0', 'zh'],
    ['EN;q=nonsense', 'zh'],
  ])('%s gives %s', (header, expected) => {
    expect(languageOf(header)).toBe(expected);
  });
});
