// Finds a Chromium for the browser tests; where we may, installs Debian's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a Chromium, or undefined with one line on stderr that says what to do. */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    console.error('Installing Chromium and a Chinese font for the browser tests (apt-get) …');
    const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2] }).status;
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk');
  }
  const installed = findChromium();
  if (installed === undefined) {
    console.error('No Chromium: the browser tests are skipped. Install one or set CHROMIUM=/path.');
  }
  return installed;
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
}
