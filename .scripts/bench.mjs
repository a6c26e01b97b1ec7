// `npm run bench -- <name>`: prints one JSON line a figure.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root, run, stop } from './setup.mjs';

const benches = ['append', 'post', 'rebuild', 'asof', 'peers', 'esdb', 'long-stream', 'serve'];
const [name, ...rest] = process.argv.slice(2);
if (!benches.includes(name)) stop(`Name a bench: ${benches.join(', ')}.`);
ensureInstalled();
await build();
const file = join(root, 'dist', 'test', 'bench', `${name}.js`);
if (!existsSync(file)) stop(`${file} was not built.`);
process.exit(run(process.execPath, ['--expose-gc', file, ...rest]));
