import { doctor } from './doctor.js';
import { importFile } from './import.js';
import { replay } from './replay.js';
import { EXIT, readArguments, UsageError, usage, type Invocation } from './arguments.js';

const commands: { [name: string]: (invocation: Invocation) => Promise<number> } = {
  import: importFile,
  replay,
  doctor,
};

process.exitCode = await main(process.argv.slice(2));

/** Runs one command; resolves to the exit code documented in README.md of this room. */
async function main(argv: string[]): Promise<number> {
  try {
    const invocation = readArguments(argv, process.env);
    const command = commands[invocation.command];
    if (command === undefined) {
      console.log(usage(invocation.language));
      return invocation.command === 'help' ? EXIT.done : EXIT.usage;
    }
    return await command(invocation);
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : String(fault));
    if (fault instanceof UsageError) console.error(`\n${usage('en')}`);
    return fault instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}
