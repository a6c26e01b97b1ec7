import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract, type Clock, type ContractEngine } from '@ledger/event-log';
import { openEventStoreLog } from '@ledger/event-log-eventstore';
import { EventStoreServer } from '../eventstore-server/server.js';

// The server's state outlives the engine, as a real server's does.
let server: EventStoreServer;
let dataDir: string;

const open = (clock: Clock) => openEventStoreLog({ url: server.url, dataDir, clock });

const engine: ContractEngine = {
  open: async (clock) => {
    server = await EventStoreServer.start();
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-contract-'));
    return open(clock);
  },
  reopen: open,
  dispose: async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  },
};

eventLogContract('EventStoreDB (protocol server)', engine);
