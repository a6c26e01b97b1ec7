// The gates beside the tests: types, lint, format. `npm run check` runs them alone.
import { fileURLToPath } from 'node:url';
import { bin, ensureInstalled, run } from './setup.mjs';

const gates = [
  { name: 'types', args: ['typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'types of the pages',
    args: ['vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'apps/pages/tsconfig.json'],
  },
  { name: 'lint', args: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', args: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
];

/** Runs every gate; returns how many passed and failed. */
export function check() {
  let failed = 0;
  for (const { name, args } of gates) {
    const [command, ...rest] = args;
    const passed = run(process.execPath, [bin(command), ...rest]) === 0;
    console.log(`${passed ? 'ok' : 'FAILED'}  ${name}`);
    if (!passed) failed += 1;
  }
  return { passed: gates.length - failed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  process.exit(check().failed === 0 ? 0 : 1);
}
