// `node write-log.js DIRECTORY EVENTS METRICS`: writes an even history into a new embedded log. In a
// process of its own, which leaves no threads and no heap behind in the bench that wants the log.
import { openSqliteEventLog } from '@ledger/event-log-sqlite';
import { history, type Told } from './history.js';

const APPENDS_IN_FLIGHT = 1_000;

const [dataDir, events, metrics] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('Usage: DIRECTORY EVENTS METRICS');

const log = await openSqliteEventLog({ dataDir });
const append = ({ stream, revision, event }: Told) =>
  log.append(stream, revision === 0 ? 'none' : revision - 1, [event]);
let waiting: Told[] = [];
for (const told of history(Number(events), Number(metrics))) {
  waiting.push(told);
  if (waiting.length < APPENDS_IN_FLIGHT) continue;
  await Promise.all(waiting.map(append));
  waiting = [];
}
await Promise.all(waiting.map(append));
await log.close();
