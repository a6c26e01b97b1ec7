// `npm run bench -- peers`: the embedded log beside public event stores. Prints one JSON line a
// figure; a peer that is not to be had here gives lines with `absent` instead.
//
// Candidates take turns in a random order each round, in one process, on fresh files where they
// write; the first round is thrown away, ratios are taken round by round. Durability is read back
// from both sides. No peer is a dependency of the product: `peers/packages.ts` says which versions
// are installed below `data/` at the first run.
import { besidePostgres, POSTGRES_FIGURES } from './peers/beside-postgres.js';
import { besideSqlite, SQLITE_FIGURES } from './peers/beside-sqlite.js';
import { PeerAbsent } from './peers/packages.js';

// Emmett prints failed transactions there; standard output is for figures.
console.log = console.error;
// So that what is to be done at the end of the process is done: servers stopped, files removed.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

await orAbsent(SQLITE_FIGURES, besideSqlite);
await orAbsent(POSTGRES_FIGURES, besidePostgres);

async function orAbsent(figures: string[], measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    if (!(error instanceof PeerAbsent)) throw error;
    for (const name of figures) {
      process.stdout.write(`${JSON.stringify({ name, absent: error.message })}\n`);
    }
  }
}
