// `npm run ledger -- <command>`: the command line of operators and auditors.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './setup.mjs';

ensureInstalled();
await build();
await import(pathToFileURL(join(root, 'dist', 'apps', 'cli', 'src', 'main.js')).href);
