import * as fc from 'fast-check';
import { printedSeed } from './fixtures.js';
import { chineseOfInteger, integerOfChinese, numeralAt } from './numeral.js';

describe('Chinese numerals', () => {
  it.each([
    ['零', 0n],
    ['两', 2n],
    ['十', 10n],
    ['十五', 15n],
    ['二十', 20n],
    ['百', 100n],
    ['一百零五', 105n],
    ['两百', 200n],
    ['三万五千', 35_000n],
    ['一万零五', 10_005n],
    ['十万', 100_000n],
    ['百万', 1_000_000n],
    ['一亿零三百', 100_000_300n],
    ['一万二千亿', 1_200_000_000_000n],
  ])('%s is read', (text, value) => {
    expect(integerOfChinese(text)).toBe(value);
  });

  it.each(['二三十', '三百二', '二〇二一', '十两', '一百十', '万万', '零五', '三三', '百十万千'])(
    '%s is not read: approximate, clipped or irregular',
    (text) => {
      expect(integerOfChinese(text)).toBeUndefined();
    },
  );

  it('are read back from every whole number below 10^16', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.bigInt(0n, 10n ** 16n - 1n), (cut, value) => {
        const shorter = value / 10n ** BigInt(cut);
        expect(integerOfChinese(chineseOfInteger(shorter))).toBe(shorter);
      }),
      { seed: printedSeed('Chinese numerals'), numRuns: 2000 },
    );
  });
});

describe('numerals in a text', () => {
  it.each([
    ['68.1万', '68.1', '0.1'],
    ['5000余', '5000', '1'],
    ['1,150,000', '1150000', '1'],
    ['1，150，000', '1150000', '1'],
    ['６３．５％', '63.5', '0.1'],
    ['-3.20', '-3.2', '0.01'],
    ['0.5', '0.5', '0.1'],
    ['五千', '5000', '1000'],
    ['九十九点六', '99.6', '0.1'],
  ])('%s has a value and the size of its last digit', (text, value, lastDigit) => {
    expect(numeralAt(text, 0)).toMatchObject({ value, lastDigit });
  });

  it.each(['007', '1,1500', '12,34', '1.2.3', '9'.repeat(31), '人'])('%s starts none', (text) => {
    expect(numeralAt(text, 0)).toBeUndefined();
  });
});
