import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { other, readLog, type Entry, type Problem } from './checks.js';
import { between, type Random } from './random.js';
import { pause, ServerProcess, type Launch } from './servers.js';

const KILLS = 3;

type Place = Pick<Launch, 'dataDir' | 'log'>;

/**
 * Lets servers load the article into an empty ledger and kills them while they do, then lets one
 * finish. The ledger must be what an undisturbed server makes of the article: the same commands in
 * the same order, each once. Throws when the ledger is not empty.
 */
export async function seedUnderKills(
  place: Place,
  random: Random,
): Promise<{ kills: number; events: number; problems: Problem[] }> {
  if (place.log !== undefined && place.log !== 'sqlite') await refuseUsed(place);
  const dataDir = mkdtempSync(join(tmpdir(), 'ledger-seed-'));
  try {
    const undisturbed = await load({ dataDir });
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = ServerProcess.launch({ ...place, seed: 'guangming-2021' });
      // Most of a boot is not the loading itself, which comes last.
      await pause(between(random, undisturbed.bootMs * 0.3, undisturbed.bootMs));
      await server.kill();
    }
    const disturbed = await load(place);
    const problems = compare(undisturbed.entries, disturbed.entries);
    return { kills: KILLS, events: disturbed.entries.length, problems };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function refuseUsed(place: Place): Promise<void> {
  const { server, url } = await ServerProcess.start(place);
  const entries = await readLog(url, '0');
  await server.stop();
  if (entries.length === 0) return;
  throw new Error(`The log already holds ${entries.length} events; give an empty one.`);
}

async function load(place: Place): Promise<{ bootMs: number; entries: Entry[] }> {
  const { server, url } = await ServerProcess.start({ ...place, seed: 'guangming-2021' });
  const bootMs = server.age;
  const entries = await readLog(url, '0');
  await server.stop();
  return { bootMs, entries };
}

function compare(undisturbed: readonly Entry[], disturbed: readonly Entry[]): Problem[] {
  const [due, found] = [undisturbed.map(spelled), disturbed.map(spelled)];
  if (due.length === 0) return [other('an undisturbed server loaded nothing')];
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  const problems: Problem[] = [
    ...due.filter((one) => !counts.has(one)).map((one) => ({ kind: 'lost' as const, what: one })),
    ...[...counts].flatMap(([what, times]) =>
      times > 1 ? [{ kind: 'doubled' as const, what }] : [],
    ),
  ];
  const isSame = found.length === due.length && found.every((one, index) => one === due[index]);
  return problems.length === 0 && !isSame ? [other('the seed came in another order')] : problems;
}

/** A command of the seed has the same id whenever it is loaded. */
function spelled({ type, stream, revision, metadata }: Entry): string {
  return `seed ${type} ${stream}@${revision} by ${metadata.commandId}`;
}
