// The server of `bench post`, in a process of its own: `node post-server.js DATA_DIR PORT [noop]`.
// With `noop` the very same route parses, checks and answers, but the command bus answers at once.
import 'reflect-metadata';
import { CommandBus } from '@nestjs/cqrs';
import type { Receipt } from '@ledger/application';
import { openApp } from '../../apps/api/src/app.js';
import { readConfig } from '../../apps/api/src/config.js';

const [dataDir, port, mode] = process.argv.slice(2);
if (dataDir === undefined || port === undefined) throw new Error('Usage: DATA_DIR PORT [noop]');

const app = await openApp(
  readConfig({ LEDGER_DATA: dataDir, PORT: port, LEDGER_SEED: 'none', HOST: '127.0.0.1' }),
);
if (mode === 'noop') {
  const bus = app.get(CommandBus);
  Object.assign(bus, { execute: async (command: { request: object }) => receiptFor(command) });
}
await app.listen({ port: Number(port), host: '127.0.0.1' });
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.send?.('ready');

/** A receipt of the usual size about the request, without a ledger behind it. */
function receiptFor({ request }: { request: object }): Receipt {
  return {
    outcome: 'recorded',
    stream: 'metric-bench',
    revision: 1,
    position: '1',
    events: [
      {
        eventId: '01a20cbb-e772-775f-b924-b5ba551f7cc2',
        type: 'ObservationReported',
        revision: 1,
        position: '1',
        recordedAt: '2026-11-24T08:46:10.802Z',
        leafHash: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        data: JSON.parse(JSON.stringify(request)),
      },
    ],
    replayed: false,
  };
}
