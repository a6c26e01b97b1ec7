// Keeps package-lock.json usable everywhere. npm 11 leaves optional packages of other platforms out
// of the lock when their metadata is not at hand, and then calls the same lock out of sync. Run
// `node .scripts/lock.mjs` after each change of dependencies; `--check` only reports.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

const file = join(root, 'package-lock.json');
const systems = [
  'darwin',
  'linux',
  'win32',
  'freebsd',
  'openbsd',
  'netbsd',
  'android',
  'sunos',
  'aix',
  'openharmony',
];
const processors = [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];

/** Returns the lock with every optional package present, and the names that were missing. */
export function repaired(lock) {
  const packages = { ...lock.packages };
  const missing = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      if (packages[`node_modules/${name}`] !== undefined || packages[nested] !== undefined)
        continue;
      const parts = name.split(/[/-]/);
      packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...pick(
          'os',
          systems.filter((system) => parts.includes(system)),
        ),
        ...pick(
          'cpu',
          processors.filter((processor) => parts.includes(processor)),
        ),
      };
      missing.push(name);
    }
  }
  const sorted = Object.fromEntries(
    Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return { lock: { ...lock, packages: sorted }, missing };
}

/** Entries that name the place they were downloaded from; a lock must work with any registry. */
export function addresses(lock) {
  return Object.entries(lock.packages)
    .filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''))
    .map(([path]) => path);
}

function pick(key, values) {
  return values.length > 0 ? { [key]: values } : {};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const result = repaired(lock);
  for (const entry of Object.values(result.lock.packages)) delete entry.resolved;
  if (process.argv.includes('--check')) {
    const faults = [...result.missing.map((name) => `missing: ${name}`), ...addresses(lock)];
    for (const fault of faults) console.error(fault);
    process.exit(faults.length === 0 ? 0 : 1);
  }
  const text = `${JSON.stringify(result.lock, null, 2)}\n`;
  if (text !== readFileSync(file, 'utf8')) writeFileSync(file, text);
  console.log(`${result.missing.length} optional packages added.`);
}
