import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract, type ContractEngine } from '@ledger/event-log';
import { openSqliteEventLog } from '@ledger/event-log-sqlite';

eventLogContract('SQLite, writing in place', engine(false));
eventLogContract('SQLite, writing in its thread', engine(true));

function engine(thread: boolean): ContractEngine {
  let dataDir = '';
  return {
    open: async (clock) => {
      dataDir = mkdtempSync(join(tmpdir(), 'ledger-contract-'));
      return openSqliteEventLog({ dataDir, clock, thread });
    },
    reopen: (clock) => openSqliteEventLog({ dataDir, clock, thread }),
    dispose: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
