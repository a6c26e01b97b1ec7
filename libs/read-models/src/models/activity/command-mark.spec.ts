import { commandMark } from './command-mark.js';

describe('the mark of a command', () => {
  it('is the FNV-1a hash in 32 bits', () => {
    // Published test values of FNV-1a: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968.
    expect(commandMark('')).toBe(0x811c9dc5 | 0);
    expect(commandMark('a')).toBe(0xe40c292c | 0);
    expect(commandMark('foobar')).toBe(0xbf9cf968 | 0);
  });
});
