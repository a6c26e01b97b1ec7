import { EventStoreServer } from './eventstore-server/server.js';

/**
 * The engine that the stories run on: jest's project says it (`globals.ledgerEngine`). On
 * EventStoreDB each data directory gets a server of its own, which outlives the product's restarts.
 */
export const engineUnderTest: 'sqlite' | 'eventstore' =
  Reflect.get(globalThis, 'ledgerEngine') === 'eventstore' ? 'eventstore' : 'sqlite';

const servers = new Map<string, Promise<EventStoreServer>>();

/** What the product's environment says of the log that belongs to a data directory. */
export async function logEnvironment(dataDir: string): Promise<{ LEDGER_LOG?: string }> {
  if (engineUnderTest === 'sqlite') return {};
  const server = servers.get(dataDir) ?? EventStoreServer.start();
  servers.set(dataDir, server);
  return { LEDGER_LOG: (await server).url };
}

/** Ends the server of a data directory, or of all. */
export async function removeLogs(dataDir?: string): Promise<void> {
  for (const [directory, server] of servers) {
    if (dataDir !== undefined && directory !== dataDir) continue;
    servers.delete(directory);
    await (await server).stop();
  }
}
