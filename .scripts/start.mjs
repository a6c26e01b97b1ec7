// `npm start`: set-up, build, then the server in this same process.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './setup.mjs';

ensureInstalled();
await build();
await import(pathToFileURL(join(root, 'dist', 'apps', 'api', 'src', 'main.js')).href);
