// `npm run test:crash -- --rounds N --seed S [--log sqlite|esdb://…]`: kills the built server round
// after round and says what came of it. Exit codes: 0 nothing was lost, doubled, skipped or wrong
// otherwise; 1 something was; 2 the arguments cannot be.
import { parseArgs } from 'node:util';
import { freshSeed } from './random.js';
import { count, runCrashRounds, WRITERS } from './rounds.js';

type Asked = { rounds: number; seed: number; log: string };

const asked = readArguments(process.argv.slice(2));
if (typeof asked === 'string') {
  console.error(asked);
  process.exitCode = 2;
} else {
  process.exitCode = await run(asked);
}

async function run({ rounds, seed, log }: Asked): Promise<number> {
  console.log(`crash test: ${rounds} rounds, ${WRITERS} writers, seed ${seed}, log ${shown(log)}`);
  const totals = await runCrashRounds({ rounds, seed, log, say: (line) => console.log(line) });
  const { problems } = totals;
  for (const { kind, what } of problems) console.error(`${kind}: ${what}`);
  console.log(
    `${totals.rounds} rounds, ${totals.acknowledged} acknowledged, ` +
      `${count(problems, 'lost')} lost, ${count(problems, 'doubled')} doubled, ` +
      `${count(problems, 'skipped')} skipped, ${count(problems, 'other')} otherwise wrong, ` +
      `views rebuilt and compared ${totals.views} times, seed ${seed}`,
  );
  return problems.length === 0 && totals.rounds === rounds ? 0 : 1;
}

/** What was asked for, or in a sentence why it cannot be. */
function readArguments(args: string[]): Asked | string {
  const options = {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(freshSeed()) },
    log: { type: 'string', default: 'sqlite' },
  } as const;
  let values: { rounds: string; seed: string; log: string };
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `${said.split(/[.\n]/, 1)[0]}; give --rounds N, --seed S and --log sqlite|esdb://….`;
  }
  const { log } = values;
  const rounds = whole(values.rounds, 1, 100_000);
  const seed = whole(values.seed, 0, 2 ** 32 - 1);
  if (rounds === undefined) return `--rounds ${values.rounds} is no whole number from 1 to 100000.`;
  if (seed === undefined) return `--seed ${values.seed} is no whole number from 0 to 4294967295.`;
  if (log !== 'sqlite' && !/^esdb(\+discover)?:\/\/./.test(log)) {
    return `--log ${shown(log)} is neither sqlite nor an address such as esdb://HOST:PORT?tls=false.`;
  }
  return { rounds, seed, log };
}

function whole(text: string, least: number, most: number): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
}

/** Without a password, which may stand in the address of a log. */
function shown(log: string): string {
  return log.replace(/\/\/[^@/]*@/, '//');
}
