import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary folder that is gone when the process ends, also where a second signal ends it at
 * once. It stands in `TMPDIR` and not in the data directory: commands that look change nothing
 * there, and what a killed one leaves is where the system clears up.
 */
export class Scratch {
  readonly folder: string;
  readonly #onExit = (): void => rmSync(this.folder, { recursive: true, force: true });

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `ledger-${name}-`));
    process.once('exit', this.#onExit);
  }

  remove(): void {
    process.off('exit', this.#onExit);
    this.#onExit();
  }
}
