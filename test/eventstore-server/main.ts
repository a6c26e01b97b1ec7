import { parseArgs } from 'node:util';
import { EventStoreServer } from './server.js';

// The server as a process of its own, for tests that need several processes around one database.

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`--port must be a number from 0 to 65535, not ${values.port}.\n`);
  process.exit(2);
}
const server = await EventStoreServer.start({ port });
process.stdout.write(`listening on 127.0.0.1:${server.port}\n`);
process.once('SIGTERM', () => void server.stop());
