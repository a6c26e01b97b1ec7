// `npm test`: set-up, build, gates and every test. `npm test -- quick` leaves out what needs disk,
// threads, sockets or a browser; `npm test -- <path>` runs the tests of that path only.
// The last line is `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { ensureChromium } from './chromium.mjs';
import { bin, ensureInstalled, run } from './setup.mjs';

const selection = process.argv.slice(2);
const quick = selection[0] === 'quick';
const all = selection.length === 0;

ensureInstalled();
await build();
if ((all || selection.some((path) => path.includes('contract'))) && !process.env.EVENTSTORE_URL) {
  console.log(
    'EVENTSTORE_URL is not set: the contract runs on memory, SQLite and a protocol server.',
  );
}
const gates = all || quick ? check() : { passed: 0, failed: 0 };
const chromium = all ? ensureChromium() : undefined;
const tests = jest(quick ? ['--selectProjects', 'unit'] : all ? [] : ['--', ...selection]);

const passed = gates.passed + tests.passed;
const failed = gates.failed + tests.failed;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
console.log(`${passed} passed, ${failed} failed${skipped}`);
process.exit(failed === 0 ? 0 : 1);

function jest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  const report = join(folder, 'report.json');
  const env = { ...process.env, ...(chromium === undefined ? {} : { CHROMIUM: chromium }) };
  const status = run(
    process.execPath,
    [bin('jest/bin/jest.js'), '--maxWorkers=2', '--json', `--outputFile=${report}`, ...args],
    { env, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot even be loaded has no failed test of its own, and must not look green.
    const broken = result.numRuntimeErrorTestSuites + (status !== 0 && result.success ? 1 : 0);
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + broken,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch (error) {
    console.error(`jest left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
