import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// Jest runs from the root of the repository.
const built = join(process.cwd(), 'dist', 'apps', 'pages');
const kilobyte = 1024;

/** Gzip size in bytes of all built files with this ending, source maps left out. */
function weight(ending: string): number {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
}

describe('what the first view of the board weighs, gzip', () => {
  beforeAll(() => {
    if (existsSync(join(built, 'index.html'))) return;
    throw new Error(`${built} is missing: build first (npm run build), then measure.`);
  });

  it('is at most 60 KB of script', () => {
    expect(weight('.js')).toBeGreaterThan(10 * kilobyte);
    expect(weight('.js')).toBeLessThanOrEqual(60 * kilobyte);
  });

  it('is at most 15 KB of style', () => {
    expect(weight('.css')).toBeGreaterThan(kilobyte);
    expect(weight('.css')).toBeLessThanOrEqual(15 * kilobyte);
  });

  it('is at most 150 KB together, without fonts and without a library of charts', () => {
    const all = ['.html', '.js', '.css', '.svg'].map(weight).reduce((a, b) => a + b, 0);
    console.log(
      `first view: ${(all / kilobyte).toFixed(1)} KB gzip, of it script ${(weight('.js') / kilobyte).toFixed(1)}, style ${(weight('.css') / kilobyte).toFixed(1)}`,
    );
    expect(all).toBeLessThanOrEqual(150 * kilobyte);
    expect(['.woff', '.woff2', '.ttf', '.otf'].map(weight)).toEqual([0, 0, 0, 0]);
  });

  it('loads nothing from elsewhere', () => {
    const page = readFileSync(join(built, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
