// `npm run test:crash -- --rounds N --seed S [--log sqlite|esdb://…]`: kills the built server under
// load, round after round, and checks what is left. What it proves stands in test/crash/README.md.
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root, run } from './setup.mjs';

ensureInstalled();
await build();
const file = join(root, 'dist', 'test', 'crash', 'main.js');
process.exit(run(process.execPath, [file, ...process.argv.slice(2)]));
