import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract, type Clock } from '@ledger/event-log';
import { openEventStoreLog } from '@ledger/event-log-eventstore';

// The same suite against a real server: EVENTSTORE_URL=esdb://… npm test -- contract. Every test
// has a ledger of its own on it, under names that nobody else uses, which stays there.
const url = process.env['EVENTSTORE_URL'];

if (url === undefined || url === '') {
  describe('A real EventStoreDB', () => {
    it.skip('is not tested: EVENTSTORE_URL names none', () => {});
  });
} else {
  let dataDir = '';
  let prefix = '';
  const open = (clock: Clock) => openEventStoreLog({ url, dataDir, prefix, clock });
  eventLogContract(`EventStoreDB at EVENTSTORE_URL`, {
    open: async (clock) => {
      dataDir = mkdtempSync(join(tmpdir(), 'ledger-contract-'));
      prefix = `contract-${randomUUID()}-`;
      return open(clock);
    },
    reopen: open,
    dispose: async () => rmSync(dataDir, { recursive: true, force: true }),
  });
}
