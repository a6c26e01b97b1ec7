import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogAddress } from '@ledger/engines';
import { carriedPath } from '../../apps/api/src/files.js';
import { EventStoreServer } from '../eventstore-server/server.js';
import { eventsOf } from './history.js';
import { startLedger } from './run-ledger.js';

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
let folder: string;
let server: EventStoreServer;
let store: LogAddress;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-rebuild-eventstore-'));
  server = await EventStoreServer.start();
  store = { engine: 'eventstore', url: server.url, dataDir: join(folder, 'data') };
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The server lives in this process, so nothing here may wait for the command line in one piece. */
const ledger = async (...args: string[]) => {
  const place = ['--log', server.url, '--data', store.dataDir];
  const { status, stdout, stderr } = await startLedger([...args, ...place, '--json']).ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

it('views over EventStoreDB are rebuilt, recorded, verified, and brought to another machine', async () => {
  await ledger('import', seed);

  const { recording, comparison } = await ledger('rebuild');

  expect(recording).toMatchObject({ state: 'recorded', position: '284' });
  const events = await eventsOf(store);
  expect(
    events.map(({ type }) => type).filter((type) => type === 'ReadModelsRebuilt'),
  ).toHaveLength(1);
  expect(events.at(-1)?.data).toMatchObject({ build: comparison.build, position: '283' });
  expect(await ledger('verify-views')).toMatchObject({ equal: true, position: '284' });

  const snapshot = join(folder, 'snapshot');
  await ledger('views', 'export', snapshot);
  store = { ...store, dataDir: join(folder, 'another') };
  expect(await ledger('views', 'import', snapshot)).toMatchObject({
    checkpoint: { position: '284' },
  });
  expect(await ledger('verify-views')).toMatchObject({ equal: true, position: '284' });
}, 60_000);
