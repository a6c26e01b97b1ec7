import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// This file runs from the build or, in tests, from its source: in both cases it stands at
// apps/api/src of its tree. Threads and pages are always those of the build.
const tree = dirname(dirname(dirname(fileURLToPath(new URL('.', import.meta.url)))));
const root = basename(tree) === 'dist' ? dirname(tree) : tree;

/** A file of the build, by its path under `dist/`. */
export function builtPath(...path: string[]): string {
  return join(root, 'dist', ...path);
}

/** A file that the repository carries beside its code, such as a seed. */
export function carriedPath(...path: string[]): string {
  return join(root, ...path);
}
