import { existsSync, statSync } from 'node:fs';
import { openDatabase, prepareArrays } from '@ledger/sqlite';
import { guarded, logFile, pragma, TRIGGERS } from './layout.js';

/**
 * Whether a directory holds a log. A file without any table is what a process leaves that was killed
 * while it made one; a file that cannot be looked into counts, so that opening it says why.
 */
export function holdsLog(dataDir: string): boolean {
  const file = logFile(dataDir);
  if (!existsSync(file) || statSync(file).size === 0) return false;
  try {
    const database = openDatabase(file, { readOnly: true });
    try {
      return prepareArrays(database, 'SELECT count(*) FROM sqlite_schema').get()[0] !== 0;
    } finally {
      database.close();
    }
  } catch {
    return true;
  }
}

/** How the file of a log stands: its journal mode, and which of its protecting triggers are gone. */
export type LogFileState = { journalMode: string; missingTriggers: string[] };

/** Looks at the file of a log without altering it. Throws `UNAVAILABLE`. */
export function examineLogFile(dataDir: string): LogFileState {
  const file = logFile(dataDir);
  return guarded(file, () => {
    const database = openDatabase(file, { readOnly: true });
    try {
      const triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
      const rows: [string][] = prepareArrays(database, triggers).all();
      const present = new Set(rows.map(([name]) => name));
      return {
        journalMode: String(pragma(database, 'journal_mode')),
        missingTriggers: TRIGGERS.filter((name) => !present.has(name)),
      };
    } finally {
      database.close();
    }
  });
}
