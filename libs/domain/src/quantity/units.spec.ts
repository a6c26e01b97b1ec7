import * as fc from 'fast-check';
import { canonical, convertExactly, Decimal } from './decimal.js';
import { printedSeed } from './fixtures.js';
import { findUnit, measureUnits, unitsOfWord } from './units.js';

describe('the units', () => {
  it('have one code each, and every word leads back to its unit', () => {
    expect(new Set(measureUnits.map(({ code }) => code)).size).toBe(measureUnits.length);
    for (const unit of measureUnits) {
      expect(findUnit(unit.code)).toBe(unit);
      for (const word of unit.words) expect(unitsOfWord(word)).toContain(unit);
    }
    expect(findUnit('furlong')).toBeUndefined();
    expect(unitsOfWord('头')).toEqual([]);
  });

  it('keep counts apart: each counted thing is a dimension of its own', () => {
    const counted = measureUnits.filter(({ nature }) => nature === 'discrete');
    expect(new Set(counted.map(({ dimension }) => dimension)).size).toBe(counted.length);
  });

  it.each([
    ['1', 'km2', 'm2', '1000000'],
    ['1', 'hectare', 'm2', '10000'],
    ['3', 'mu', 'm2', '2000'],
    ['15', 'mu', 'hectare', '1'],
    ['1', 'mu', 'm2', undefined],
    ['1', 'm2', 'mu', '0.0015'],
    ['1.16', 't', 'kg', '1160'],
  ])('%s %s is %s %s exactly or not at all', (amount, from, to, expected) => {
    const [left, right] = [findUnit(from), findUnit(to)];
    if (left === undefined || right === undefined) throw new Error(`${from} ${to}`);
    const converted = convertExactly(new Decimal(amount), left.toBase, right.toBase);
    expect(converted && canonical(converted)).toBe(expected);
  });

  it('convert there and back to the same decimal', () => {
    const areas = measureUnits.filter(({ dimension }) => dimension === 'area');
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 20n), 10n ** 20n),
        fc.constantFrom(...areas),
        fc.constantFrom(...areas),
        (value, from, to) => {
          const there = convertExactly(new Decimal(value), from.toBase, to.toBase);
          if (there === undefined) return expect(from.code).toBe('mu');
          const back = convertExactly(there, to.toBase, from.toBase);
          expect(back && canonical(back)).toBe(value.toString());
        },
      ),
      { seed: printedSeed('conversions') },
    );
  });

  it('take no binary float', () => {
    expect(() => new Decimal(0.1)).toThrow();
  });
});
