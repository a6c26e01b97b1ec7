import { existsSync } from 'node:fs';
import type { LogAddress } from '@ledger/engines';
import type { Head } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import type { Finding } from './finding.js';
import {
  backupFindings,
  eventStoreHead,
  logFinding,
  sqliteHead,
  viewsFinding,
  type HeadLook,
} from './log-looks.js';
import { directoryFinding, lockFinding, settingsFinding, spaceFinding } from './machine-looks.js';

/** What a look may know; `scratch` is an empty directory that goes when the doctor ends. */
export type Question = { address: LogAddress; scratch: string; head?: Head; files?: string[] };
export type Looked = HeadLook;

/** The looks that can hang or fall, each of which the process beside this one does on request. */
export const LOOKS = {
  directory: async ({ address }) => found(await directoryFinding(address)),
  space: async ({ address }) => found(await spaceFinding(address)),
  lock: async ({ address }) => found(await lockFinding(address)),
  settings: async ({ address, scratch }) => found(await settingsFinding(address, scratch)),
  head: ({ address, scratch }) =>
    address.engine === 'sqlite' ? sqliteHead(address) : eventStoreHead(address, scratch),
  log: async ({ address }) => found(await logFinding(address)),
  views: async ({ address, head }) =>
    head === undefined ? { findings: [] } : found(await viewsFinding(address.dataDir, head)),
  backup: async ({ address }) => ({ findings: await backupFindings(address) }),
  tidy: async ({ files = [] }) => {
    for (const file of files) tidy(file);
    return { findings: [] };
  },
} satisfies { [name: string]: (question: Question) => Promise<Looked> };

export type LookName = keyof typeof LOOKS;

function found(finding: Finding): Looked {
  return { findings: [finding] };
}

/**
 * Reading a database in WAL mode leaves two small files beside it, which its last writer removes
 * when it closes. A connection that may write and does not write is such a last one, unless a
 * server came up meanwhile; then they are the server's.
 */
function tidy(file: string): void {
  if (!existsSync(file)) return;
  const database = openDatabase(file);
  database.exec('SELECT count(*) FROM sqlite_schema');
  database.close();
}
