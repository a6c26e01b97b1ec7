import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Jest runs from the root of the repository.
const css = readFileSync(join(process.cwd(), 'apps/pages/src/styles/base.css'), 'utf8');
const strip = readFileSync(join(process.cwd(), 'apps/pages/src/parts/status-strip.vue'), 'utf8');

/** A custom property of base.css as a colour. */
function token(name: string): string {
  const match = new RegExp(`--${name}: (#[0-9a-f]{3,6});`).exec(css);
  if (match?.[1] === undefined) throw new Error(`base.css has no colour --${name}`);
  return match[1];
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const digits = colour.slice(1);
  const full = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const value = parseInt(full.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('contrast', () => {
  it('is computed as WCAG says', () => {
    expect(contrast('#000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#fff')).toBeCloseTo(4.48, 2);
  });

  const inks = ['ink', 'ink-2', 'ink-3', 'accent', 'done', 'ongoing', 'planned', 'revoked'];
  const grounds = ['paper', 'ground', 'changed', 'warn-ground', 'accent-soft'];
  it.each(inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)))(
    'of %s on %s is at least 4.5',
    (ink, ground) => {
      expect(contrast(token(ink), token(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('of everything on the dark strip is at least 4.5', () => {
    // given every text colour of the strip, print styles left out
    const [screen = ''] = strip.split('@media print');
    const colours = [...screen.matchAll(/\n {2}color: (#[0-9a-f]{3,6});/g)].map(([, hex]) => hex);
    // when / then
    expect(colours.length).toBeGreaterThanOrEqual(5);
    for (const colour of colours) {
      expect(contrast(colour ?? '', token('strip'))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('of the focus ring is at least 3 on every ground', () => {
    for (const ground of grounds) {
      expect(contrast(token('focus'), token(ground))).toBeGreaterThanOrEqual(3);
    }
  });
});
