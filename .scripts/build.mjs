// Builds everything that runs: rooms by swc to dist/ (the output mirrors the tree), pages by Vite.
// Types are not checked here; `npm run check` does that.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin, ensureInstalled, root, run, stop } from './setup.mjs';

const rooms = ['apps/api', 'apps/cli', 'libs', 'test'];
const pages = 'apps/pages';
const stampFile = join(root, 'dist', '.build-stamp.json');

/** Builds what changed since the last build; resolves when dist/ is current. */
export async function build() {
  const sources = rooms.flatMap((room) => list(join(root, room))).filter(isBuilt);
  const pageSources = list(join(root, pages)).filter((file) => !file.endsWith('.spec.ts'));
  const configs = ['tsconfig.json', 'package-lock.json', '.swcrc', '.scripts/build.mjs'];
  const stamp = {
    rooms: fingerprint([...sources, ...configs.map((file) => join(root, file))]),
    pages: fingerprint([...pageSources, join(root, 'package-lock.json')]),
  };
  const last = await readStamp();
  if (last.rooms !== stamp.rooms) await buildRooms(sources);
  if (last.pages !== stamp.pages && existsSync(join(root, pages, 'vite.config.ts'))) {
    const args = [bin('vite/bin/vite.js'), 'build', pages, '--logLevel', 'warn'];
    if (run(process.execPath, args) !== 0) stop('The pages could not be built.');
  }
  await writeWhole(stampFile, JSON.stringify(stamp));
}

async function buildRooms(sources) {
  const swc = await import('@swc/core');
  const config = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  const tsconfig = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  delete config.$schema;
  const options = {
    ...config,
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    jsc: { ...config.jsc, baseUrl: root, paths: tsconfig.compilerOptions.paths },
    module: { ...config.module, resolveFully: true },
  };
  const written = new Set();
  await Promise.all(
    sources.map(async (file) => {
      const target = join(root, 'dist', relative(root, file)).replace(/\.ts$/, '.js');
      const { code, map } = await swc.transformFile(file, { ...options, filename: file });
      await mkdir(dirname(target), { recursive: true });
      const name = target.slice(target.lastIndexOf('/') + 1);
      await writeWhole(target, `${code}\n//# sourceMappingURL=${name}.map\n`);
      await writeWhole(`${target}.map`, map);
      written.add(target).add(`${target}.map`);
    }),
  );
  for (const room of rooms) {
    for (const file of list(join(root, 'dist', room))) if (!written.has(file)) await rm(file);
  }
}

function isBuilt(file) {
  return (
    file.endsWith('.ts') &&
    !/\.(spec|e2e-spec|d)\.ts$/.test(file) &&
    !file.includes('/bad-fixture/')
  );
}

function list(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    if (!existsSync(file)) continue;
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

async function readStamp() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Another process may be reading the old file: it sees the old or the new one, never a part. */
async function writeWhole(file, text) {
  const draft = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, text);
  await rename(draft, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  await build();
}
