import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory durably, level by level: Node 20's recursive `mkdir` never returns below
 * `/proc`. Throws an error whose message is a sentence.
 */
export function makeDirectory(directory: string): void {
  const missing: string[] = [];
  for (let level = resolve(directory); !existsSync(level); level = dirname(level)) {
    missing.unshift(level);
  }
  try {
    for (const level of missing) {
      mkdirSync(level);
      syncDirectory(dirname(level));
    }
  } catch (error) {
    const reason = error instanceof Object && 'message' in error ? String(error.message) : '';
    throw new Error(`The data directory ${directory} cannot be made: ${reason}.`, { cause: error });
  }
  if (!statSync(directory).isDirectory()) {
    throw new Error(`The data directory ${directory} is a file; choose another one.`);
  }
}

/** Makes new names in a directory last through a power cut. Windows has no such call. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
